/** What looks like data and is not read is named, in every layout; what programs add to folders is not. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { zipSync } from "fflate";
import { DataError } from "../../../lib/core/errors.ts";
import { openClipSource } from "../../../lib/data/formats/registry.ts";
import { openDataset } from "../../../lib/data/open_dataset.ts";
import { asCsv, asParquet, BVH, describe, rows, stack, text } from "../../support/custom_fixtures.ts";
import { randomClip, sbuText, withFolder } from "../../support/data_fixtures.ts";

const CLIP = randomClip(4, 3);
const bvh = text(BVH), npy = stack(CLIP);

/** Ids of the clips, and what is left out, by their names below the root. */
async function listing(root: string, format = "custom"): Promise<[ids: string[], left: string[]]> {
  const { entries, excluded = [] } = await openClipSource(root, format);
  return [entries.map(({ id }) => id), excluded.map(({ file }) => file.replace(`${root}/`, "")).sort()];
}

Deno.test("Pairs of files of any case are read, and single ones are named, strictly and leniently", () =>
  withFolder({
    "iadnet.json": text('{"layout":"bvh","units":"cm"}'),
    "cat/c1/P1.bvh": bvh,
    "cat/c1/P2.bvh": bvh,
    "cat/c2/P2.bvh": bvh,
    "cat/c3/p1.bvh": bvh,
    "cat/c3/p2.bvh": bvh,
    "cat/c4/P1.BVH": bvh,
    "cat/c4/P2.Bvh": bvh,
    "cat/c5/P1.bvh": bvh,
    "cat/c6.bvh": bvh,
    "c7/P1.bvh": bvh,
    "c7/P2.bvh": bvh,
    "cat/notes.csv": text("a\n"),
    "cat/d1.npy.bz2": bvh,
    "cat/d2.c3d": bvh,
    "cat/d3.xlsx": bvh,
    "cat/c1/video.mp4": bvh,
    "cat/c1/P1.txt": bvh,
    "README.md": bvh,
  }, async (root) => {
    const pairs = ["c7/P1.bvh", "c7/P2.bvh", "cat/c2/P2.bvh", "cat/c5/P1.bvh", "cat/c6.bvh"];
    const left = [...pairs, "cat/d1.npy.bz2", "cat/d2.c3d", "cat/d3.xlsx", "cat/notes.csv"];
    assertEquals(await listing(root), [["cat/c1", "cat/c3", "cat/c4"], left]);
    for (const lenient of [false, true]) {
      const { clips, skipped } = await openDataset(root, { format: "custom", lenient });
      assertEquals([clips.length, skipped.length], [3, left.length]);
      assert(skipped.every(({ file, reason }) => reason.includes(file)));
    }
  }));

Deno.test("Arrays higher and deeper than their category are named, and so is a folder that is too deep", () =>
  withFolder({
    "iadnet.json": describe("npy"),
    "cat/c1.npy": npy,
    "cat/c3.NPY": npy,
    "train/cat/c2.npy": npy,
    "c4.npy": npy,
    "a/b/c/d/c5.npy": npy,
    "a/b/c/.git/c6.npy": npy,
  }, async (root) => {
    const left = ["a/b/c/d", "c4.npy", "train/cat/c2.npy"];
    assertEquals(await listing(root), [["cat/c1", "cat/c3"], left]);
    await Deno.copyFile(`${root}/cat/c1.npy`, `${root}/cat/c1.Npy`);
    const { message } = await assertRejects(() => openClipSource(root, "custom"), DataError);
    assertEquals(message, `Cannot read ${root}/cat/c1.npy: clip cat/c1 exists twice, first at cat/c1.Npy`);
  }));

Deno.test("What programs add to folders and zips is not data, and a zip's top folder is looked through", () => {
  const set = {
    "d/iadnet.json": describe("npy"),
    "d/cat/c1.npy": npy,
    "d/cat/._c1.npy": text("x"),
    "d/.DS_Store": text("x"),
    "__MACOSX/d/cat/c1.npy": text("x"),
    "other/c2.npy": npy,
  };
  return withFolder({ "top.zip": zipSync(set), ...set }, async (root) => {
    assertEquals(await listing(`${root}/top.zip`), [["cat/c1"], ["other/c2.npy"]]);
    assertEquals(await listing(`${root}/d`), [["cat/c1"], []]);
    const [zip, folder] = await Promise.all(
      ["top.zip", "d"].map((name) => openDataset(`${root}/${name}`, { format: "custom" })),
    );
    assertEquals([zip.clips, zip.hash], [folder.clips, folder.hash]);
    const { message } = await assertRejects(() => openClipSource(root, "custom"), DataError);
    assert(message.includes("found it in d/iadnet.json: open that folder instead"));
  });
});

Deno.test("A folder that is linked in a circle, or twice, is listed once", () =>
  withFolder({ "iadnet.json": describe("npy"), "cat/c1.npy": npy }, async (root) => {
    await Deno.symlink(root, `${root}/cat/up`);
    await Deno.symlink(`${root}/cat`, `${root}/alias`);
    await Deno.symlink(`${root}/nowhere`, `${root}/broken`);
    assertEquals(await listing(root), [["cat/c1"], []]);
  }));

Deno.test("A link to a folder elsewhere is followed", () =>
  withFolder({ "set/iadnet.json": describe("npy"), "far/c1.npy": npy }, async (root) => {
    await Deno.symlink(`${root}/far`, `${root}/set/cat`);
    assertEquals(await listing(`${root}/set`), [["cat/c1"], []]);
  }));

