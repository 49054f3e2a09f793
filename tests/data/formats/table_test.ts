/** Columns of CSV and Parquet tables, in the forms in which other programs write them. */
import { assertEquals, assertRejects } from "@std/assert";
import pl from "nodejs-polars";
import { DataError } from "../../../lib/core/errors.ts";
import type { TextColumn } from "../../../lib/data/formats/columns.ts";
import { openTable, readTable, type TableFormat, type Wanted } from "../../../lib/data/formats/table.ts";
import { isMissing } from "../../../lib/data/formats/csv/numbers.ts";
import { Random } from "../../../lib/core/random.ts";
import { text } from "../../support/custom_fixtures.ts";

type Compression = "uncompressed" | "snappy" | "gzip" | "brotli" | "lz4" | "zstd";

const parquet = (frame: pl.DataFrame, compression: Compression = "zstd") =>
  new Uint8Array(frame.writeParquet({ compression }) as unknown as Uint8Array);

const table = async (bytes: Uint8Array, format: TableFormat, wanted: Wanted) =>
  readTable(await openTable(bytes, "t", format), "t", wanted);
const textsOf = ({ texts, indices }: TextColumn) => Array.from(indices, (index) => texts[index]);

/** Texts of column `a` and numbers of column `x`.
 * @throws {DataError} Naming the first cell that is missing or wrong. */
async function read(bytes: Uint8Array, format: TableFormat = "parquet"): Promise<[string[], number[]]> {
  const read = await table(bytes, format, { columns: { a: "text", x: "number" } });
  const a = textsOf(read.text.get("a")!), x = [...read.numbers.get("x")!];
  const at = a.findIndex((text, row) => isMissing(text) || !Number.isFinite(x[row]));
  if (at >= 0) throw read.refuse(read.faultOf(isMissing(a[at]) ? "a" : "x", at), at);
  return [a, x];
}

/** Message and position of a refusal. */
async function refusal(
  bytes: Uint8Array,
  format: TableFormat = "parquet",
): Promise<[string, string | undefined]> {
  const { message, position, file } = await assertRejects(() => read(bytes, format), DataError);
  assertEquals(file, "t");
  return [message, position];
}

for (const compression of ["uncompressed", "snappy", "gzip", "brotli", "lz4", "zstd"] as const) {
  Deno.test(`Columns come back from Parquet as polars wrote them: ${compression}`, async () => {
    const count = 5003,
      each = <T>(value: (i: number) => T) => Array.from({ length: count }, (_, i) => value(i));
    const a = each((i) => `größe ${i % 7}`), x = each((i) => Math.sin(i));
    assertEquals(await read(parquet(pl.DataFrame({ a, x }), compression)), [a, x]);
  });
}

Deno.test("A table of several row groups comes back in order", async () => {
  const count = 600_000, x = Float64Array.from({ length: count }, (_, i) => Math.cos(i));
  const frame = pl.DataFrame({ a: Array.from(x, (_, i) => `c${i % 1000}`), x });
  const [texts, numbers] = await read(parquet(frame));
  assertEquals(texts.findIndex((text, i) => text !== `c${i % 1000}`), -1);
  assertEquals([numbers.length, numbers.findIndex((value, i) => value !== x[i])], [count, -1]);
});

Deno.test("Whole numbers of any type are text without loss, and so are categories and floats that hold whole numbers", async () => {
  const ids = ["72057594037930001", "72057594037930002", "0"], column = pl.col("a");
  const types = [pl.Int64, pl.UInt64, pl.Categorical, pl.Decimal(20, 0)];
  const frame = pl.DataFrame({ a: ids, x: [1, 2, 3] });
  for (const type of types) {
    const whole = type === pl.Categorical ? column : column.cast(pl.Int64);
    assertEquals(await read(parquet(frame.withColumns(whole.cast(type)))), [ids, [1, 2, 3]], String(type));
  }
  const least = pl.DataFrame({ a: ["18446744073709551615"], x: [1] }).withColumns(column.cast(pl.UInt64));
  assertEquals((await read(parquet(least)))[0], ["18446744073709551615"]);
  for (const type of [pl.Float32, pl.Float64, pl.Int8, pl.UInt16]) {
    const small = pl.DataFrame({ a: [0, 12, 100], x: [1, 2, 3] }).withColumns(column.cast(type));
    assertEquals((await read(parquet(small)))[0], ["0", "12", "100"], String(type));
  }
});

