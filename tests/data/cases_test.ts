/** Recordings that went wrong after public bug reports; each is read right, or refused by name. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DataError } from "../../lib/core/errors.ts";
import type { OpenOptions } from "../../lib/data/dataset.ts";
import { openDataset } from "../../lib/data/open_dataset.ts";
import { withFolder } from "../support/data_fixtures.ts";

const CASES = new URL("../../../shared/cases/", import.meta.url);
const ignore = !exists(CASES);

function exists(url: URL): boolean {
  try {
    return Deno.statSync(url).isDirectory;
  } catch {
    return false;
  }
}

const pathOf = (path: string) => decodeURIComponent(new URL(path, CASES).pathname);
const open = (path: string, options: Partial<OpenOptions> = {}) =>
  openDataset(pathOf(path), { format: "custom", ...options });

/** A test of one case. */
function caseOf(name: string, run: () => void | Promise<void>): void {
  Deno.test({ name: `${name} (needs ../shared/cases)`, ignore, fn: async () => void await run() });
}

const near = (value: number, expected: number) =>
  assert(Math.abs(value - expected) < 5e-5, `${value} for ${expected}`);

caseOf("Decimals of Parquet have their scale", async () => {
  const { clips } = await open("01_parquet_decimal/data");
  near(clips[0].x[0], 0.3449);
  near(clips[0].x[1], 1.5201);
});

caseOf("A cell of blanks is missing, not 0", async () => {
  for (const folder of ["data", "data_nbsp"]) {
    const path = `03_csv_blank_is_zero/${folder}`;
    await assertRejects(() => open(path), DataError, "clip1");
    const { message } = await assertRejects(() => open(path), DataError);
    assert(/head of person 1 is missing/.test(message), message);
    const { clips } = await open(path, { missing: "interpolate" });
    assert(clips[0].interpolated! >= 1 && clips[0].x[0] !== 0);
  }
});

caseOf("Ids of 64 bits stay apart", async () => {
  const ids = ["72057594037930001", "72057594037930002"];
  for (const folder of ["data", "data_merged"]) {
    const { clips } = await open(`04_parquet_int64_ids_merge/${folder}`);
    assertEquals(clips.map(({ id }) => id), ids);
  }
});

caseOf("Categories that are not UTF-8 are never merged", async () => {
  try {
    const { categories } = await open("05_csv_latin1_categories_merge/data");
    assertEquals(categories, ["tap\u00e8", "tap\u00e9"]);
  } catch (error) {
    assert(error instanceof DataError && /UTF-8/.test(error.message), String(error));
  }
});

caseOf("Every data file that is not read is named", async () => {
  const npy = await open("06_clips_dropped_without_word/npy", { lenient: true });
  const bvh = await open("06_clips_dropped_without_word/bvh", { lenient: true });
  for (const [dataset, files] of [[npy, 4], [bvh, 3]] as const) {
    assertEquals(dataset.clips.length + dataset.skipped.length, files, JSON.stringify(dataset.skipped));
  }
  assertEquals(bvh.clips.map(({ id }) => id), ["cat/c1", "cat/c3"]);
});

caseOf("A body of zeros is missing", async () => {
  const { message } = await assertRejects(() => open("09_zero_joints_are_positions/own_npy"), DataError);
  assertStringIncludes(message, "person 2 is missing in every frame");
  const ntu = await openDataset(pathOf("09_zero_joints_are_positions/ntu"), { format: "ntu120" });
  assert(ntu.clips[0].interpolated! >= 250 || ntu.clips[0].cut! >= 10);
});

caseOf("Half floats and big-endian arrays are read", async () => {
  for (const folder of ["npz_f2", "npy_big_endian"]) {
    const { clips } = await open(`15_pyskl_float16/${folder}`, { units: "m" } as never);
    assert(clips[0].x.every(Number.isFinite) && clips[0].x.some((value) => value !== 0));
  }
});

caseOf("Columns that are not asked for are not read, and every encoding is", async () => {
  for (const folder of ["int96", "struct", "list"]) {
    assert((await open(`19_parquet_unneeded_columns/${folder}`)).clips.length > 0);
  }
  for (const folder of ["duckdb_v2", "delta", "bss"]) {
    assert((await open(`20_parquet_encodings/${folder}`)).clips.length > 0);
  }
  await assertRejects(() => open("20_parquet_encodings/empty"), DataError, "expected rows, found none");
});

caseOf("Partitions name the category", async () => {
  assertEquals((await open("21_partitioned_parquet/data")).categories, ["handshake", "push"]);
});

caseOf("One top folder of a zip is looked through; files of macOS are no data", async () => {
  assert((await open("22_zip_shapes/top.zip")).clips.length > 0);
  const { clips, skipped } = await open("22_zip_shapes/folder_with_AppleDouble");
  assertEquals([clips.map(({ id }) => id), skipped], [["cat/c1"], []]);
});

caseOf("A lenient import leaves one clip of a table out", async () => {
  const { clips, skipped } = await open("23_lenient_not_for_tables/data", { lenient: true });
  assertEquals([clips.map(({ id }) => id), skipped.length], [["clip2"], 1]);
  assertStringIncludes(skipped[0].reason, "clip1");
});

caseOf("A table that lacks something names clip, frame, person and joint", async () => {
  const late = await open("24_table_messages/late_person");
  assert(late.clips.some(({ cut }) => cut! > 0));
  const gap = await assertRejects(() => open("24_table_messages/frame_gap"), DataError);
  assert(/clip1/.test(gap.message) && /frame 5/.test(gap.message), gap.message);
  const single = await assertRejects(() => open("24_table_messages/single"), DataError);
  assert(
    /clip1/.test(single.message) && /person 2 is missing in every frame/.test(single.message),
    single.message,
  );
});

caseOf("SBU is found as its archives unpack", async () => {
  const file = Deno.readTextFileSync(new URL("../data/sbu/p01/03/001/skeleton_pos.txt", CASES));
  await withFolder({
    "s01s02/s01s02/03/001/skeleton_pos.txt": file,
    "s01s03/s01s03/3/1/skeleton_pos.txt": file,
  }, async (root) => {
    const { clips } = await openDataset(root, { format: "sbu" });
    assertEquals(clips.map(({ category, group }) => [category, group]), [["kicking", "s01s02"], [
      "kicking",
      "s01s03",
    ]]);
  });
});

caseOf("A category without a name is refused, or taken from the clip's id", async () => {
  try {
    assert(!(await open("30_empty_category/data")).categories.includes(""));
  } catch (error) {
    assert(error instanceof DataError && /category/.test(error.message), String(error));
  }
});
