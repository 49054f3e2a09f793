/** Columns of CSV and Parquet tables, in the forms in which other programs write them. */
import { assertEquals, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import { DataError } from "../../../lib/core/errors.ts";
import { readTable, type TableFormat } from "../../../lib/data/formats/table.ts";
import { text } from "../../support/custom_fixtures.ts";

type Compression = "uncompressed" | "snappy" | "gzip" | "brotli" | "lz4" | "zstd";

const parquet = (frame: pl.DataFrame, compression: Compression = "zstd") =>
  new Uint8Array(frame.writeParquet({ compression }) as unknown as Uint8Array);

/** Texts of column `a` and numbers of column `x`. */
function read(bytes: Uint8Array, format: TableFormat = "parquet"): [string[], number[]] {
  const { text: { a }, numbers: { x } } = readTable(bytes, "t", format, { text: ["a"], numbers: ["x"] });
  return [Array.from(a.indices, (index) => a.texts[index]), [...x]];
}

/** Message and position of a refusal. */
function refusal(bytes: Uint8Array, format: TableFormat = "parquet"): [string, string | undefined] {
  const { message, position, file } = assertThrows(() => read(bytes, format), DataError);
  assertEquals(file, "t");
  return [message, position];
}

for (const compression of ["uncompressed", "snappy", "gzip", "brotli", "lz4", "zstd"] as const) {
  Deno.test(`Columns come back from Parquet as polars wrote them: ${compression}`, () => {
    const count = 5003,
      each = <T>(value: (i: number) => T) => Array.from({ length: count }, (_, i) => value(i));
    const a = each((i) => `größe ${i % 7}`), x = each((i) => Math.sin(i));
    assertEquals(read(parquet(pl.DataFrame({ a, x }), compression)), [a, x]);
  });
}

Deno.test("A table of several row groups comes back in order", () => {
  const count = 600_000, x = Float64Array.from({ length: count }, (_, i) => Math.cos(i));
  const frame = pl.DataFrame({ a: Array.from(x, (_, i) => `c${i % 1000}`), x });
  const [texts, numbers] = read(parquet(frame));
  assertEquals(texts.findIndex((text, i) => text !== `c${i % 1000}`), -1);
  assertEquals([numbers.length, numbers.findIndex((value, i) => value !== x[i])], [count, -1]);
});

Deno.test("Whole numbers of any type are text without loss, and so are categories and floats that hold whole numbers", () => {
  const ids = ["72057594037930001", "72057594037930002", "0"], column = pl.col("a");
  const types = [pl.Int64, pl.UInt64, pl.Categorical, pl.Decimal(20, 0)];
  const frame = pl.DataFrame({ a: ids, x: [1, 2, 3] });
  for (const type of types) {
    const whole = type === pl.Categorical ? column : column.cast(pl.Int64);
    assertEquals(read(parquet(frame.withColumns(whole.cast(type)))), [ids, [1, 2, 3]], String(type));
  }
  const least = pl.DataFrame({ a: ["18446744073709551615"], x: [1] }).withColumns(column.cast(pl.UInt64));
  assertEquals(read(parquet(least))[0], ["18446744073709551615"]);
  for (const type of [pl.Float32, pl.Float64, pl.Int8, pl.UInt16]) {
    const small = pl.DataFrame({ a: [0, 12, 100], x: [1, 2, 3] }).withColumns(column.cast(type));
    assertEquals(read(parquet(small))[0], ["0", "12", "100"], String(type));
  }
});

Deno.test("Numbers are read from any type of number, from decimals with their scale, and from text", () => {
  const column = pl.col("x"), frame = pl.DataFrame({ a: ["p", "q"], x: [0.3449, -2] });
  assertEquals(read(parquet(frame.withColumns(column.cast(pl.Decimal(9, 4)))))[1], [0.3449, -2]);
  assertEquals(read(parquet(frame.withColumns(column.cast(pl.Float32))))[1], [0.3449, -2].map(Math.fround));
  assertEquals(read(parquet(frame.withColumns(column.cast(pl.Utf8))))[1], [0.3449, -2]);
  for (const type of [pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64]) {
    const whole = pl.DataFrame({ a: ["p", "q"], x: [0, 100] }).withColumns(column.cast(type));
    assertEquals(read(parquet(whole))[1], [0, 100], String(type));
  }
});

Deno.test("Numbers of a CSV file are the nearest doubles, as JavaScript reads them", () => {
  const bits = new DataView(new ArrayBuffer(8)), cells: string[] = [];
  for (let i = 0; i < 20_000; i++) {
    bits.setUint32(0, Math.imul(i + 1, 0x9e3779b1));
    bits.setUint32(4, Math.imul(i + 7, 0x85ebca6b));
    const value = bits.getFloat64(0);
    cells.push(
      Number.isFinite(value) ? String(value) : "0",
      (Math.sin(i) * 10).toFixed(i % 20),
      `${i}e-${i % 30}`,
    );
  }
  cells.push(" 1", "2 ", "\t3", "\u00a04\u00a0", "+7", "1.", ".5", "-0", "4.9e-324", "1E5", "007");
  const file = `a,x\n${cells.map((cell) => `p,${cell}`).join("\n")}`;
  assertEquals(read(text(file), "csv")[1], cells.map(Number));
  assertEquals(read(text("a,x\np, 1\nq,2\n"), "csv")[1], [1, 2]);
});

Deno.test("The first cell that is missing or not a number is named with its line or row, its column and its text", () => {
  const csv = (rows: string) => refusal(text(`b,x,a\n${rows}`), "csv");
  const cases: [string, string, number][] = [
    ['-,1,p\n-,"0,3449",p\n-,?,p\n', 'x must be a number, got "0,3449"', 3],
    ["-,1,p\n\n-,,p\n", "x is missing", 4],
    ["-, ,p\n", "x is missing", 2],
    ["-,\t,p\n", "x is missing", 2],
    ["-,\u00a0,p\n", "x is missing", 2],
    ["-,1,\n-,x,p\n", "a is missing", 2],
    ["-,x,\n", "a is missing", 2],
    ['-,1,"\u00a0 "\n', "a is missing", 2],
    ["-,nan,p\n", 'x must be a number, got "nan"', 2],
    ["-,-inf,p\n", 'x must be a number, got "-inf"', 2],
    ["-,1e999,p\n", 'x must be a number, got "1e999"', 2],
    ["-,0x10,p\n", 'x must be a number, got "0x10"', 2],
    ["-,1_0,p\n", 'x must be a number, got "1_0"', 2],
    ["-,1 2,p\n", 'x must be a number, got "1 2"', 2],
    [`-,${"9".repeat(50)}x,p\n`, `x must be a number, got "${"9".repeat(40)}"`, 2],
  ];
  for (const [rows, why, line] of cases) {
    assertEquals(csv(rows), [`Cannot read t: line ${line}: ${why}`, `line ${line}`]);
  }
  const x = [1, 2, 3], a = ["p", "q", "r"], float = { schema: { a: pl.Float64, x: pl.Int64 } };
  const frames: [pl.DataFrame, string, number][] = [
    [pl.DataFrame({ a, x: [1, null, null] }), "x is missing", 2],
    [pl.DataFrame({ a, x: [NaN, 2, null] }), 'x must be a number, got "NaN"', 1],
    [pl.DataFrame({ a: [1, 2.5, null], x }, float), 'a must be text or a whole number, got "2.5"', 2],
    [pl.DataFrame({ a: ["p", " ", null], x }), "a is missing", 2],
    [pl.DataFrame({ a, x: [1, NaN, 3] }), 'x must be a number, got "NaN"', 2],
    [pl.DataFrame({ a, x: [1, 2, -Infinity] }), 'x must be a number, got "-inf"', 3],
    [pl.DataFrame({ a, x: ["1", "2", "3 m"] }), 'x must be a number, got "3 m"', 3],
    [pl.DataFrame({ a: ["p", null, "r"], x }), "a is missing", 2],
    [pl.DataFrame({ a: [1, 2.5, 3], x }, float), 'a must be text or a whole number, got "2.5"', 2],
    [
      pl.DataFrame({ a: [1, 2, 2 ** 53], x }, float),
      'a must be text or a whole number, got "9007199254740992.0"',
      3,
    ],
  ];
  for (const [frame, why, row] of frames) {
    assertEquals(refusal(parquet(frame)), [`Cannot read t: row ${row}: ${why}`, `row ${row}`]);
  }
});

Deno.test("Columns that are not asked for are not read, whatever they hold, and may be named like numbers", () => {
  const frame = pl.DataFrame({ "1": [[1, 2], [3]], a: ["p", "q"], "0": [{ k: 1 }, { k: 2 }], x: [1, 2] });
  assertEquals(read(parquet(frame)), [["p", "q"], [1, 2]]);
  assertEquals(read(text('1,a,0,x,a_b\n"",p,?,1,\n[,q,"\n",2,\n'), "csv"), [["p", "q"], [1, 2]]);
});

Deno.test("A table without rows has none, and a column of a type that does not fit is named", () => {
  const empty = pl.DataFrame({ a: [] as string[], x: [] as number[] }, {
    schema: { a: pl.Utf8, x: pl.Float64 },
  });
  assertEquals([read(parquet(empty)), read(text("a,x\n"), "csv")], [[[], []], [[], []]]);
  const lists = pl.DataFrame({ a: ["p"], x: [[1, 2]] });
  assertEquals(refusal(parquet(lists))[0], "Cannot read t: column x must hold numbers, got List");
  const dates = pl.DataFrame({ a: ["p"], x: [new Date(0)] });
  assertEquals(refusal(parquet(dates))[0], "Cannot read t: column x must hold numbers, got Datetime");
  const nested = pl.DataFrame({ a: [[1, 2]], x: [1] });
  assertEquals(refusal(parquet(nested))[0], "Cannot read t: column a must hold text, got List");
});

Deno.test("A column that is missing is named, with those that are there; an optional one may be missing", () => {
  const file = text("b,x\n1,2\n"), why = "Cannot read t: expected the column a, found b, x";
  assertEquals(refusal(file, "csv")[0], why);
  assertEquals(refusal(parquet(pl.DataFrame({ b: [1], x: [2] })))[0], why);
  const { text: columns } = readTable(file, "t", "csv", { text: [], optional: ["b", "a"] });
  assertEquals(columns, { b: { texts: ["1"], indices: Uint32Array.of(0) } });
});

Deno.test("What is no Parquet file, or has two columns of one name, is refused", () => {
  const bytes = parquet(pl.DataFrame({ a: ["p"], x: [1], y: [2] }), "uncompressed");
  for (const broken of [text("x"), new Uint8Array(0), bytes.slice(0, -1)]) {
    assertEquals(refusal(broken)[0].startsWith("Cannot read t: it is not a Parquet table: "), true);
  }
  const moved = bytes.slice(4),
    twice = bytes.map((byte) => byte === "y".charCodeAt(0) ? "x".charCodeAt(0) : byte);
  for (const broken of [moved, twice]) assertEquals(refusal(broken)[0].startsWith("Cannot read t: "), true);
});
