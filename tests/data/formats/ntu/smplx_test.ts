import {
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { withHdf5 as useHdf5 } from "../../../../lib/data/formats/ntu/hdf5.ts";
import { openDataset } from "../../../../lib/data/open_dataset.ts";
import { openClipSource } from "../../../../lib/data/formats/registry.ts";
import { SMPLX55, SMPLX56 } from "../../../../lib/data/skeletons.ts";
import { smplxPositions } from "../../../../lib/data/formats/smplx/pose.ts";
import { splitDataset } from "../../../../lib/data/split.ts";
import { DataError } from "../../../../lib/core/errors.ts";
import { Random } from "../../../../lib/core/random.ts";
import { withFolder } from "../../../support/data_fixtures.ts";
import { writeHdf5 } from "../../../support/hdf5.ts";
import { writeNpy } from "../../../support/write_npy.ts";

const draw = (seed: number, length: number, size: number) => {
  const random = new Random(seed);
  return Float32Array.from({ length }, () => random.normal(0, size));
};
const REST = draw(1, 55 * 3, 0.4);
/** An HDF5 file of these arrays [T, 56, 6]. */
async function withHdf5(
  arrays: Readonly<Record<string, Float32Array | Int32Array>>,
  use: (path: string, root: string) => Promise<void>,
): Promise<void> {
  await withFolder({}, async (root) => {
    await writeHdf5(`${root}/a.h5`, arrays);
    await use(`${root}/a.h5`, root);
  });
}

Deno.test("arrays [T,56,6] are read as rotations and a translation, with a warning that they are no positions", () => {
  const a = draw(3, 4 * 336, 0.5), b = draw(4, 2 * 336, 0.5);
  return withHdf5(
    { S001C001P001R001A002: a, S002C001P003R001A120: b, S001C002P001R001A001: b, other: b },
    async (path) => {
      const { clips, warnings, splits } = await openDataset(path, { format: "ntu120-smplx" });
      assertEquals(clips.map(({ id, category, frames }) => [id, category, frames]), [
        ["S001C001P001R001A051", "kick", 4],
        ["S002C001P003R001A120", "rock-paper-scissors", 2],
      ]);
      assertEquals([clips[0].skeleton, clips[0].up, clips[0].fps], [SMPLX56, "-y", 30]);
      for (let row = 0; row < 4 * 56; row++) {
        for (let k = 0; k < 3; k++) {
          assertEquals([clips[0].x[row * 3 + k], clips[0].y[row * 3 + k]], [
            a[row * 6 + k],
            a[row * 6 + 3 + k],
          ]);
        }
      }
      assertStringIncludes(warnings!.join(), "not a map of distances");
      const dataset = { format: "x", clips, folds: new Map(), skipped: [], hash: "", categories: [], splits };
      assertEquals(splitDataset(dataset, "cross-subject", 0).train.map((clip) => clip.group), ["P001"]);
    },
  );
});

Deno.test("with the skeleton at rest, the clips hold positions and there is no warning", () => {
  const a = draw(5, 3 * 336, 0.4);
  return withHdf5({ S001C001P001R001A050: a }, async (path, root) => {
    const rest = `${root}/rest.npy`;
    await Deno.writeFile(rest, writeNpy(REST, [55, 3]) as Uint8Array<ArrayBuffer>);
    const { clips: [posed], warnings } = await openDataset(path, {
      format: "ntu120-smplx",
      restSkeleton: rest,
    });
    const { clips: [raw] } = await openDataset(path, { format: "ntu120-smplx" });
    assertEquals([posed.skeleton, warnings], [SMPLX55, undefined]);
    assertEquals([posed.x, posed.y], [
      smplxPositions(raw.x, REST, SMPLX55),
      smplxPositions(raw.y, REST, SMPLX55),
    ]);
    const hashOf = async () => (await openDataset(path, { format: "ntu120-smplx", restSkeleton: rest })).hash;
    const hash = await hashOf();
    assertEquals(await hashOf(), hash);
    await Deno.writeFile(rest, writeNpy(REST.map((v) => v * 1.01), [55, 3]) as Uint8Array<ArrayBuffer>);
    assertNotEquals(await hashOf(), hash);
    await Deno.writeFile(rest, writeNpy(REST, [165]) as Uint8Array<ArrayBuffer>);
    const open = () => openClipSource(path, "ntu120-smplx", { restSkeleton: rest });
    assertEquals((await assertRejects(open, DataError, "got [165]")).file, rest);
  });
});

Deno.test("frames in which a person was not found are filled in and counted; a person who never is found is refused", () => {
  const gap = draw(6, 5 * 336, 0.4), alone = gap.slice();
  for (let row = 2 * 56; row < 3 * 56; row++) gap.fill(0, row * 6, row * 6 + 3);
  for (let row = 0; row < 5 * 56; row++) alone.fill(0, row * 6 + 3, row * 6 + 6);
  return withHdf5({ S001C001P001R001A050: gap, S001C001P001R001A051: alone }, async (path) => {
    const { clips, skipped } = await openDataset(path, { format: "ntu120-smplx", lenient: true });
    const [{ x, interpolated }] = clips, at = (t: number) => t * 168 + 7;
    assertEquals(interpolated, 56);
    assertAlmostEquals(x[at(2)], (x[at(1)] + x[at(3)]) / 2, 1e-6);
    assertStringIncludes(skipped[0].reason, "person 2 is missing in every frame");
  });
});

Deno.test("another shape or type, or a file that is not HDF5, is refused by name and printed nowhere", async () => {
  await withHdf5({ S001C001P001R001A050: new Int32Array(336) }, async (path) => {
    const [entry] = (await openClipSource(path, "ntu120-smplx")).entries;
    const source = await openClipSource(path, "ntu120-smplx");
    const error = await assertRejects(() => source.read(entry), DataError, "expected float32");
    assertEquals(error.file, `${path}/S001C001P001R001A050`);
  });
  await withHdf5({ S001C001P001R001A050: new Float32Array(336 * 10_001) }, async (path) => {
    const source = await openClipSource(path, "ntu120-smplx");
    await assertRejects(() => source.read(source.entries[0]), DataError, "got [10001,56,6]");
  });
  await withFolder({ "a.h5": "no HDF5 at all" }, async (root) => {
    await assertRejects(
      () => openClipSource(`${root}/a.h5`, "ntu120-smplx"),
      DataError,
      "file signature not found",
    );
    await assertRejects(() => openClipSource(root, "ntu120-smplx"), DataError, "expected an HDF5 file");
  });
});

Deno.test("A damaged file that stops HDF5 is an error with its name, and the next file is read by another instance", async () => {
  await withHdf5({ S001C001P001R001A050: draw(3, 336, 0.5) }, async (path) => {
    const read = async () => {
      const { entries: [entry], read } = await openClipSource(path, "ntu120-smplx");
      return await read(entry);
    };
    const whole = await read(), libraries = new Set<unknown>();
    for (let k = 0; k < 3; k++) {
      const stopping = useHdf5(path, (_, library) => {
        libraries.add(library);
        throw new WebAssembly.RuntimeError("Aborted(native code called abort())");
      });
      await assertRejects(
        () => stopping,
        DataError,
        `Cannot read ${path}: the file is damaged, HDF5 stopped`,
      );
      assertEquals(await read(), whole);
    }
    assertEquals(libraries.size, 3);
  });
});

Deno.test("The last instance of HDF5 reads on; when it has stopped, too, files are refused, and the message says why", async () => {
  await withHdf5({ S001C001P001R001A050: draw(3, 336, 0.5) }, async (path) => {
    const keys = () => useHdf5(path, (file) => file.keys());
    const stop = () =>
      useHdf5(path, () => {
        throw new WebAssembly.RuntimeError("Aborted(native code called abort())");
      });
    for (let k = 3; k < 20; k++) { // the test before has stopped three of twenty
      assertEquals([await keys(), await keys()], [["S001C001P001R001A050"], ["S001C001P001R001A050"]]);
      await assertRejects(stop, DataError, "HDF5 stopped");
    }
    await assertRejects(keys, DataError, `Cannot read ${path}: 20 damaged files have stopped HDF5`);
  });
});
