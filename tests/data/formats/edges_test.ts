/** Edges of the readers that mutation testing showed to be unguarded. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { parseDescription } from "../../../lib/data/formats/description.ts";
import { describeFolder, listFiles } from "../../../lib/data/formats/folder.ts";
import { parseInterxPerson } from "../../../lib/data/formats/interx/source.ts";
import { listNtuClips } from "../../../lib/data/formats/ntu/source.ts";
import { NTU_CATEGORIES, NTU_MISSING, NTU_TRAINING_SUBJECTS } from "../../../lib/data/formats/ntu/names.ts";
import { readNpy } from "../../../lib/data/formats/npy.ts";
import { inFolder } from "../../faults/kit.ts";
import { DataError } from "../../../lib/core/errors.ts";
import { openClipSource } from "../../../lib/data/formats/registry.ts";
import { getSkeleton } from "../../../lib/data/skeletons.ts";
import { generateDataset } from "../../../lib/data/synthetic/mod.ts";
import { writeInterx } from "../../support/write_interx.ts";
import { writeNpy } from "../../support/write_npy.ts";

Deno.test("A folder's files are listed down to the depth, and no deeper", async () => {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/a/b/c`, { recursive: true });
    for (const path of ["0", "a/1", "a/b/2", "a/b/c/3"]) await Deno.writeTextFile(`${folder}/${path}`, "");
    assertEquals(await listFiles(folder, 0), ["0"]);
    assertEquals(await listFiles(folder, 1), ["0", "a/1"]);
    assertEquals(await listFiles(folder, 2), ["0", "a/1", "a/b/2"]);
  });
});

Deno.test("A folder is described by its first three names and the number of the others", async () => {
  await inFolder(async (folder) => {
    const expected = ["an empty folder", "a", "a, b", "a, b, c", "a, b, c and 1 more", "a, b, c and 2 more"];
    for (const [i, text] of expected.entries()) {
      assertEquals(await describeFolder(folder), text);
      await Deno.writeTextFile(`${folder}/${"abcdef"[i]}`, "");
    }
  });
});

Deno.test("Every second frame of an Inter-X person is every second frame", () => {
  const values = Float32Array.from({ length: 5 * 64 * 3 }, (_, i) => i);
  const half = parseInterxPerson(writeNpy(values, [5, 64, 3]), "P1.npy", 2);
  assertEquals(half.length, 3 * 64 * 3);
  assertEquals([half[0], half[192], half[384], half[575]], [0, 384, 768, 959]);
});

const clips = generateDataset({
  seed: 0,
  clipsPerCategory: 5,
  categories: ["hug"],
  skeleton: getSkeleton("interx64"),
  fps: 120,
});

Deno.test("Inter-X's splits are found beside the folder of clips, and a lone list makes no split", async () => {
  await inFolder(async (folder) => {
    const root = `${folder}/data`;
    await writeInterx(root, clips, { list: (_, id) => id.endsWith("R000") ? "test" : "train" });
    const { splits, entries } = await openClipSource(`${root}/skeletons`, "interx", {});
    assertEquals(splits?.get("paper")?.size, entries.length);
    await Deno.remove(`${root}/splits/test.txt`);
    const less = (await openClipSource(root, "interx", {})).splits;
    assert(less?.has("group") && !less.has("paper") && !less.has("official"));
    const nonsense = "x".repeat(50);
    await Deno.writeTextFile(`${root}/splits/test.txt`, `\n${nonsense}\n`);
    const error = await assertRejects(() => openClipSource(root, "interx", {}), DataError);
    assert(
      error.message.includes(
        `line 2 of ${root}/splits/test.txt: expected a clip's name, got "${"x".repeat(40)}"`,
      ),
    );
    assertEquals(error.position, "line 2");
  });
});

Deno.test("An array without values ends with its header, and its file is read", () => {
  assertEquals(readNpy(writeNpy(new Float32Array(0), [0, 3]), "a.npy").shape, [0, 3]);
});

Deno.test("A clip of NTU that is there twice is refused with both places", () => {
  const id = "S001C001P001R001A050", named: [string, string][] = [[id, `a/${id}`], [id, `b/${id}`]];
  const error = assertThrows(() => listNtuClips(named, (path) => `root/${path}`, { camera: 1 }), DataError);
  assertEquals(error.message, `Cannot read root/b/${id}: clip ${id} exists twice, first at a/${id}`);
});

Deno.test("The published lists of NTU RGB+D 120 are as published: counts and sums", () => {
  const subjects = [...NTU_TRAINING_SUBJECTS], sum = (list: number[]) => list.reduce((a, b) => a + b, 0);
  assertEquals([subjects.length, sum(subjects), sum(subjects.map((s) => s * s))], [53, 2795, 200_379]);
  assertEquals([NTU_CATEGORIES.size, sum([...NTU_CATEGORIES.keys()])], [26, 2300]);
  assertEquals(NTU_MISSING.size, 96);
});

Deno.test("A skeleton of a description has names for joints, every one", () => {
  const skeleton = {
    name: "edges",
    joints: ["a", 3],
    parents: [-1, 0],
    pelvis: [0],
    hips: [0, 1],
    shoulders: [0, 1],
  };
  const text = JSON.stringify({ layout: "csv", skeleton, units: "m", up: "y", fps: 15 });
  assertThrows(
    () => parseDescription(new TextEncoder().encode(text), "iadnet.json"),
    DataError,
    "1 to 1000 names",
  );
});

Deno.test("Inter-X's split by group tests every fifth group", async () => {
  await inFolder(async (root) => {
    const grouped = Array.from(
      { length: 11 },
      (_, i) => ({ ...clips[0], id: `hug/${i}`, group: `G${i + 1}` }),
    );
    await writeInterx(root, grouped);
    const { entries, splits } = await openClipSource(root, "interx", {});
    const groups = [...new Set(entries.map(({ group }) => group))].sort();
    assertEquals(groups.length, 11);
    for (const { id, group } of entries) {
      assertEquals(splits?.get("group")?.get(id), groups.indexOf(group) % 5 === 4 ? "test" : "train");
    }
    assertEquals([...splits!.get("group")!.values()].filter((side) => side === "test").length, 2);
  });
});

Deno.test("A skeleton of a description has indices of its joints, as many as there must be", () => {
  const good = {
    name: "indices",
    joints: ["a", "b"],
    parents: [-1, 0],
    pelvis: [0],
    hips: [0, 1],
    shoulders: [0, 1],
  };
  const parse = (skeleton: unknown) =>
    parseDescription(
      new TextEncoder().encode(JSON.stringify({ layout: "csv", skeleton, units: "m", up: "y", fps: 15 })),
      "iadnet.json",
    );
  assertEquals(parse(good).skeleton!.parents, [-1, 0]);
  const wrong: [string, unknown][] = [
    ["parents", [-2, 0]],
    ["parents", [-1, 2]],
    ["parents", [-1]],
    ["pelvis", []],
    ["pelvis", [-1]],
    ["hips", [0, 2]],
    ["hips", [0.5, 1]],
    ["hips", ["0", 1]],
    ["shoulders", [0, 1, 1]],
    ["shoulders", "01"],
  ];
  for (const [key, value] of wrong) {
    assertThrows(() => parse({ ...good, [key]: value }), DataError, `skeleton.${key} must be`);
  }
});
