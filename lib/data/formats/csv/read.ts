/** Tables in CSV files, parsed by polars. What it repairs without a word is checked: it fills short rows, renames equal columns and
 * keeps empty lines as rows. */
import { Buffer } from "node:buffer";
import pl from "nodejs-polars";
import { DataError } from "../../../core/errors.ts";
import { cellsOf, codesOf, freeFrames, valuesOf } from "../series.ts";
import {
  type Columns,
  type Kind,
  LONGEST_NAME,
  MOST_COLUMNS,
  type Numbers,
  type OpenTable,
  type TextColumn,
} from "../columns.ts";
import { parseTime } from "../time.ts";
import { GrowingNumbers, GrowingTexts } from "../growing.ts";
import { NumberTexts } from "./numbers.ts";
import { checkPart, endOfPart, type Part, scanTo } from "./parts.ts";
import { LineCounter, newlineOf, Scanner } from "./scanner.ts";
import { toUtf8 } from "./text.ts";

const SEPARATORS = [",", ";", "\t"].map((character) => character.charCodeAt(0));

/** Open a CSV file: UTF-8, UTF-16 with a byte order mark, or Windows-1252; fields between commas, semicolons or tabs, whichever its
 * first line has most of, in quotes as in RFC 4180; line ends LF, CR LF or CR. An empty line is not a row. Numbers may have a decimal
 * comma if it does not separate the fields. Polars reads it in parts, so that memory is bounded.
 * @param file Path to name in errors.
 * @throws {DataError} Naming the line, if the text is in another encoding, a quote is misplaced or not closed, a row has another number
 * of fields than there are columns, or two columns have the same name. */
export function openCsv(content: Uint8Array, file: string): OpenTable {
  const { bytes, warning } = toUtf8(content, file), lines = new LineCounter(bytes);
  const refuse = (offset: number, why: string) => {
    const position = `line ${lines.at(offset)}`;
    return new DataError(`Cannot read ${file}: ${position}: ${why}`, file, position);
  };
  const separator = separatorOf(bytes), head = new Scanner(bytes, separator, refuse), names: string[] = [];
  if (!head.next()) throw refuse(0, "expected column names, found an empty file");
  const start = head.at, known = new Set<string>();
  let twice: string | undefined;
  for (let isLast = false; !isLast;) {
    isLast = head.field();
    const name = head.text();
    if (name.length > LONGEST_NAME) {
      throw refuse(start, `expected names of at most ${LONGEST_NAME} characters, got one of ${name.length}`);
    }
    if (known.has(name)) twice ??= name;
    known.add(name);
    if (names.push(name) > MOST_COLUMNS) throw refuse(start, `expected at most ${MOST_COLUMNS} columns`);
  }
  if (twice !== undefined) throw refuse(start, `two columns are named ${JSON.stringify(twice)}`);
  const body = head.at, parts: Part[] = [];
  return {
    names,
    ...(warning && { warning }),
    read: (kinds) => {
      parts.length = 0;
      return readColumns(head, body, names, kinds, parts);
    },
    place: (row) => `line ${lines.at(scanTo(head, parts, row).at)}`,
    cell: (name, row) => {
      scanTo(head, parts, row);
      for (let left = names.indexOf(name); left >= 0; left--) head.field();
      return head.text();
    },
  };
}

/** The cells of the columns that have a kind, part by part.
 * @param parts Receives the parts. */
