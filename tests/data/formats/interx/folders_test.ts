/** Folders and zip files of Inter-X. */
import { assertEquals, assertRejects } from "@std/assert";
import { zipSync } from "fflate";
import { openClipSource } from "../../../../lib/data/formats/registry.ts";
import { DataError } from "../../../../lib/core/errors.ts";
import { withFolder } from "../../../support/data_fixtures.ts";
import { writeNpy } from "../../../support/write_npy.ts";

const person = (value: number, frames = 2) =>
  writeNpy(new Float32Array(frames * 192).map((_, i) => value + i % 64), [frames, 64, 3]);

Deno.test("Clips of Inter-X lie one folder below skeletons, anywhere in a zip, and each once", async () => {
  const id = "G001T000A000R000", clip = { [`${id}/P1.npy`]: person(1), [`${id}/P2.npy`]: person(2) };
  const put = (folder: string, files: Readonly<Record<string, Uint8Array>> = clip) =>
    Object.fromEntries(Object.entries(files).map(([name, bytes]) => [folder + name, bytes]));
  await withFolder({ ...put("skeletons/"), ...put("skeletons/backup/") }, async (root) => {
    const { entries, read } = await openClipSource(root, "interx");
    for (const same of [entries, (await openClipSource(`${root}/skeletons`, "interx")).entries]) {
      assertEquals(same.map(({ files }) => files), [[`${id}/P1.npy`, `${id}/P2.npy`]]);
    }
    const { x, y, frames } = await read(entries[0]);
    assertEquals([x[0], y[0], frames], [1, 2, 2]);
    await Deno.writeFile(`${root}/skeletons/${id}/P2.npy`, person(2, 3) as Uint8Array<ArrayBuffer>);
    const file = `${root}/skeletons/${id}`;
    const longer = await assertRejects(() => read(entries[0]), DataError);
    assertEquals([longer.message, longer.file], [
      `Cannot read ${file}: expected as many frames in P2.npy as in P1.npy, got 3 and 2`,
      file,
    ]);
  });
  await withFolder({
    "skeletons.zip": zipSync(put("a/b/")),
    "twice.zip": zipSync({ ...put("a/"), ...put("b/") }),
    "one.zip": zipSync(put("a/", { [`${id}/P2.npy`]: person(2) })),
  }, async (root) => {
    const { entries, read } = await openClipSource(root, "interx");
    assertEquals((await read(entries[0])).y[0], 2);
    const { message, file } = await assertRejects(
      () => openClipSource(`${root}/twice.zip`, "interx"),
      DataError,
    );
    assertEquals([message, file], [
      `Cannot read ${root}/twice.zip/b/${id}/P1.npy: clip ${id} exists twice, first at a/${id}/P1.npy`,
      `${root}/twice.zip/b/${id}/P1.npy`,
    ]);
    const one = await openClipSource(`${root}/one.zip`, "interx");
    const alone = await assertRejects(() => one.read(one.entries[0]), DataError);
    assertEquals(
      alone.message,
      `Cannot read ${root}/one.zip/a/${id}: expected P1.npy and P2.npy, found only one`,
    );
  });
});
