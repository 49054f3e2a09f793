/** Folders and zip files of custom data sets: what is found in them, in which units, and what does not fit. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { zipSync } from "fflate";
import { parseDescription } from "../../../lib/data/formats/description.ts";
import { openClipSource } from "../../../lib/data/formats/registry.ts";
import { DataError } from "../../../lib/core/errors.ts";
import { randomClip, withFolder } from "../../support/data_fixtures.ts";
import { asCsv, BVH, describe, rows, stack, text } from "../../support/custom_fixtures.ts";

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k);

const CLIP = randomClip(4, 3);
const near = (values: Float32Array, expected: Float32Array, factor: number) =>
  assertEquals(values, expected.map((value) => value * factor));

Deno.test("Arrays are read in the units of their description, from npy, npz and a zip of npy", async () => {
  const array = { "hug/a.npy": stack(CLIP) },
    packed = { "hug/a.npz": zipSync({ "keypoint.npy": stack(CLIP) }) };
  const described = (layout: string, units: string) => ({ "iadnet.json": describe(layout, { units }) });
  const units = { 1: "m", 0.01: "cm", 0.001: "mm" } as const; // insisted on: this body is 1 m wide
  const sets: [Record<string, Uint8Array>, string, keyof typeof units][] = [
    [{ ...described("npy", "cm"), ...array }, "", 0.01],
    [{ ...described("npy", "mm"), ...array, "hug/deep/b.npy": stack(CLIP), "c.npy": stack(CLIP) }, "", 0.001],
    [{ ...described("npz", "cm"), ...packed }, "", 0.01],
    [{ "a.zip": zipSync({ ...described("npy", "m"), ...array }) }, "/a.zip", 1],
    [{ "a.zip": zipSync({ ...described("npz", "cm"), ...packed }) }, "/a.zip", 0.01],
  ];
  for (const [files, path, factor] of sets) {
    await withFolder(files, async (root) => {
      const { entries, read } = await openClipSource(root + path, "custom", { units: units[factor] });
      assertEquals(entries.map(({ id, category, group }) => [id, category, group]), [[
        "hug/a",
        "hug",
        "hug/a",
      ]]);
      const { x, y, frames, fps } = await read(entries[0]);
      assertEquals([frames, fps], [3, 15]);
      near(x, CLIP.x, factor);
      near(y, CLIP.y, factor);
    });
  }
  await withFolder({ ...described("npy", "m"), "hug/a.npy": stack(randomClip(5, 1)) }, async (root) => {
    const { entries, read } = await openClipSource(root, "custom");
    assertEquals((await read(entries[0])).frames, 1);
  });
});

Deno.test("Tables are found three folders down, and no deeper, and a clip stands in one of them", () => {
  const table = (id: string) => asCsv(rows([{ ...CLIP, id }]));
  const files = {
    "iadnet.json": describe("csv"),
    "a.csv": table("one"),
    "a/b/c/b.csv": table("two"),
    "a/b/c/d/c.csv": table("three"),
    "n.txt": text("x"),
  };
  return withFolder(files, async (root) => {
    assertEquals((await openClipSource(root, "custom")).entries.map(({ id, files }) => [id, ...files]), [[
      "one",
      "a.csv",
    ], ["two", "a/b/c/b.csv"]]);
    await Deno.writeFile(`${root}/b.csv`, table("one") as Uint8Array<ArrayBuffer>);
    const { message, file } = await assertRejects(() => openClipSource(root, "custom"), DataError);
    assertEquals([message, file], [
      `Cannot read ${root}/b.csv: clip one is also in another file`,
      `${root}/b.csv`,
    ]);
    await Deno.remove(`${root}/iadnet.json`);
    const none = await assertRejects(() => openClipSource(root, "custom"), DataError);
    assertEquals(none.message, `Cannot read ${root} as custom: expected iadnet.json, found 4 other files`);
  });
});

Deno.test("Two BVH files that do not fit are refused by both names, and the description's rate goes before theirs", async () => {
  const other = (change: (file: string) => string) => ({
    "iadnet.json": text('{"layout":"bvh","units":"mm"}'),
    "hug/a/P1.bvh": text(BVH),
    "hug/a/P2.bvh": text(change(BVH)),
  });
  const cases: [(file: string) => string, string][] = [
    [(file) => file.replace("0.0333333", "0.04"), "30 and 25 frames per second"],
    [(file) => file.replaceAll("Hand", "Fist"), "their joints differ"],
  ];
  for (const [change, why] of cases) {
    await withFolder(other(change), async (root) => {
      const { entries, read } = await openClipSource(root, "custom"),
        [one, two] = [1, 2].map((k) => `${root}/hug/a/P${k}.bvh`);
      const { message, file } = await assertRejects(() => read(entries[0]), DataError);
      assertEquals([message, file], [`Cannot pair ${one} and ${two}: ${why}`, two]);
    });
  }
  const slow = {
    ...other((file) => file),
    "iadnet.json": text('{"layout":"bvh","units":"mm","fps":12,"up":"z"}'),
  };
  await withFolder(slow, async (root) => {
    const { entries, read } = await openClipSource(root, "custom", { units: "mm" }),
      { fps, up, x, y } = await read(entries[0]);
    assertEquals([fps, up, Math.fround(0.1), x[1]], [12, "z", y[1], y[1]]);
  });
});

Deno.test("A rate of 0, of a frame time or without end is refused, a pattern may have 200 characters, a skeleton 1000 joints", () => {
  const parse = (more: Record<string, unknown>) => parseDescription(describe("csv", more), "iadnet.json");
  for (const fps of [0, -0, 0.0333, 1001, "15", null]) {
    assertThrows(
      () => parse({ fps }),
      DataError,
      `fps must be a number from 1 to 1000, got ${JSON.stringify(fps)}`,
    );
  }
  assertThrows(
    () => parseDescription(text('{"layout":"csv","skeleton":"sbu15","fps":1e999}'), "iadnet.json"),
    DataError,
    "fps must be",
  );
  assertEquals(parse({ fps: 1 }).fps, 1);
  assertEquals(parse({ group: `(${"a".repeat(198)})` }).group!("a".repeat(198)), "a".repeat(198));
  assertThrows(() => parse({ group: `(${"a".repeat(199)})` }), DataError, "at most 200 characters");
  const skeleton = (count: number) => ({
    name: "many",
    joints: range(0, count).map(String),
    parents: range(-1, count - 1),
    pelvis: [0],
    hips: [0, 1],
    shoulders: [0, 1],
  });
  assertEquals(parse({ skeleton: skeleton(1000) }).skeleton!.joints.length, 1000);
  assertThrows(() => parse({ skeleton: skeleton(1001) }), DataError, "1 to 1000 names");
});
