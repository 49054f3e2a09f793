/** Structure of CSV text, checked before polars parses it: polars fills short rows, renames equal columns and keeps empty
 * lines as rows, all without a word. */
import { isUtf8 } from "node:buffer";
import { DataError } from "../../core/errors.ts";

const COMMA = 44, QUOTE = 34, LF = 10, CR = 13;

/** A CSV file whose rows all have one field for each column. */
export interface CsvText {
  /** Column names, in order. */
  readonly names: readonly string[];
  /** The text from the line of column names on, without empty lines. */
  readonly bytes: Uint8Array;
  /** Character that ends a line. A carriage return before a line feed is part of the line end. */
  readonly newline: "\n" | "\r";
  /** Number of rows after the column names. */
  readonly rows: number;
  /** Line of the file where a row begins, 1-based. */
  line(row: number): number;
}

/** Check the structure of CSV text: UTF-8, with or without a byte order mark; fields in quotes as in RFC 4180; line ends LF,
 * CR LF or CR. An empty line is not a row.
 * @param file Path to name in errors.
 * @throws {DataError} Naming the line, if the text is not UTF-8, a quote is misplaced or not closed, a row has another number of
 * fields than there are columns, or two columns have the same name. */
export function checkCsv(bytes: Uint8Array, file: string): CsvText {
  const newline = bytes.includes(LF) ? LF : CR;
  const lineAt = (offset: number) => {
    let line = 1;
    for (let at = 0; at < offset; at++) if (bytes[at] === newline) line++;
    return line;
  };
  const refuse = (offset: number, why: string) => {
    const position = `line ${lineAt(offset)}`;
    return new DataError(`Cannot read ${file}: ${position}: ${why}`, file, position);
  };
  if (!isUtf8(bytes)) throw refuse(firstInvalid(bytes), "expected UTF-8 text");
  let names: string[] | undefined, head = 0, columns = 0, rows = 0, text = bytes, size = 0;
  for (const { start, end, fields } of scan(bytes, newline, refuse)) {
    const next = Math.min(end + 1, bytes.length);
    if (!names) {
      names = splitNames(bytes.subarray(start, end));
      const twice = names.find((name, i) => names!.indexOf(name) < i);
      if (twice !== undefined) throw refuse(start, `two columns are named ${JSON.stringify(twice)}`);
      [head, columns, size] = [start, fields, next];
      continue;
    }
    if (fields !== columns) throw refuse(start, `expected ${columns} fields, got ${fields}`);
    if (start !== size && text === bytes) text = bytes.slice(); // behind an empty line
    if (text !== bytes) text.copyWithin(size, start, next);
    size += next - start;
    rows++;
  }
  if (!names) throw refuse(0, "expected column names, found an empty file");
  const line = (row: number) => {
    let left = row + 1; // the names first
    for (const { start } of scan(bytes, newline, refuse)) if (left-- === 0) return lineAt(start);
    return lineAt(bytes.length);
  };
  return { names, bytes: text.subarray(head, size), newline: newline === LF ? "\n" : "\r", rows, line };
}

type Refuse = (offset: number, why: string) => DataError;

/** The records of a text: where each begins and ends (bytes, without its line end), and its number of fields. */
function* scan(
  bytes: Uint8Array,
  newline: number,
  refuse: Refuse,
): Generator<{ start: number; end: number; fields: number }> {
  const size = bytes.length;
  let start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (start < size) {
    let at = start, fields = 1;
    for (;; at++, fields++) {
      if (bytes[at] === QUOTE) at = endOfQuoted(bytes, newline, at, refuse);
      while (at < size && bytes[at] !== COMMA && bytes[at] !== newline) {
        if (bytes[at] === QUOTE) throw refuse(at, `unexpected quote in field ${fields}`);
        at++;
      }
      if (bytes[at] !== COMMA) break;
    }
    const isEmpty = at === start || (at === start + 1 && bytes[start] === CR);
    if (!isEmpty) yield { start, end: at, fields };
    start = at + 1;
  }
}

/** Where a field in quotes ends, behind its closing quote. */
function endOfQuoted(bytes: Uint8Array, newline: number, start: number, refuse: Refuse): number {
  let at = start + 1;
  for (;; at += 2) {
    at = bytes.indexOf(QUOTE, at);
    if (at < 0) throw refuse(start, "a quote is not closed");
    if (bytes[at + 1] !== QUOTE) break;
  }
  const endsAt = (offset: number) => offset >= bytes.length || bytes[offset] === newline;
  if (bytes[++at] === COMMA || endsAt(at) || (bytes[at] === CR && endsAt(at + 1))) return at;
  throw refuse(at, "expected a comma or a line end after a closing quote");
}

/** Names of a line whose quotes have been checked. */
function splitNames(line: Uint8Array): string[] {
  const text = new TextDecoder().decode(line).replace(/\r$/, "");
  return [...text.matchAll(/(?<=^|,)(?:"((?:[^"]|"")*)"|[^",]*)(?=,|$)/g)]
    .map(([field, quoted]) => quoted === undefined ? field : quoted.replaceAll('""', '"'));
}

/** Where the first line begins that is not UTF-8. */
function firstInvalid(bytes: Uint8Array): number {
  for (let from = 0;;) {
    const to = bytes.indexOf(LF, from);
    if (to < 0 || !isUtf8(bytes.subarray(from, to))) return from;
    from = to + 1;
  }
}
