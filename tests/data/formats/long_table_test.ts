/** Tables in long form: which cell comes where, and what of a clip is missing. */
import { assertEquals, assertThrows } from "@std/assert";
import { parseDescription } from "../../../lib/data/formats/description.ts";
import { readLongTable } from "../../../lib/data/formats/long_table.ts";
import { openDataset } from "../../../lib/data/open_dataset.ts";
import { DataError } from "../../../lib/core/errors.ts";
import { Random } from "../../../lib/core/random.ts";
import { asCsv, asParquet, describe, type Row } from "../../support/custom_fixtures.ts";

/** The refusal of what throws one: its message, and its position. */
function refusal(read: () => unknown): [string, string | undefined] {
  const { message, position, file } = assertThrows(read, DataError);
  assertEquals(file, "t");
  return [message, position];
}

const range = (count: number) => Array.from({ length: count }, (_, k) => k);

/** Two clips of two frames that are mixed row by row; the rows are numbered from 1 on, without the line of names. */
const ROWS: readonly Row[] = range(2 * 2 * 2 * 15).map((i) => ({
  clip: i % 2 === 0 ? "b" : "a",
  frame: 5 + Math.floor(i / 60),
  person: Math.floor(i / 30) % 2 + 1,
  joint: Math.floor(i / 2) % 15,
  x: i,
  y: 200 - i,
  z: i / 4,
}));
const readRows = (rows: readonly Row[], layout = "csv", more = {}) =>
  readLongTable(
    layout === "csv" ? asCsv(rows) : asParquet(rows, "zstd"),
    "t",
    parseDescription(describe(layout, more), "d"),
  );

Deno.test("Rows of a table in any order come to the clip, frame, person, joint and axis that they name", () => {
  for (const layout of ["csv", "parquet"]) {
    const clips = readRows(new Random(3).shuffle([...ROWS]), layout, { units: "cm" });
    assertEquals(clips.map(({ id, frames, group, category }) => [id, frames, group, category]), [[
      "a",
      2,
      "a",
      "a",
    ], ["b", 2, "b", "b"]]);
    for (const { clip, frame, person, joint, ...place } of ROWS) {
      const { x, y } = clips[clip === "a" ? 0 : 1], at = ((Number(frame) - 5) * 15 + Number(joint)) * 3;
      const metres = [place.x, place.y, place.z].map((value) => Math.fround(Number(value) * 0.01));
      assertEquals([...(person === 1 ? x : y).subarray(at, at + 3)], metres);
    }
  }
});

Deno.test("A fault of a table is named with its line or row, the clip, and what is wrong", () => {
  for (const [layout, where, first] of [["csv", "line", 2], ["parquet", "row", 1]] as const) {
    const change = (at: number, more: Row) => () => readRows(ROWS.with(at, { ...ROWS[at], ...more }), layout);
    const category = (row: Row, i: number) => ({ ...row, category: i === 4 ? "kick" : "hug" });
    const group = (row: Row, i: number) => ({ ...row, group: i > 90 ? "g2" : "g1" });
    const cases: [() => unknown, string, number][] = [
      [change(7, { clip: " " }), "clip is missing", 7],
      [change(9, { frame: 5.5 }), "clip a: frame must be a whole number, got 5.5", 9],
      [change(10, { person: 0 }), "clip b: person must be 1 or 2, got 0", 10],
      [change(10, { person: 3 }), "clip b: person must be 1 or 2, got 3", 10],
      [change(11, { joint: 15 }), "clip a: sbu15 has no joint 15", 11],
      [change(11, { joint: -1 }), "clip a: sbu15 has no joint -1", 11],
      [change(12, { joint: 7 }), "clip b: joint 7 of person 1 exists twice in frame 5", 14],
      [change(118, { joint: 13 }), "clip b: joint 13 of person 2 exists twice in frame 6", 118],
      [change(43, { person: 1 }), "clip a: joint 6 of person 1 exists twice in frame 5", 43],
      [change(118, { z: 1e39 }), "clip b: 14 is out of range, got 118, 82, 1e+39", 118],
      [() => readRows(ROWS.map(category), layout), "clip b: it has two values of category", 4],
      [() => readRows(ROWS.map(group), layout), "clip a: it has two values of group", 91],
      [() => readRows(ROWS.map((row) => ({ ...row, category: "" })), layout), "category is missing", 0],
    ];
    for (const [read, why, row] of cases) {
      const position = `${where} ${row + first}`;
      assertEquals(refusal(read), [`Cannot read t: ${position}: ${why}`, position]);
    }
  }
  const decimalComma = () => readRows(ROWS.with(3, { ...ROWS[3], y: '"0,3449"' }));
  assertEquals(refusal(decimalComma), ['Cannot read t: line 5: y must be a number, got "0,3449"', "line 5"]);
});