Deno.test("Folders of tables say category and group, in any order, and escapes are undone", async () => {
  const table = (id: string) => rows([{ ...CLIP, id }]).map(({ group: _, ...row }) => row);
  for (
    const [layout, write] of [["csv", asCsv], [
      "parquet",
      (list: ReturnType<typeof rows>) => asParquet(list, "snappy"),
    ]] as const
  ) {
    await withFolder({
      "iadnet.json": describe(layout),
      [`category=hand%20shake/group=S01/part-0.${layout}`]: write(table("a")),
      [`group=S02/category=push/part-0.${layout.toUpperCase()}`]: write(table("b")),
      [`category=50%/part-0.${layout}`]: write(table("c")),
    }, async (root) => {
      const { entries, warnings } = await openClipSource(root, "custom");
      assertEquals(entries.map(({ id, category, group }) => [id, category, group]), [
        ["a", "hand shake", "S01"],
        ["b", "push", "S02"],
        ["c", "50%", "c"],
      ]);
      assertEquals(warnings, []);
    });
  }
});

Deno.test("Folders say category and group of arrays, too", () =>
  withFolder({
    "iadnet.json": describe("npy"),
    "category=hand%20shake/group=S01/a.npy": npy,
    "group=S02/Category=push/a.npy": npy,
    "category=hug/b.npy": npy,
    "group=S03/kick/c.npy": npy,
    "group=S03/d.npy": npy,
  }, async (root) => {
    const { entries, excluded } = await openClipSource(root, "custom");
    assertEquals(entries.map(({ id, category, group }) => [id, category, group]), [
      ["category=hand%20shake/group=S01/a", "hand shake", "S01"],
      ["category=hug/b", "hug", "category=hug/b"],
      ["group=S02/Category=push/a", "push", "S02"],
      ["group=S03/kick/c", "kick", "S03"],
    ]);
    assertEquals(excluded?.map(({ file }) => file), [`${root}/group=S03/d.npy`]);
  }));

Deno.test("Tables may end in .tsv", () =>
  withFolder({
    "iadnet.json": describe("csv"),
    "a.TSV": text(new TextDecoder().decode(asCsv(rows([CLIP]))).replaceAll(",", "\t")),
  }, async (root) => {
    const { entries, excluded } = await openClipSource(root, "custom");
    assertEquals([entries.map(({ id }) => id), excluded], [[CLIP.id], []]);
  }));

Deno.test("A table without categories takes its folder's name, with a warning; without a folder each clip is one, with a warning", () =>
  withFolder({
    "iadnet.json": describe("csv"),
    "hug/a.csv": asCsv(rows([{ ...CLIP, id: "a" }, { ...CLIP, id: "b" }])),
    "hug/b.csv": asCsv(rows([{ ...CLIP, id: "kick/c" }])),
    "other.npy": npy,
  }, async (root) => {
    const { entries, warnings, excluded } = await openClipSource(root, "custom");
    assertEquals(entries.map(({ category }) => category), ["hug", "hug", "kick"]);
    assertEquals(warnings, [
      `${root}/hug/a.csv: it names no category, so that of its clips is the folder's name, hug`,
    ]);
    assertEquals(excluded?.length, 1);
    await Deno.rename(`${root}/hug/a.csv`, `${root}/a.csv`);
    await Deno.remove(`${root}/hug`, { recursive: true });
    const alone = await openClipSource(root, "custom");
    assertEquals(alone.entries.map(({ category }) => category), ["a", "b"]);
    assert(alone.warnings![0].startsWith("Every clip is a category of its own"));
  }));

Deno.test("SBU is found at any depth, without zeros before numbers, in a zip, from within a pair; other texts are named", async () => {
  const clip = text(sbuText(3));
  const sets: [Record<string, Uint8Array>, string, string[]][] = [
    [{ "s01s02/s01s02/03/001/skeleton_pos.txt": clip, "s01s02/s01s02/03/001/rgb.png": clip }, "", []],
    [{ "s01s02/3/1/skeleton_pos.txt": clip, "ReadMe.txt": clip, "s01s02/3/1/depth.txt": clip }, "", [
      "s01s02/3/1/depth.txt",
    ]],
    [{ "a/b/c/s01s02/03/001/skeleton_pos.txt": clip }, "", []],
    [{ "s01s02/03/001/Skeleton_Pos.TXT": clip, "skeleton_pos.txt": clip }, "", ["skeleton_pos.txt"]],
    [{ "s01s02/03/001/skeleton_pos.txt": clip }, "/s01s02", []],
    [{ "s01s02.zip": zipSync({ "s01s02/s01s02/03/001/skeleton_pos.txt": clip }) }, "/s01s02.zip", []],
    [{ "s01s02.zip": zipSync({ "03/001/skeleton_pos.txt": clip }) }, "/s01s02.zip", []],
  ];
  for (const [files, path, left] of sets) {
    await withFolder(files, async (root) => {
      assertEquals(await listing(root + path, "sbu"), [["s01s02/03/001"], left]);
      const { clips: [{ category, group, frames }] } = await openDataset(root + path, { format: "sbu" });
      assertEquals([category, group, frames], ["kicking", "s01s02", 3]);
    });
  }
  await withFolder(
    { "a/p/3/1/skeleton_pos.txt": clip, "b/p/03/001/skeleton_pos.txt": clip },
    async (root) => {
      await assertRejects(() => openClipSource(root, "sbu"), DataError, "clip p/03/001 exists twice");
    },
  );
});