Deno.test("Numbers are read from any type of number, from decimals with their scale, and from text", async () => {
  const column = pl.col("x"), frame = pl.DataFrame({ a: ["p", "q"], x: [0.3449, -2] });
  assertEquals((await read(parquet(frame.withColumns(column.cast(pl.Decimal(9, 4))))))[1], [0.3449, -2]);
  assertEquals(
    (await read(parquet(frame.withColumns(column.cast(pl.Float32)))))[1],
    [0.3449, -2].map(Math.fround),
  );
  assertEquals((await read(parquet(frame.withColumns(column.cast(pl.Utf8)))))[1], [0.3449, -2]);
  for (const type of [pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64]) {
    const whole = pl.DataFrame({ a: ["p", "q"], x: [0, 100] }).withColumns(column.cast(type));
    assertEquals((await read(parquet(whole)))[1], [0, 100], String(type));
  }
});

Deno.test("Numbers of a CSV file are the nearest doubles, as JavaScript reads them", async () => {
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
  assertEquals((await read(text(file), "csv"))[1], cells.map(Number));
  assertEquals((await read(text("a,x\np, 1\nq,2\n"), "csv"))[1], [1, 2]);
});

Deno.test("The first cell that is missing or not a number is named with its line or row, its column and its text", async () => {
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
    ["-,nan,p\n", "x is missing", 2],
    ["-,1,None\n", "a is missing", 2],
    ["-,N/A,p\n", "x is missing", 2],
    ['-,"1,234.5",p\n', 'x must be a number, got "1,234.5"', 2],
    ["-,-inf,p\n", 'x must be a number, got "-inf"', 2],
    ["-,1e999,p\n", 'x must be a number, got "1e999"', 2],
    ["-,0x10,p\n", 'x must be a number, got "0x10"', 2],
    ["-,1_0,p\n", 'x must be a number, got "1_0"', 2],
    ["-,1 2,p\n", 'x must be a number, got "1 2"', 2],
    [`-,${"9".repeat(50)}x,p\n`, `x must be a number, got "${"9".repeat(40)}"`, 2],
  ];
  for (const [rows, why, line] of cases) {
    assertEquals(await csv(rows), [`Cannot read t: line ${line}: ${why}`, `line ${line}`]);
  }
  const x = [1, 2, 3], a = ["p", "q", "r"], float = { schema: { a: pl.Float64, x: pl.Int64 } };
  const frames: [pl.DataFrame, string, number][] = [
    [pl.DataFrame({ a, x: [1, null, null] }), "x is missing", 2],
    [pl.DataFrame({ a, x: [NaN, 2, null] }), "x is missing", 1],
    [pl.DataFrame({ a: [1, null, 2], x }, float), "a is missing", 2],
    [pl.DataFrame({ a: [1, 2.5, null], x }, float), 'a must be text or a whole number, got "2.5"', 2],
    [pl.DataFrame({ a: ["p", " ", null], x }), "a is missing", 2],
    [pl.DataFrame({ a, x: [1, NaN, 3] }), "x is missing", 2],
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
    assertEquals(await refusal(parquet(frame)), [`Cannot read t: row ${row}: ${why}`, `row ${row}`]);
  }
});

Deno.test("Columns that are not asked for are not read, whatever they hold, and may be named like numbers", async () => {
  const frame = pl.DataFrame({ "1": [[1, 2], [3]], a: ["p", "q"], "0": [{ k: 1 }, { k: 2 }], x: [1, 2] });
  assertEquals(await read(parquet(frame)), [["p", "q"], [1, 2]]);
  assertEquals(await read(text('1,a,0,x,a_b\n"",p,?,1,\n[,q,"\n",2,\n'), "csv"), [["p", "q"], [1, 2]]);
});

Deno.test("A table without rows has none, and a column of a type that does not fit is named", async () => {
  const empty = pl.DataFrame({ a: [] as string[], x: [] as number[] }, {
    schema: { a: pl.Utf8, x: pl.Float64 },
  });
  assertEquals([await read(parquet(empty)), await read(text("a,x\n"), "csv")], [[[], []], [[], []]]);
  const lists = pl.DataFrame({ a: ["p"], x: [[1, 2]] });
  assertEquals((await refusal(parquet(lists)))[0], "Cannot read t: column x must hold numbers, got List");
  const dates = pl.DataFrame({ a: ["p"], x: [new Date(0)] });
  assertEquals((await refusal(parquet(dates)))[0], "Cannot read t: column x must hold numbers, got Datetime");
  const nested = pl.DataFrame({ a: [[1, 2]], x: [1] });
  assertEquals((await refusal(parquet(nested)))[0], "Cannot read t: column a must hold text, got List");
});

Deno.test("A column that is missing is named, with those that are there; an optional one may be missing", async () => {
  const file = text("b,x\n1,2\n"), why = "Cannot read t: expected the column a, found b, x";
  assertEquals((await refusal(file, "csv"))[0], why);
  assertEquals((await refusal(parquet(pl.DataFrame({ b: [1], x: [2] }))))[0], why);
  const { text: columns } = await table(file, "csv", { columns: {}, optional: { b: "text", a: "text" } });
  assertEquals([...columns].map(([name, column]) => [name, textsOf(column)]), [["b", ["1"]]]);
});

