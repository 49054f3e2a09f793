/** Tables in long form: which cell comes where, and what of a clip is missing. */
import { assertEquals, assertRejects } from "@std/assert";
import { parseDescription } from "../../../lib/data/formats/description.ts";
import { readLongTable } from "../../../lib/data/formats/long_table.ts";
import { openDataset } from "../../../lib/data/open_dataset.ts";
import { DataError } from "../../../lib/core/errors.ts";
import { Random } from "../../../lib/core/random.ts";
import { asCsv, asParquet, describe, type Row } from "../../support/custom_fixtures.ts";

/** The refusal of what throws one: its message, and its position. */
async function refusal(read: () => unknown): Promise<[string, string | undefined]> {
  const { message, position, file } = await assertRejects(async () => await read(), DataError);
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
const tableOf = (rows: readonly Row[], layout = "csv", more = {}) =>
  readLongTable(
    layout === "csv" ? asCsv(rows) : asParquet(rows, "zstd"),
    "t",
    parseDescription(describe(layout, more), "d"),
  );
/** The recordings of a table. The first clip that is wrong throws. */
const readRows = async (...table: Parameters<typeof tableOf>) =>
  (await tableOf(...table)).clips.map((clip) => clip.read());

Deno.test("Rows of a table in any order come to the clip, frame, person, joint and axis that they name", async () => {
  for (const layout of ["csv", "parquet"]) {
    const clips = await readRows(new Random(3).shuffle([...ROWS]), layout, { units: "cm" });
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

Deno.test("A fault of a table is named with its line or row, the clip, and what is wrong", async () => {
  for (const [layout, where, first] of [["csv", "line", 2], ["parquet", "row", 1]] as const) {
    const change = (at: number, more: Row) => () => readRows(ROWS.with(at, { ...ROWS[at], ...more }), layout);
    const category = (row: Row, i: number) => ({ ...row, category: i === 4 ? "kick" : "hug" });
    const group = (row: Row, i: number) => ({ ...row, group: i > 90 ? "g2" : "g1" });
    const cases: [() => unknown, string, number][] = [
      [change(7, { clip: " " }), "clip is missing", 7],
      [change(9, { frame: 5.5 }), "clip a: frame must be a whole number, got 5.5", 9],
      [change(10, { person: 3 }), "clip b: expected two people, found 3: 1, 3, 2", 0],
      [change(10, { frame: "" }), "clip b: frame is missing", 10],
      [change(10, { person: "" }), "clip b: person is missing", 10],
      [change(10, { joint: " " }), "clip b: joint is missing", 10],
      [change(11, { joint: 15 }), "clip a: sbu15 has no joint 15", 11],
      [change(11, { joint: -1 }), "clip a: sbu15 has no joint -1", 11],
      [change(12, { joint: 7 }), "clip b: joint 7 of person 1 exists twice in frame 5", 14],
      [change(118, { joint: 13 }), "clip b: joint 13 of person 2 exists twice in frame 6", 118],
      [change(43, { person: 1 }), "clip a: joint 6 of person 1 exists twice in frame 5", 43],
      [
        change(118, { z: 1e39 }),
        `clip b: z must be a number, got "1e+39"`,
        118,
      ],
      [() => readRows(ROWS.map(category), layout), "clip b: it has two values of category", 4],
      [() => readRows(ROWS.map(group), layout), "clip a: it has two values of group", 91],
      [
        () => readRows(ROWS.map((row) => ({ ...row, category: "" })), layout),
        "clip a: category is missing",
        1,
      ],
    ];
    for (const [read, why, row] of cases) {
      const position = `${where} ${row + first}`;
      assertEquals(await refusal(read), [`Cannot read t: ${position}: ${why}`, position]);
    }
  }
  const decimalComma = () => readRows(ROWS.with(3, { ...ROWS[3], y: '"0,3449"' }));
  assertEquals(await refusal(decimalComma), [
    'Cannot read t: line 5: clip a: y must be a number, got "0,3449"',
    "line 5",
  ]);
});

Deno.test("Rows that do not exist, and cells that say so, are missing joints; frames have numbers", async () => {
  const [a, b] = await readRows(
    ROWS.filter((row) => row.clip !== "b" || row.person === 1 || row.frame !== 6),
  );
  assertEquals([Array.from(a.numbers!), Array.from(b.numbers!)], [[5, 6], [5, 6]]);
  assertEquals([a.y.findIndex(Number.isNaN), b.x.findIndex(Number.isNaN)], [-1, -1]);
  assertEquals(b.y.findIndex(Number.isNaN), 45);
  assertEquals(b.y.subarray(45).every(Number.isNaN), true);
  for (const cell of ["", " ", "\t", "\u00a0", "NaN", "nan", "null", "NA", "None"]) {
    const [a] = await readRows(ROWS.with(1, { ...ROWS[1], y: cell }));
    assertEquals([...a.x.subarray(0, 3)], [1, NaN, 0.25], JSON.stringify(cell));
  }
  const [late] = await readRows(ROWS.filter((row) => row.person === 2), "parquet");
  assertEquals([late.x.every(Number.isNaN), late.y.some(Number.isNaN)], [true, false]);
});

Deno.test("Frames keep their numbers, or their times, in the order in which they come", async () => {
  const numbered = ROWS.map((row) => ({ ...row, frame: row.frame === 5 ? 40 : -8 }));
  assertEquals((await readRows(numbered)).map(({ numbers }) => Array.from(numbers!)), [[40, -8], [40, -8]]);
  const timed = ROWS.map(({ frame, ...row }) => ({ ...row, time: frame === 5 ? 1.5 : 1.54 }));
  const { clips, warnings } = await tableOf(timed, "csv", { fps: 25 });
  const [{ times, numbers, fps }] = clips.map((clip) => clip.read());
  assertEquals([Array.from(times!), numbers, fps, warnings], [[1.5, 1.54], undefined, 25, []]);
  const neither = ROWS.map(({ frame: _, ...row }) => row);
  assertEquals(
    (await refusal(() => readRows(neither)))[0],
    "Cannot read t: expected a column frame or time, found neither",
  );
});

Deno.test("The frame rate is that of the column, of the description, or of the time stamps, with a warning", async () => {
  const none = { fps: undefined }, rated = ROWS.map((row) => ({ ...row, fps: row.clip === "a" ? 30 : 60 }));
  const ratesOf = async (...table: Parameters<typeof tableOf>) =>
    (await readRows(...table)).map(({ fps }) => fps);
  assertEquals(await Promise.all([ratesOf(rated), ratesOf(rated, "parquet", none), ratesOf(ROWS)]), [
    [30, 60],
    [30, 60],
    [
      15,
      15,
    ],
  ]);
  const two = () => readRows(rated.with(3, { ...rated[3], fps: 31 }));
  assertEquals(await refusal(two), ["Cannot read t: line 5: clip a: it has two values of fps", "line 5"]);
  const odd = () => readRows(ROWS.map((row) => ({ ...row, fps: -1 })));
  assertEquals(
    (await refusal(odd))[0],
    "Cannot read t: line 3: clip a: fps must be a number from 1 to 1000, got -1",
  );
  assertEquals(await ratesOf(ROWS.map((row) => ({ ...row, fps: "" }))), [15, 15]);
  const unknown = "Cannot read t: fps is stated neither in iadnet.json nor by a column fps or time";
  assertEquals((await refusal(() => readRows(ROWS, "csv", none)))[0], unknown);
  const timed: Row[] = ROWS.map((row) => ({ ...row, time: row.frame === 5 ? 0 : 0.04 }));
  assertEquals(await ratesOf(timed, "csv", none), [25, 25]);
  assertEquals(await ratesOf(timed.map(({ frame: _, ...row }) => row), "parquet", none), [25, 25]);
  assertEquals((await tableOf(timed, "csv", none)).warnings.length, 1);
  // Every second frame was kept: the rate is that of the numbers.
  const sparse = timed.map((row) => ({ ...row, frame: Number(row.frame) * 2 }));
  assertEquals(await ratesOf(sparse, "csv", none), [50, 50]);
  const milliseconds = timed.map((row) => ({ ...row, time: Number(row.time) * 1e6 }));
  assertEquals(
    (await refusal(() => ratesOf(milliseconds, "csv", none)))[0],
    "Cannot read t: line 3: clip a: its times tell 0.000025 frames per second: state fps, and times in seconds",
  );
});

Deno.test("People are any two ids: 0, 1 and 2 in this order, others in that of the file", async () => {
  const named = (first: string | number, second: string | number) =>
    ROWS.map((row) => ({ ...row, person: row.person === 1 ? first : second }));
  const expected = await readRows(ROWS), people = ({ x, y }: { x: Float32Array; y: Float32Array }) => [x, y];
  for (
    const [first, second] of [[0, 1], [0, 2], ["72057594037930001", "72057594037930002"], ["zoe", "adam"], [
      "1.0",
      "2.0",
    ]]
  ) {
    const rows = named(first, second);
    assertEquals((await readRows(rows)).map(people), expected.map(people));
    assertEquals((await tableOf(rows)).warnings.length, String(first).length > 2 && first !== "1.0" ? 1 : 0);
  }
  for (const layout of ["csv", "parquet"]) {
    // The order is the same for all clips of a file, whoever comes first in a clip.
    const rows = named("zoe", "adam"), mixed = [...rows.slice(0, 1), ...rows.slice(1).reverse()];
    assertEquals(
      (await readRows(mixed, layout)).map(({ y }) => y.toSorted()),
      expected.map(({ y }) => y.toSorted()),
    );
    assertEquals((await readRows(named(2, 1), layout)).map(people), expected.map(({ x, y }) => [y, x]));
  }
});

Deno.test("A clip with a wrong row does not keep the others from being read", async () => {
  const { clips: [a, b] } = await tableOf(ROWS.with(3, { ...ROWS[3], x: "left" }));
  assertEquals(await refusal(a.read), [
    'Cannot read t: line 5: clip a: x must be a number, got "left"',
    "line 5",
  ]);
  assertEquals([a.category, b.read().id], ["a", "b"]);
});

Deno.test("Columns may have other names, and blanks around them", async () => {
  const columns = { clip: "recording", frame: "frame_no", x: "pos_x", joint: "1" };
  const renamed = ROWS.map(({ clip, frame, joint, x, y, ...row }) => ({
    pos_x: x,
    frame_no: frame,
    ...row,
    " y ": y,
    "1": joint,
    recording: clip,
    clip: "other",
    frame: "",
  }));
  for (const layout of ["csv", "parquet"]) {
    const rows = layout === "csv" ? renamed : renamed.map(({ frame: _, ...row }) => row);
    assertEquals(
      (await readRows(rows, layout, { columns })).map(({ x, y }) => [x, y]),
      (await readRows(ROWS)).map(({ x, y }) => [x, y]),
    );
  }
  assertEquals(
    (await refusal(() => readRows(ROWS, "csv", { columns: { group: "who" } })))[0],
    "Cannot read t: expected the column who, found clip, frame, person, joint, x, y, z",
  );
});

Deno.test("Long ids of a Parquet file stay apart", async () => {
  const ids = { a: "72057594037930001", b: "72057594037930002" };
  const rows = ROWS.map((row) => ({ ...row, clip: ids[row.clip as "a"] }));
  const description = parseDescription(describe("parquet"), "d");
  const clips = (await readLongTable(asParquet(rows, "zstd", ["clip"]), "t", description)).clips.map((clip) =>
    clip.read()
  );
  assertEquals(clips.map(({ id, frames }) => [id, frames]), [[ids.a, 2], [ids.b, 2]]);
});

Deno.test("Files of other writers hold the clips of the sample: DELTA and BYTE_STREAM_SPLIT pages, INT96, decimals", async () => {
  const at = (path: string) => new URL(`../../../${path}`, import.meta.url).pathname;
  const { clips } = await openDataset(at("data/sample"), { format: "custom" });
  const description = parseDescription(await Deno.readFile(at("data/sample/iadnet.json")), "d");
  for (const name of ["int96", "byte_stream_split", "delta", "decimal"]) {
    const bytes = await Deno.readFile(at(`tests/fixtures/tables/${name}.parquet`));
    const read = (await readLongTable(bytes, "t", { ...description, layout: "parquet" })).clips
      .map((clip) => clip.read());
    assertEquals(read.map(({ id, x, y }) => [id, x, y]), clips.map(({ id, x, y }) => [id, x, y]), name);
  }
});

Deno.test("Time stamps that contradict the frame rate are told of once a table, with and without frame numbers", async () => {
  const timed: Row[] = ROWS.map((row) => ({ ...row, time: row.frame === 5 ? 0 : 0.04 }));
  const unnumbered = timed.map(({ frame: _, ...row }) => row);
  for (const rows of [timed, unnumbered]) {
    assertEquals((await tableOf(rows, "csv", { fps: 24 })).warnings, []);
    assertEquals((await tableOf(rows, "csv", { fps: 60 })).warnings, [
      "The time stamps tell about 25 frames per second, fps says 60",
    ]);
  }
});

Deno.test("Blanks around clip, category, group, person and joint do not matter, and an index may be 3.0", async () => {
  const named: Row[] = ROWS.map((row) => ({ ...row, category: "hug", group: "g" }));
  const padded = named.map((row, i) => ({
    ...row,
    ...(i % 3 === 0 && { clip: `${row.clip} `, category: "hug\u00a0", group: " g" }),
    joint: `${row.joint}.0`,
  }));
  for (const layout of ["csv", "parquet"]) {
    assertEquals(await readRows(padded, layout), await readRows(named, layout));
  }
});

Deno.test("A table without a column of clips is one clip, unless a column may be meant", async () => {
  const bare = ROWS.filter(({ clip }) => clip === "a").map(({ clip: _, ...row }) => row);
  const description = (columns?: unknown) => ({
    ...parseDescription(describe("csv", columns ? { columns } : {}), "d"),
    clipOfFile: "push/a",
  });
  const { clips: [{ id, category, group }] } = await readLongTable(asCsv(bare), "t", description());
  assertEquals([id, category, group], ["push/a", "push", "push/a"]);
  const odd = bare.map((row) => ({ ...row, Clip: "a" }));
  const why = "Cannot read t: expected the column clip, found frame, person, joint, x, y, z, Clip";
  assertEquals((await refusal(() => readLongTable(asCsv(odd), "t", description())))[0], why);
  const mapped = () => readLongTable(asCsv(bare), "t", description({ clip: "take" }));
  assertEquals((await refusal(mapped))[0].startsWith("Cannot read t: expected the column take"), true);
});
