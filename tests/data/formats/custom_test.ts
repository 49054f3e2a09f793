import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { zipSync } from "fflate";
import { groupOfId, parseDescription } from "../../../lib/data/formats/description.ts";
import { readLongTable } from "../../../lib/data/formats/long_table.ts";
import { asCsv, asParquet, BVH, describe, rows, stack, text } from "../../support/custom_fixtures.ts";
import { DataError } from "../../../lib/core/errors.ts";
import type { Clip } from "../../../lib/data/clip.ts";
import { FORMATS } from "../../../lib/data/formats/registry.ts";
import { openDataset } from "../../../lib/data/open_dataset.ts";
import { getSkeleton } from "../../../lib/data/skeletons.ts";
import { generateDataset } from "../../../lib/data/synthetic/mod.ts";
import { writeNpy } from "../../support/write_npy.ts";

const skeleton = getSkeleton("sbu15");
const clips = generateDataset({
  seed: 0,
  clipsPerCategory: 2,
  categories: ["hug", "kick"],
  skeleton,
  fps: 15,
})
  .map((clip, i): Clip => ({ ...clip, id: `${clip.category}/c${i}` }));
const csvOf = (list: readonly Clip[], scale = 1) => asCsv(rows(list, scale));
const parquetOf = (compression: string) => asParquet(rows(clips), compression);