async function readColumns(
  scan: Scanner,
  body: number,
  names: readonly string[],
  kinds: ReadonlyMap<string, Kind>,
  parts: Part[],
): Promise<Columns> {
  const { bytes, separator, hasQuotes } = scan, width = names.length, last = names[width - 1];
  const commas = separator !== SEPARATORS[0], mayHoldCommas = commas && bytes.includes(SEPARATORS[0], body);
  const reader = new NumberTexts(commas),
    numbers = new Map<string, GrowingNumbers>(),
    texts = new Map<string, GrowingTexts>();
  for (const [name, kind] of kinds) {
    if (kind === "text" || kind === "time") texts.set(name, new GrowingTexts());
    else numbers.set(name, new GrowingNumbers(kind === "single" ? new Float32Array(0) : new Float64Array(0)));
  }
  const keyOf = (name: string) => `c${names.indexOf(name)}`; // keys of an object that are numbers change places
  const parse = (content: Uint8Array, isPlain: boolean) =>
    pl.readCSV(Buffer.from(content.buffer as ArrayBuffer, content.byteOffset, content.length), {
      hasHeader: false,
      sep: String.fromCharCode(separator),
      eolChar: newlineOf(bytes) === 10 ? "\n" : "\r",
      schema: Object.fromEntries(
        names.map((
          name,
        ) => [keyOf(name), !isPlain ? pl.Utf8 : numbers.has(name) ? pl.Float64 : pl.Categorical]),
      ),
      columns: [...new Set([...kinds.keys(), last])].map(keyOf),
      truncateRaggedLines: false,
      missingIsNull: false,
    });
  let first = 0;
  for (let start = body, end; start < bytes.length; start = end) {
    end = endOfPart(scan, start);
    const whole = bytes.subarray(start, end);
    let plain = hasQuotes || mayHoldCommas || width === 1 ? undefined : attempt(() => parse(whole, true));
    let frame = plain;
    // A row that is too short, or empty, lacks its last field.
    if (!frame || frame.getColumn(keyOf(last)).nullCount() > 0) {
      const { content, rows } = checkPart(scan, start, end, width);
      if (rows === 0) continue;
      if (frame?.height !== rows) {
        plain = mayHoldCommas ? undefined : attempt(() => parse(content, true));
        frame = plain ?? parse(content, false);
      }
      if (frame.height !== rows) {
        throw scan.refuse(start, `expected ${rows} rows from here on, polars found ${frame.height}`);
      }
    }
    // As many rows as there are if the rest is like the file so far.
    const expected = Math.round((first + frame.height) / (end - body) * (bytes.length - body));
    for (const [name, values] of numbers) {
      const column = frame.getColumn(keyOf(name)) as pl.Series;
      const read = (cell: string, i: number) => reader.read(cell, first + i);
      values.add(plain ? valuesOf(column) : cellsOf(column).map(read), expected);
    }
    for (const [name, cells] of texts) {
      cells.add(codesOf(frame.getColumn(keyOf(name)) as pl.Series), expected);
    }
    parts.push({ start, end, first, rows: frame.height });
    first += frame.height;
    await freeFrames();
  }
  if (reader.isAmbiguous) {
    const why = "its numbers with a comma may be decimals or thousands, such as one here";
    throw scan.refuse(scanTo(scan, parts, reader.firstComma!).at, why);
  }
  const text = new Map([...texts].map(([name, column]) => [name, column.finish()]));
  const values = new Map<string, Numbers>([...numbers].map(([name, column]) => [name, column.finish()]));
  for (const [name, column] of text) {
    if (kinds.get(name) === "time") values.set(name, timesOf(column, reader.hasCommas));
  }
  return { rows: first, text, numbers: values };
}

/** What a function returns, or undefined if it throws. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

function timesOf({ texts, indices }: TextColumn, commas: boolean): Float64Array {
  const seconds = texts.map((text) => parseTime(text, commas));
  return Float64Array.from(indices, (index) => seconds[index]);
}

/** The byte that separates the column names: of those that may, the one that is there most often outside quotes. */
function separatorOf(bytes: Uint8Array): number {
  const counts = SEPARATORS.map(() => 0), newline = newlineOf(bytes);
  let inQuotes = false, isEmpty = true;
  for (const byte of bytes) {
    if (byte === 34) inQuotes = !inQuotes;
    if (byte === newline && !inQuotes && !isEmpty) break;
    if (byte > 32) isEmpty = false;
    const found = inQuotes ? -1 : SEPARATORS.indexOf(byte);
    if (found >= 0) counts[found]++;
  }
  return SEPARATORS[counts.indexOf(Math.max(...counts))];
}
