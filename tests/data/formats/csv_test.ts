/** The structure of CSV text: what is a table, and the line of what is not. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openCsv } from "../../../lib/data/formats/csv/read.ts";
import { readTable } from "../../../lib/data/formats/table.ts";
import { DataError } from "../../../lib/core/errors.ts";
import { Random } from "../../../lib/core/random.ts";
import { text } from "../../support/custom_fixtures.ts";

/** The names, the cells row by row, and the lines of the rows of a CSV file. */
async function readCells(
  bytes: Uint8Array,
): Promise<{ names: readonly string[]; cells: string[][]; lines: string[]; warning?: string }> {
  const table = openCsv(bytes, "t.csv"), { names, warning } = table;
  const { rows, text } = await table.read(new Map(names.map((name) => [name, "text"])));
  const each = <T>(value: (row: number) => T) => Array.from({ length: rows }, (_, row) => value(row));
  const cells = each((row) => names.map((name) => text.get(name)!.texts[text.get(name)!.indices[row]]));
  assertEquals(each((row) => names.map((name) => table.cell(name, row))), cells);
  return { names, cells, lines: each(table.place), warning };
}

Deno.test("Any cells come back as written, whatever is quoted and however lines end", async () => {
  const words = [
    "a",
    "1",
    "x,y",
    'say "hi"',
    '"',
    "two\nlines",
    "a\r\nb",
    " b ",
    "größe",
    "\u{1f600}",
    "#",
    ",",
    "'",
  ];
  for (let seed = 0; seed < 300; seed++) {
    const random = new Random(seed), width = 1 + random.integer(4);
    const end = random.pick(["\n", "\r\n", "\r"]),
      usable = end === "\r" ? words.filter((w) => !/[\r\n]/.test(w)) : words;
    const draw = () => Array.from({ length: width }, () => random.pick(usable));
    const separator = random.pick([",", ",", ";", "\t"]);
    const rows = Array.from({ length: random.integer(6) }, draw);
    const names = Array.from({ length: width }, (_, k) => random.pick(["", " ", "é", "x,", '"']) + k);
    const quote = (cell: string) =>
      /[",;\t\r\n]/.test(cell) || random.chance(0.3) ? `"${cell.replaceAll('"', '""')}"` : cell;
    const blank = () => random.chance(0.2) ? end.repeat(1 + random.integer(2)) : "";
    const lines = [names, ...rows].map((row) => blank() + row.map(quote).join(separator));
    const file = (random.chance(0.3) ? "\ufeff" : "") + lines.join(end) + random.pick(["", end, end + end]);
    const bytes = text(file), around = new Uint8Array(bytes.length + 9).fill(44);
    around.set(bytes, 5);
    const inside = around.subarray(5, 5 + bytes.length);
    const read = await readCells(inside);
    assertEquals([read.names, read.cells, read.warning], [names, rows, undefined], JSON.stringify(file));
  }
});

Deno.test("What a tolerant parser would repair is refused with its line", async () => {
  const mixed = Uint8Array.from([...text("a,b\nö,2\n3,"), 0xe9, 10]);
  const cases: [string | Uint8Array, string, number][] = [
    ["", "expected column names, found an empty file", 1],
    ["\ufeff\n\r\n", "expected column names, found an empty file", 1],
    ["a,b,a\n1,2,3\n", 'two columns are named "a"', 1],
    ["a,,\n1,2,3\n", 'two columns are named ""', 1],
    ["a,b\n1,2\n3\n", "expected 2 fields, got 1", 3],
    ["a,b\n\n\n1,2,\n", "expected 2 fields, got 3", 4],
    ['a,b\n1,"x\ny"\n1,2,3\n', "expected 2 fields, got 3", 4],
    ["a,b\r1,2\r3\r", "expected 2 fields, got 1", 3],
    ["a,b\n \n", "expected 2 fields, got 1", 2],
    ['a,b\n1,"2\n3,4\n', "a quote is not closed", 2],
    ['a,b\n1,2\n"3,4', "a quote is not closed", 3],
    ['a,b\n1,x"y"\n', "unexpected quote in a field without quotes", 2],
    ['a,b\n1, "y"\n', "unexpected quote in a field without quotes", 2],
    ['a,b\n"x"y,1\n', "expected a separator or a line end after a closing quote", 2],
    ['a,b\n"x"\r,1\n', "expected a separator or a line end after a closing quote", 2],
    ['a,b\n"x" ,1\n', "expected a separator or a line end after a closing quote", 2],
    [mixed, "it is UTF-8 but for some bytes of this line", 3],
    ["a;b\n1;2;3\n", "expected 2 fields, got 3", 2],
    ["a\tb\n1,2\n", "expected 2 fields, got 1", 2],
  ];
  for (const [file, why, line] of cases) {
    const bytes = typeof file === "string" ? text(file) : file;
    const { message, position } = await assertRejects(() => readCells(bytes), DataError);
    assertEquals([message, position], [`Cannot read t.csv: line ${line}: ${why}`, `line ${line}`]);
  }
});

Deno.test("A row is found at the line where it begins, behind empty lines and cells of several lines", async () => {
  const { lines } = await readCells(text('\n"a\n",b\n\n1,2\n"3\n\n",4\r\n\r\n5,6'));
  assertEquals(lines, ["line 5", "line 6", "line 10"]);
});

Deno.test("A row far into a file is found at its line, in any order of questions", async () => {
  const rows = Array.from({ length: 5000 }, (_, i) => i % 7 === 0 ? `\n"${i}\n"` : String(i));
  const table = openCsv(text(["a", ...rows].join("\n")), "t.csv");
  assertEquals((await table.read(new Map([["a", "text"]]))).rows, 5000);
  const lineOf = (row: number) => 2 + row + 2 * Math.ceil(row / 7) + (row % 7 === 0 ? 1 : 0);
  for (const row of [4999, 0, 1024, 1023, 7, 2048, 4998, 6]) {
    assertEquals([table.place(row), table.cell("a", row).trim()], [`line ${lineOf(row)}`, String(row)]);
  }
});

Deno.test("Texts in other encodings stay apart: UTF-16 is read, and Windows-1252 with a warning; bytes of zero are refused", async () => {
  const latin1 = Uint8Array.from([
    ...text("a,b\ntap"),
    0xe9,
    ...text(",1\ntap"),
    0xe8,
    ...text(",\n"),
    0x80,
    44,
    0x81,
    10,
  ]);
  const { cells, warning } = await readCells(latin1);
  assertEquals(cells, [["tapé", "1"], ["tapè", ""], ["€", "\u0081"]]);
  assertEquals(warning, "t.csv is not UTF-8: it is read as Windows-1252");
  for (const isBig of [false, true]) {
    const units = Array.from("\ufeffa;b\ngröße;\u{1f600}\n".split(""), (unit) => unit.charCodeAt(0));
    const utf16 = Uint8Array.from(
      units.flatMap((unit) => isBig ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8]),
    );
    assertEquals((await readCells(utf16)).cells, [["größe", "\u{1f600}"]]);
    await assertRejects(() => readCells(utf16.subarray(0, -1)), DataError, "although its first bytes say so");
    await assertRejects(() => readCells(utf16.subarray(2)), DataError, "expected text, found a byte of zero");
  }
});