async function folder(files: Record<string, Uint8Array>): Promise<string> {
  const root = await Deno.makeTempDir();
  for (const [name, bytes] of Object.entries(files)) {
    await Deno.mkdir(`${root}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeFile(`${root}/${name}`, bytes);
  }
  return root;
}

function assertSame(read: readonly Clip[], expected: readonly Clip[], tolerance = 0): void {
  assertEquals(read.map(({ id }) => id), expected.map(({ id }) => id).sort());
  for (const clip of read) {
    const source = expected.find(({ id }) => id === clip.id)!;
    assertEquals([clip.category, clip.frames, clip.fps, clip.up], [source.category, source.frames, 15, "y"]);
    for (const person of ["x", "y"] as const) {
      clip[person].forEach((value, i) => assertAlmostEquals(value, source[person][i], tolerance));
    }
  }
}

const SETS: Record<string, () => Record<string, Uint8Array>> = {
  csv: () => ({ "clips.csv": csvOf(clips) }),
  "csv in two files": () => ({ "a.csv": csvOf(clips.slice(0, 2)), "b.csv": csvOf(clips.slice(2)) }),
  parquet: () => ({ "clips.parquet": parquetOf("zstd") }),
  "parquet, uncompressed": () => ({ "clips.parquet": parquetOf("uncompressed") }),
  "parquet, snappy": () => ({ "clips.parquet": parquetOf("snappy") }),
  "parquet, lz4": () => ({ "clips.parquet": parquetOf("lz4") }),
  "parquet, gzip": () => ({ "clips.parquet": parquetOf("gzip") }),
  "parquet, brotli": () => ({ "clips.parquet": parquetOf("brotli") }),
  npy: () => Object.fromEntries(clips.map((clip) => [`${clip.id}.npy`, stack(clip)])),
  npz: () =>
    Object.fromEntries(clips.map((clip) => [`${clip.id}.npz`, zipSync({ "keypoint.npy": stack(clip) })])),
};
for (const [name, files] of Object.entries(SETS)) {
  Deno.test(`Clips written as ${name} come back exactly`, async () => {
    const root = await folder({ "iadnet.json": describe(name.split(/[ ,]/)[0]), ...files() });
    assertSame((await openDataset(root, { format: "custom" })).clips, clips);
    await Deno.remove(root, { recursive: true });
  });
}

Deno.test("Units, numbered joints and a pattern for groups are taken from the description", async () => {
  const description = parseDescription(describe("csv", { units: "mm", group: "/c(\\d)" }), "d");
  const numbered = new TextDecoder().decode(csvOf(clips, 1000)).split("\n")
    .map((line, i) =>
      i === 0 ? line.replace(",group", "") : line.split(",").slice(0, 7)
        .map((field, k) => k === 3 ? skeleton.joints.indexOf(field) : field).join(",")
    );
  const read = (await readLongTable(text(numbered.join("\n")), "t", description)).clips.map((clip) =>
    clip.read()
  );
  assertSame(read, clips, 1e-6);
  assertEquals(read.map(({ group }) => group), read.map(({ id }) => id.at(-1)!));
});

Deno.test("A pattern for groups that a backtracking engine would never finish with is done at once", () => {
  for (const group of [`(${".*".repeat(60)}=)`, "((a+)+)+$", "(a|aa)+(b)"]) {
    const description = parseDescription(describe("csv", { group }), "iadnet.json");
    const id = "a".repeat(2000) + "!";
    assertThrows(() => groupOfId(description, id, "t.csv"), DataError, "does not match group");
  }
  const optional = parseDescription(describe("csv", { group: "^c(\\d)?" }), "iadnet.json");
  assertEquals(groupOfId(optional, "c1", "t.csv"), "1");
  assertThrows(() => groupOfId(optional, "c", "t.csv"), DataError, "Cannot use clip c of t.csv");
  const empty = parseDescription(describe("csv", { group: "^(S?)" }), "iadnet.json");
  assertThrows(
    () => groupOfId(empty, "c1", "t.csv"),
    DataError,
    "c1 of t.csv: group finds no text in its id",
  );
});

Deno.test("A wrong description is refused with the name of the field", () => {
  const cases: [unknown, string][] = [
    [[], "an object"],
    [{ layout: "xml" }, "layout must be csv"],
    [{ layout: "csv", fps: 30 }, "skeleton is missing"],
    [{ layout: "csv", skeleton: "octopus", fps: 30 }, "skeleton octopus is unknown"],
    [{ layout: "npy", skeleton: "sbu15" }, "fps must be a number from 1 to 1000"],
    [
      { layout: "npy", skeleton: "sbu15", fps: 30, columns: {} },
      "columns are for the layouts csv and parquet",
    ],
    [{ layout: "csv", skeleton: "sbu15", columns: "x" }, "columns must be an object"],
    [{ layout: "csv", skeleton: "sbu15", columns: { size: "x" } }, "unknown column size in columns"],
    [
      { layout: "csv", skeleton: "sbu15", columns: { x: 1 } },
      "columns.x must be the name of a column, got 1",
    ],
    [{ layout: "csv", skeleton: "sbu15", columns: { x: "a", y: "a" } }, "columns.x and columns.y are both a"],
    [
      { layout: "csv", skeleton: "sbu15", columns: { wide: "{person}_{joint}" } },
      "columns.wide must hold {axis} once",
    ],
    [{
      layout: "csv",
      skeleton: "sbu15",
      columns: { wide: "{person}_{joint}_{axis}", joint: "j" },
    }, "columns.joint is for tables without columns.wide"],
    [{ layout: "csv", skeleton: "sbu15", fps: -1 }, "fps must be a number from 1 to 1000"],
    [{ layout: "csv", skeleton: "sbu15", fps: 30, units: "inch" }, "units must be m, cm, mm"],
    [{ layout: "csv", skeleton: "sbu15", fps: 30, up: "w" }, "up must be"],
    [{ layout: "csv", skeleton: "sbu15", fps: 30, up: null }, "up must be"],
    [{ layout: "csv", skeleton: "sbu15", fps: 30, units: null }, "units must be m, cm, mm, got null"],
    [{ layout: "csv", skeleton: "sbu15", fps: 30, colour: 1 }, "unknown field colour"],
    [{ layout: "csv", skeleton: "sbu15", fps: 30, group: "(?=a)(a)" }, "not a regular expression"],
    [{ layout: "csv", skeleton: "sbu15", fps: 30, group: `(${"a".repeat(200)})` }, "at most 200 characters"],
    [{ layout: "csv", skeleton: "sbu15", fps: 30, group: 7 }, "must be a regular expression"],
    [{ layout: "csv", skeleton: "sbu15", fps: 30, group: "a+" }, "must have parentheses around the group"],
    [{ layout: "csv", skeleton: { name: "own", joints: ["a"], parents: [0] }, fps: 30 }, "skeleton.pelvis"],
    [{
      layout: "csv",
      fps: 30,
      skeleton: {
        name: "own",
        joints: ["a", "b"],
        parents: [1, 0],
        pelvis: [0],
        hips: [0, 1],
        shoulders: [0, 1],
      },
    }, "do not lead to a root"],
  ];
  for (const [value, says] of cases) {
    assertThrows(() => parseDescription(text(JSON.stringify(value)), "iadnet.json"), DataError, says);
  }
  assertThrows(() => parseDescription(text("{"), "iadnet.json"), DataError, "not JSON");
});

Deno.test("A folder level too deep, or no description, is said plainly", async () => {
  const root = await folder({ "inner/iadnet.json": describe("csv"), "inner/clips.csv": csvOf(clips) });
  await assertRejects(() => openDataset(root, { format: "custom" }), DataError, "open that folder instead");
  await Deno.remove(root, { recursive: true });
});

Deno.test("An array of another shape than [2,T,J,3] is refused with its shape", async () => {
  const shapes = [[1, 4, 15, 3], [3, 4, 15, 3], [2, 0, 15, 3], [2, 4, 14, 3], [2, 4, 15, 4], [2, 4, 45], [
    8,
    45,
  ]];
  for (const shape of shapes) {
    const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
    const root = await folder({ "iadnet.json": describe("npy"), "hug/a.npy": writeNpy(values, shape) });
    await assertRejects(
      () => openDataset(root, { format: "custom" }),
      DataError,
      `hug/a.npy: expected shape [2,T,15,3], got [${shape}]`,
    );
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("Two BVH files are one clip, and files that do not fit together are refused", async () => {
  const files = { "iadnet.json": text('{"layout": "bvh", "units": "cm"}'), "hug/a/P1.bvh": text(BVH) };
  const root = await folder({
    ...files,
    "hug/a/P2.bvh": text(BVH.replace("5 100 0 0 0 90", "5 100 0 0 0 0")),
  });
  const { clips: [clip] } = await openDataset(root, { format: "custom" });
  assertEquals([clip.id, clip.category, clip.frames], ["hug/a", "hug", 2]);
  assertAlmostEquals(clip.x[1], 1, 1e-6); // 100 cm
  assertAlmostEquals(clip.y[18 + 3], 0.15, 1e-6);
  const [first] = BVH.split("\n5 100 ");
  await Deno.writeTextFile(`${root}/hug/a/P2.bvh`, `${first.replace("Frames: 2", "Frames: 1")}\n`);
  const { clips: [short] } = await openDataset(root, { format: "custom" });
  assertEquals([short.frames, short.x, short.y.length], [1, clip.x.slice(0, 18), 18]);
  await Deno.writeTextFile(`${root}/hug/a/P2.bvh`, BVH.replaceAll("LeftHand", "LeftFist"));
  await assertRejects(() => openDataset(root, { format: "custom" }), DataError, "their joints differ");
  await Deno.remove(root, { recursive: true });
});

Deno.test("The sample in data/sample is read as its description says", async () => {
  const path = new URL("../../../data/sample", import.meta.url).pathname;
  const { clips, categories } = await openDataset(path, { format: "custom" });
  assertEquals(categories, ["handshake", "push"]);
  assertEquals(clips.map(({ id, group, frames, fps }) => [id, group, frames, fps]), [
    ["clip1", "pair1", 12, 10],
    ["clip2", "pair1", 12, 10],
  ]);
});

Deno.test("The earlier name of the format, own, opens the same data set", async () => {
  const path = new URL("../../../data/sample", import.meta.url).pathname;
  const dataset = await openDataset(path, { format: "own" });
  assertEquals(dataset, await openDataset(path, { format: "custom" }));
  assertEquals([dataset.format, FORMATS.includes("own")], ["custom", false]);
});

Deno.test("A table without rows is refused by its name", async () => {
  const root = await folder({
    "iadnet.json": describe("csv"),
    "clips.csv": text("clip,frame,person,joint,x,y,z\n"),
  });
  const error = await assertRejects(() => openDataset(root, { format: "custom" }), DataError);
  assertEquals(error.message, `Cannot read ${root}/clips.csv: expected rows, found none`);
  await Deno.remove(root, { recursive: true });
});
