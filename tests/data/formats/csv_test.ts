/** The structure of CSV text: what is a table, and the line of what is not. */
import { assertEquals, assertThrows } from "@std/assert";
import { checkCsv } from "../../../lib/data/formats/csv.ts";
import { readTable } from "../../../lib/data/formats/table.ts";
import { DataError } from "../../../lib/core/errors.ts";
import { Random } from "../../../lib/core/random.ts";
import { text } from "../../support/custom_fixtures.ts";

/** The cells of a CSV file, row by row. */
function cellsOf(bytes: Uint8Array): string[][] {
  const { names } = checkCsv(bytes, "t.csv");
  const { rows, text } = readTable(bytes, "t.csv", "csv", { text: names });
  return Array.from(
    { length: rows },
    (_, row) => names.map((name) => text[name].texts[text[name].indices[row]]),
  );
}

Deno.test("Any cells come back as written, whatever is quoted and however lines end", () => {
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
    const rows = Array.from({ length: random.integer(6) }, draw);
    const names = Array.from({ length: width }, (_, k) => random.pick(["", " ", "é", "x,", '"']) + k);
    const quote = (cell: string) =>
      /[",\r\n]/.test(cell) || random.chance(0.3) ? `"${cell.replaceAll('"', '""')}"` : cell;
    const blank = () => random.chance(0.2) ? end.repeat(1 + random.integer(2)) : "";
    const lines = [names, ...rows].map((row) => blank() + row.map(quote).join());
    const file = (random.chance(0.3) ? "\ufeff" : "") + lines.join(end) + random.pick(["", end, end + end]);
    const bytes = text(file), around = new Uint8Array(bytes.length + 9).fill(44);
    around.set(bytes, 5);
    const inside = around.subarray(5, 5 + bytes.length);
    assertEquals(checkCsv(inside, "t.csv").names, names, JSON.stringify(file));
    assertEquals(cellsOf(inside), rows, JSON.stringify(file));
  }
});

Deno.test("What a tolerant parser would repair is refused with its line", () => {
  const utf8 = text("a,b\n1,2\n3,é\n"), latin1 = Uint8Array.from([...text("a,b\n1,2\n3,"), 0xe9, 10]);
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
    ['a,b\n1,x"y"\n', "unexpected quote in field 2", 2],
    ['a,b\n1, "y"\n', "unexpected quote in field 2", 2],
    ['a,b\n"x"y,1\n', "expected a comma or a line end after a closing quote", 2],
    ['a,b\n"x"\r,1\n', "expected a comma or a line end after a closing quote", 2],
    ['a,b\n"x" ,1\n', "expected a comma or a line end after a closing quote", 2],
    [latin1, "expected UTF-8 text", 3],
    [Uint8Array.from([10, 0xe9, 10]), "expected UTF-8 text", 2],
    [utf8.subarray(0, -2), "expected UTF-8 text", 3],
    [Uint8Array.from([0xff, 0xfe, 97, 0, 44, 0, 98, 0]), "expected UTF-8 text", 1],
  ];
  for (const [file, why, line] of cases) {
    const bytes = typeof file === "string" ? text(file) : file;
    const { message, position } = assertThrows(() => checkCsv(bytes, "t.csv"), DataError);
    assertEquals([message, position], [`Cannot read t.csv: line ${line}: ${why}`, `line ${line}`]);
  }
});

Deno.test("A row is found at the line where it begins, behind empty lines and cells of several lines", () => {
  const { rows, line } = checkCsv(text('\n"a\n",b\n\n1,2\n"3\n\n",4\r\n\r\n5,6'), "t.csv");
  assertEquals([rows, line(0), line(1), line(2)], [3, 5, 6, 10]);
});
