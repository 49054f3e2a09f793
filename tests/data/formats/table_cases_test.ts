/** Tables and arrays that other programs wrote and that were once read wrongly or refused. Skipped without them. */
import { assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../../lib/core/errors.ts";
import type { OpenOptions } from "../../../lib/data/dataset.ts";
import { openDataset } from "../../../lib/data/open_dataset.ts";

const CASES = new URL("../../../../shared/cases/", import.meta.url).pathname;
const ignore = !(() => {
  try {
    return Deno.statSync(CASES).isDirectory;
  } catch {
    return false;
  }
})();

const open = (path: string, options: Partial<OpenOptions> = {}) =>
  openDataset(CASES + path, { format: "custom", ...options });
const refusal = async (path: string, options: Partial<OpenOptions> = {}) =>
  (await assertRejects(() => open(path, options), DataError)).message.replaceAll(CASES, "");

/** The two clips that most cases hold: the first x of person 1, and the first two of person 2. */
const FIRST = [[0.3449, 12], [-0.1599, 12]].map(([x, frames]) => [Math.fround(x), frames]);

for (
  const path of [
    "01_parquet_decimal/data",
    "04_parquet_int64_ids_merge/data",
    "04_parquet_int64_ids_merge/data_merged",
    "05_csv_latin1_categories_merge/data",
    "19_parquet_unneeded_columns/int96",
    "19_parquet_unneeded_columns/list",
    "19_parquet_unneeded_columns/struct",
    "20_parquet_encodings/bss",
    "20_parquet_encodings/delta",
    "20_parquet_encodings/duckdb_v2",
  ]
) {
  Deno.test({
    name: `Numbers keep their value, and clips stay apart: ${path}`,
    ignore,
    fn: async () => assertEquals((await open(path)).clips.map(({ x, frames }) => [x[0], frames]), FIRST),
  });
}

Deno.test({
  name: "Ids above 2^53 are exact, and texts that are not UTF-8 stay apart, with a warning",
  ignore,
  fn: async () => {
    const ids = ["72057594037930001", "72057594037930002"];
    assertEquals((await open("04_parquet_int64_ids_merge/data_merged")).clips.map(({ id }) => id), ids);
    const { categories, warnings } = await open("05_csv_latin1_categories_merge/data");
    assertEquals([categories, warnings?.length], [["tap\u00e8", "tap\u00e9"], 1]);
  },
});

Deno.test({
  name: "numpy's float16 and big-endian arrays are read",
  ignore,
  fn: async () => {
    for (const path of ["15_pyskl_float16/npz_f2", "15_pyskl_float16/npy_big_endian"]) {
      const { clips: [{ x, y }] } = await open(path);
      assertEquals([...x, ...y].every((value) => Math.abs(value) < 10), true, path);
      assertEquals(x.some((value) => value !== 0), true, path);
    }
  },
});

Deno.test({
  name: "What a table lacks is named: a blank cell, a frame, a person, a category, rows",
  ignore,
  fn: async () => {
    const blank =
      "head of person 1 is missing in frame 0 (1 joint positions in all): interpolate or drop the clip by --missing";
    const cases: [string, string][] = [
      ["03_csv_blank_is_zero/data", `Cannot use clip clip1 of FILE: ${blank}`],
      ["03_csv_blank_is_zero/data_nbsp", `Cannot use clip clip1 of FILE: ${blank}`],
      [
        "24_table_messages/frame_gap",
        `Cannot use clip clip1 of FILE: ${
          blank.replace(
            "head of person 1 is missing in frame 0 (1 ",
            "both people are missing in frame 5 (30 ",
          )
        }`,
      ],
      ["24_table_messages/single", "Cannot use clip clip1 of FILE: person 2 is missing in every frame"],
      ["30_empty_category/data", "Cannot read FILE: line 2: clip clip1: category is missing"],
    ];
    for (const [path, why] of cases) {
      assertEquals((await refusal(path)).replace(`${path}/clips.csv`, "FILE"), why, path);
    }
    assertEquals(
      await refusal("20_parquet_encodings/empty"),
      "Cannot read 20_parquet_encodings/empty/clips.parquet: expected rows, found none",
    );
  },
});

Deno.test({
  name: "A gap is filled and a late person cut on request; a lenient import leaves one clip of a table out",
  ignore,
  fn: async () => {
    const { clips } = await open("24_table_messages/frame_gap", { missing: "interpolate" });
    assertEquals(clips.map(({ frames, interpolated }) => [frames, interpolated]), [[12, 30], [12, 30]]);
    const late = (await open("24_table_messages/late_person")).clips;
    assertEquals(late.map(({ frames, cut }) => [frames, cut]), [[9, 3], [9, 3]]);
    const lenient = await open("23_lenient_not_for_tables/data", { lenient: true });
    assertEquals([lenient.clips.map(({ id }) => id), lenient.skipped.length], [["clip2"], 1]);
  },
});