Deno.test("What a clip lacks is named: a person, a frame, a person in a frame, or a joint", () => {
  const without = (is: (row: Row) => boolean) => () => readRows(ROWS.filter((row) => !is(row)));
  const inB = (row: Row) => row.clip === "b";
  const cases: [() => unknown, string][] = [
    [without((row) => inB(row) && row.person === 2), "clip b: person 2 is missing"],
    [without((row) => inB(row) && row.person === 1), "clip b: person 1 is missing"],
    [
      without((row) => inB(row) && row.person === 2 && row.frame === 5),
      "clip b, frame 5: person 2 is missing",
    ],
    [
      without((row) => inB(row) && row.person === 1 && row.frame === 6),
      "clip b, frame 6: person 1 is missing",
    ],
    [
      without((row) => inB(row) && row.person === 2 && row.frame === 6 && row.joint === 14),
      "clip b, frame 6: joint right_foot of person 2 is missing",
    ],
    [
      without((row) => inB(row) && row.person === 1 && row.frame === 5 && row.joint === 0),
      "clip b, frame 5: joint head of person 1 is missing",
    ],
    [
      () => readRows(ROWS.map((row) => row.frame === 6 ? { ...row, frame: 7 } : row)),
      "clip a: frame 6 is missing",
    ],
    [
      () => readRows(ROWS.with(0, { ...ROWS[0], frame: 4 })),
      "clip b, frame 4: joint neck of person 1 is missing",
    ],
    [
      () => readRows(ROWS.with(0, { ...ROWS[0], frame: -(2 ** 52) })),
      "clip b, frame -4503599627370496: joint neck of person 1 is missing",
    ],
  ];
  for (const [read, why] of cases) {
    // Clips are read in any order: the message is that of one of them.
    const [message, position] = refusal(read);
    assertEquals([message.replace("clip a: frame", "clip b: frame"), position], [
      `Cannot read t: ${why.replace("clip a: frame", "clip b: frame")}`,
      undefined,
    ]);
  }
});

Deno.test("Long ids of a Parquet file stay apart", () => {
  const ids = { a: "72057594037930001", b: "72057594037930002" };
  const rows = ROWS.map((row) => ({ ...row, clip: ids[row.clip as "a"] }));
  const clips = readLongTable(
    asParquet(rows, "zstd", ["clip"]),
    "t",
    parseDescription(describe("parquet"), "d"),
  );
  assertEquals(clips.map(({ id, frames }) => [id, frames]), [[ids.a, 2], [ids.b, 2]]);
});

Deno.test("Files of other writers hold the clips of the sample: DELTA and BYTE_STREAM_SPLIT pages, INT96, decimals", async () => {
  const at = (path: string) => new URL(`../../../${path}`, import.meta.url).pathname;
  const { clips } = await openDataset(at("data/sample"), { format: "custom" });
  const description = parseDescription(await Deno.readFile(at("data/sample/iadnet.json")), "d");
  for (const name of ["int96", "byte_stream_split", "delta", "decimal"]) {
    const bytes = await Deno.readFile(at(`tests/fixtures/tables/${name}.parquet`));
    const read = readLongTable(bytes, "t", { ...description, layout: "parquet" });
    assertEquals(read.map(({ id, x, y }) => [id, x, y]), clips.map(({ id, x, y }) => [id, x, y]), name);
  }
});