Deno.test("A file of several parts is read as one, whatever comes where its parts meet", async () => {
  const count = 400_000, fault = 399_000;
  for (const kind of ["plain", "quotes", "gaps"]) {
    const rows = Array.from(
      { length: count },
      (_, i) =>
        kind === "quotes" && i % 3 === 0
          ? `"${i}\n",${i},b${i % 300}`
          : `${i},${i / 8},b${i % 300}${kind === "gaps" && i % 90_000 === 5 ? "\n\n" : ""}`,
    );
    const file = text(["a,x,b", ...rows].join("\n")), table = openCsv(file, "t.csv");
    const { rows: read, numbers, text: texts } = await table.read(new Map([["x", "single"], ["b", "text"]]));
    const x = numbers.get("x")!, b = texts.get("b")!;
    assertEquals([read, x.length, b.indices.length], [count, count, count]);
    const odd = rows.findIndex((_, i) =>
      x[i] !== (kind === "quotes" && i % 3 === 0 ? i : i / 8) || b.texts[b.indices[i]] !== `b${i % 300}`
    );
    assertEquals(odd, -1, kind);
    assertEquals(table.cell("b", fault), `b${fault % 300}`);
    const short = text(["a,x,b", ...rows.with(fault, "1,2")].join("\n"));
    await assertRejects(
      () => openCsv(short, "t.csv").read(new Map([["x", "number"]])),
      DataError,
      "expected 3 fields, got 2",
    );
  }
});

Deno.test("A table of more columns than any data set has is refused before its rows are read", async () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`).join(",");
  const head = openCsv(text(`${many(10_000)}\n`), "t.csv");
  assertEquals(head.names.length, 10_000);
  assertThrows(
    () => openCsv(text(`${many(300_000)}\n`), "t.csv"),
    DataError,
    "line 1: expected at most 10000",
  );
  const wanted = { columns: { x: "number" } } as const;
  const error = await assertRejects(() => readTable(head, "t.csv", wanted), DataError);
  assert(error.message.endsWith(", c28, c29 and 9970 more"), error.message);
});
