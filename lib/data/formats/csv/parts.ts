/** CSV text in parts of whole rows. */
import { newlineOf, type Scanner } from "./scanner.ts";

/** Size of a part, bytes. Polars takes several times as much memory for the rows of a part. */
const SIZE = 16 * 2 ** 20;

/** Some rows of a table. */
export interface Part {
  /** Where its first row begins. */
  readonly start: number;
  /** Behind its last row. */
  readonly end: number;
  /** Index of its first row in the table. */
  readonly first: number;
  /** Number of rows. */
  readonly rows: number;
}

/** Where a part ends that begins at an offset: behind a line end that is in no quotes. */
export function endOfPart(scan: Scanner, start: number): number {
  const { bytes } = scan, size = bytes.length;
  if (scan.hasQuotes) {
    scan.at = start;
    while (scan.next() && scan.at - start < SIZE) scan.record();
    return Math.min(scan.at, size);
  }
  if (start + SIZE >= size) return size;
  const newline = newlineOf(bytes), within = bytes.subarray(start, start + SIZE).lastIndexOf(newline);
  if (within >= 0) return start + within + 1;
  const behind = bytes.indexOf(newline, start + SIZE);
  return behind < 0 ? size : behind + 1;
}

/** Check that all rows of a part have so many fields.
 * @returns The text of the rows without empty lines, and their number.
 * @throws {DataError} If one has another number, or a quote is misplaced or not closed. */
export function checkPart(
  scan: Scanner,
  start: number,
  end: number,
  width: number,
): { readonly content: Uint8Array; readonly rows: number } {
  const { bytes } = scan;
  let content = bytes.subarray(start, end), rows = 0, size = 0, behind = start;
  scan.at = start;
  for (; scan.next() && scan.at < end; rows++) {
    const { at } = scan, fields = scan.record();
    if (fields !== width) throw scan.refuse(at, `expected ${width} fields, got ${fields}`);
    if (at !== behind && content.buffer === bytes.buffer) content = content.slice(); // behind an empty line
    behind = Math.min(scan.at, end);
    if (content.buffer !== bytes.buffer) content.set(bytes.subarray(at, behind), size);
    size += behind - at;
  }
  return { content: content.subarray(0, size), rows };
}

/** A scanner that stands at a row of a table. */
export function scanTo(scan: Scanner, parts: readonly Part[], row: number): Scanner {
  const { start, first } = parts.findLast((part) => part.first <= row)!;
  scan.at = start;
  for (let left = row - first; scan.next() && left > 0; left--) scan.record();
  return scan;
}