Deno.test("What is no Parquet file, or has two columns of one name, is refused", async () => {
  const bytes = parquet(pl.DataFrame({ a: ["p"], x: [1], y: [2] }), "uncompressed");
  for (const broken of [text("x"), new Uint8Array(0), bytes.slice(0, -1)]) {
    assertEquals((await refusal(broken))[0].startsWith("Cannot read t: it is not a Parquet table: "), true);
  }
  const moved = bytes.slice(4),
    twice = bytes.map((byte) => byte === "y".charCodeAt(0) ? "x".charCodeAt(0) : byte);
  for (const broken of [moved, twice]) {
    assertEquals((await refusal(broken))[0].startsWith("Cannot read t: "), true);
  }
});

Deno.test("Numbers of float32 are the nearest ones to the text, whatever its digits", async () => {
  const random = new Random(5), cells: string[] = [];
  for (let i = 0; i < 20_000; i++) {
    const value = random.uniform(-4, 4);
    cells.push(
      String(value),
      value.toFixed(i % 20),
      `${value.toFixed(19)}123`,
      (value * 1e6).toPrecision(17),
    );
    // Near the middle of two float32: the case in which rounding twice goes wrong.
    const low = Math.fround(Math.abs(value)), high = low + 2 ** (Math.floor(Math.log2(low)) - 23);
    cells.push(String((low + high) / 2), `${((low + high) / 2).toFixed(20)}1`.slice(0, 21));
  }
  const { numbers } = await table(text(`x\n${cells.join("\n")}`), "csv", { columns: { x: "single" } });
  assertEquals(numbers.get("x"), Float32Array.from(cells, Number));
});

Deno.test("Numbers with a decimal comma are read where fields have another separator, all with one mark", async () => {
  const x = async (file: string) => {
    const read = await table(text(file), "csv", { columns: { x: "number", y: "single" } });
    return [...read.numbers.get("x")!, ...read.numbers.get("y")!];
  };
  assertEquals(await x("x;y\n0,3449;-1,5\n+1,25e1;,5\n"), [0.3449, 12.5, -1.5, 0.5]);
  assertEquals(await x("x\ty\n1,234;0\n".replace(";", "\t") + "0,5\t1\n"), [1.234, 0.5, 0, 1]);
  assertEquals(await x("x;y\n0.5;1\n2;0.25\n"), [0.5, 2, 1, 0.25]);
  assertEquals(await x("x;y\n0.5;1,5\n"), [0.5, Infinity]);
  assertEquals(await x("x;y\n1,5;0.5\n"), [1.5, Infinity]);
  assertEquals(await x("x;y\n1.234,5;1,234.5\n"), [Infinity, Infinity]);
  assertEquals(await x("x;y\n1,234,567;0\n"), [Infinity, 0]);
  assertEquals(await x('x,y\n"0,5","1,234.5"\n'), [Infinity, Infinity]);
  const ambiguous = text("x\ty\n12\t0\n1,234\t987\n-12,000\t0\n");
  const { message } = await assertRejects(
    () => table(ambiguous, "csv", { columns: { x: "number" } }),
    DataError,
  );
  assertEquals(
    message,
    "Cannot read t: line 3: its numbers with a comma may be decimals or thousands, such as one here",
  );
});

Deno.test("Time stamps are seconds, or dates and times", async () => {
  const cells = [
    "0.5",
    "1e3",
    "",
    "1970-01-01T00:00:01.25Z",
    "1970-01-01 00:01:00",
    "1970-01-01T01:00:00.001+01:00",
  ];
  const seconds = [0.5, 1000, NaN, 1.25, 60, 0.001];
  const csv = await table(
    text(["time,z", ...cells.map((cell) => `${cell},`), "13:00,", "1970-13-01 00:00,"].join("\n")),
    "csv",
    {
      columns: { time: "time" },
    },
  );
  assertEquals([...csv.numbers.get("time")!], [...seconds, Infinity, Infinity]);
  assertEquals(csv.faultOf("time", 6), 'time must be a time in seconds or as in ISO 8601, got "13:00"');
  const dates = pl.DataFrame({ d: [new Date(1250), new Date(60_000)], f: [0.5, null], t: ["0.5", cells[3]] });
  const read =
    (await table(parquet(dates), "parquet", { columns: { d: "time", f: "time", t: "time" } })).numbers;
  assertEquals(["d", "f", "t"].map((name) => [...read.get(name)!]), [[1.25, 60], [0.5, NaN], [0.5, 1.25]]);
});
