/** Tables in wide form: one row a frame, a column for each coordinate. */
import { assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../../lib/core/errors.ts";
import { parseDescription } from "../../../lib/data/formats/description.ts";
import { readLongTable } from "../../../lib/data/formats/long_table.ts";
import { getSkeleton } from "../../../lib/data/skeletons.ts";
import { generateDataset } from "../../../lib/data/synthetic/mod.ts";
import { asCsv, asParquet, describe, type Row, rows } from "../../support/custom_fixtures.ts";

const skeleton = getSkeleton("sbu15");
const clips = generateDataset({ seed: 0, clipsPerCategory: 2, categories: ["hug"], skeleton, fps: 15 });

/** Rows of the wide form. @param name Name of a column. */
function wideRows(
  name = (person: number, joint: string, axis: string) => `p${person}_${joint}_${axis}`,
): Row[] {
  return clips.flatMap(({ id, category, group, frames, x, y }) =>
    Array.from({ length: frames }, (_, t) => {
      const coordinates = [x, y].flatMap((values, i) =>
        skeleton.joints.flatMap((joint, j) =>
          [..."xyz"].map((axis, k) => [name(i + 1, joint, axis), values[(t * 15 + j) * 3 + k]])
        )
      );
      return { recording: id, frame: t + 7, category, group, ...Object.fromEntries(coordinates) };
    })
  );
}
const read = async (table: readonly Row[], layout = "csv", wide = "p{person}_{joint}_{axis}") => {
  const description = describe(layout, { columns: { clip: "recording", wide } });
  const bytes = layout === "csv" ? asCsv(table) : asParquet(table, "zstd");
  return (await readLongTable(bytes, "t", parseDescription(description, "d"))).clips.map((clip) =>
    clip.read()
  );
};
const refusal = async (...table: Parameters<typeof read>) =>
  (await assertRejects(() => read(...table), DataError)).message;

Deno.test("A wide table holds the same recordings as a long one", async () => {
  const long = await readLongTable(asCsv(rows(clips)), "t", parseDescription(describe("csv"), "d"));
  const expected = long.clips.map((clip) => ({ ...clip.read(), category: "hug" }));
  assertEquals(await read(wideRows()), expected);
  assertEquals(await read(wideRows(), "parquet"), expected);
  const dotted = wideRows((person, joint, axis) =>
    `${axis.toUpperCase()}.${joint} (body ${"ab"[person - 1]})`
  );
  assertEquals(await read(dotted, "csv", "{axis}.{joint} (body {person})"), expected);
  const without = wideRows().map(({ p2_head_x: _, ...row }) => row);
  const [{ x, y }] = await read(without as Row[]);
  assertEquals([x.some(Number.isNaN), y.findIndex(Number.isNaN), y[1]], [false, 0, expected[0].y[1]]);
});

Deno.test("A wide table that does not fit is refused with its columns, line or frame", async () => {
  const table = wideRows();
  assertEquals(
    await refusal(table, "csv", "q{person}_{joint}_{axis}"),
    "Cannot read t: expected columns q{person}_{joint}_{axis} of two people, found 0",
  );
  const three = table.map((row) => ({ ...row, p3_head_x: 1 }));
  assertEquals(
    await refusal(three),
    "Cannot read t: expected columns p{person}_{joint}_{axis} of two people, found 3: 1, 2, 3",
  );
  assertEquals(
    await refusal(table.map((row) => ({ ...row, p1_tail_x: 1 }))),
    "Cannot read t: column p1_tail_x: sbu15 has no joint tail",
  );
  assertEquals(
    await refusal(table.map((row) => ({ ...row, p1_head_X: 1 }))),
    "Cannot read t: columns p1_head_x and p1_head_X are the same coordinate",
  );
  assertEquals(
    await refusal(table.with(1, { ...table[1], frame: 7 })),
    `Cannot read t: line 3: clip ${clips[0].id}: frame 7 exists twice`,
  );
  assertEquals(
    await refusal(table.with(1, { ...table[1], p2_neck_z: "far" })),
    `Cannot read t: line 3: clip ${clips[0].id}: p2_neck_z must be a number, got "far"`,
  );
});
