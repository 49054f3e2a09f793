/**
 * Structure of CSV text, checked before polars parses it: polars fills short rows, renames equal columns and keeps empty
 * lines as rows, all without a word.
 *
 * @module
 */
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
 *
 * @param file Path to name in errors.
 * @throws {DataError} Naming the line, if the text is not UTF-8, a quote is misplaced or not closed, a row has another number of
 * fields than there are columns, or two columns have the same name.
 */
export function checkCsv(bytes: Uint8Array, file: string): CsvText {
  const refuse = (offset: number, why: string) => {
    const position = `line ${lineAt(offset)}`;
    return new DataError(`Cannot read ${file}: ${position}: ${why}`, file, position);
  };
  const end = bytes.includes(LF) ? LF : CR;
  const lineAt = (offset: number) => {
    let line = 1;
    for (let at = 0; at < offset; at++) if (bytes[at] === end) line++;
    return line;
  };
  if (!isUtf8(bytes)) throw refuse(firstInvalid(bytes), "expected UTF-8 text");
  const scanner = new Scanner(bytes, end, refuse);
  if (!scanner.next()) throw refuse(0, "expected column names, found an empty file");
  const head = scanner.start, fields = scanner.fields, names = splitNames(bytes.subarray(head, scanner.end));
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw refuse(head, `two columns are named ${JSON.stringify(twice)}`);
  let rows = 0, text = bytes, size = scanner.end + 1;
  while (scanner.next()) {
    if (scanner.fields !== fields) {
      throw refuse(scanner.start, `expected ${fields} fields, got ${scanner.fields}`);
    }
    if (scanner.start !== size && text === bytes) text = bytes.slice(); // behind an empty line
    const next = Math.min(scanner.end + 1, bytes.length);
    if (text !== bytes) text.copyWithin(size, scanner.start, next);
    size += next - scanner.start;
    rows++;
  }
  return {
    names,
    bytes: text.subarray(head, size),
    newline: end === LF ? "\n" : "\r",
    rows,
    line: (row) => {
      const again = new Scanner(bytes, end, refuse);
      for (let k = 0; k <= row + 1; k++) again.next(); // the names first
      return lineAt(again.start);
    },
  };
}

/** Goes from record to record. */
class Scanner {
  /** Where the current record begins and ends, bytes; its line end is not part of it. */
  start = 0;
  end = 0;
  /** Number of fields of the current record. */
  fields = 0;
  #next: number;

  constructor(
    readonly bytes: Uint8Array,
    readonly newline: number,
    readonly refuse: (offset: number, why: string) => DataError,
  ) {
    this.#next = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  }

  /** Go to the next record that is not an empty line; false at the end of the text. */
  next(): boolean {
    while (this.#next < this.bytes.length) {
      this.#read();
      const length = this.end - this.start;
      if (length > 1 || (length === 1 && this.bytes[this.start] !== CR)) return true;
    }
    return false;
  }

  #read(): void {
    const { bytes, newline } = this, size = bytes.length;
    let at = this.#next, fields = 1;
    this.start = at;
    for (;; at++, fields++) {
      if (bytes[at] === QUOTE) at = this.#endOfQuoted(at);
      while (at < size && bytes[at] !== COMMA && bytes[at] !== newline) {
        if (bytes[at] === QUOTE) throw this.refuse(at, `unexpected quote in field ${fields}`);
        at++;
      }
      if (bytes[at] !== COMMA) break;
    }
    this.end = at;
    this.fields = fields;
    this.#next = at + 1;
  }

  /** Where a field in quotes ends, behind its closing quote. */
  #endOfQuoted(start: number): number {
    const { bytes, newline } = this;
    let at = start + 1;
    for (;; at += 2) {
      at = bytes.indexOf(QUOTE, at);
      if (at < 0) throw this.refuse(start, "a quote is not closed");
      if (bytes[at + 1] !== QUOTE) break;
    }
    const endsAt = (offset: number) => offset >= bytes.length || bytes[offset] === newline;
    if (bytes[++at] === COMMA || endsAt(at) || (bytes[at] === CR && endsAt(at + 1))) return at;
    throw this.refuse(at, "expected a comma or a line end after a closing quote");
  }
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
