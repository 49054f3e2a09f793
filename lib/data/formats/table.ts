/**
 * Tables in CSV files: a line with the names of the columns, then one line a row.
 *
 * @module
 */
import { parse } from "csv-parse/sync";
import { DataError } from "../../core/errors.ts";

/** All columns of CSV as text, by name; an empty field is "", an empty line is no row.
 *
 * @param bytes The file's content, UTF-8.
 * @throws {Error} If a line has not one field for each column, a quote is not closed, or two columns have one
 * name; the message has no file, which {@linkcode readTable} adds.
 *
 * @example
 * ```ts
 * import { readCsv } from "./table.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const columns = readCsv(new TextEncoder().encode("clip,fold\np1,1\np2,2\n"));
 * assertEquals(columns.get("fold"), ["1", "2"]);
 * ```
 */
export function readCsv(bytes: Uint8Array): Map<string, string[]> {
  const [names, ...rows]: string[][] = parse(bytes, { bom: true, skip_empty_lines: true });
  if (!names) throw new Error("expected a line with the names of the columns, found no line");
  const columns = new Map(names.map((name, i) => [name, rows.map((row) => row[i])]));
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined) throw new Error(`two columns have the name ${JSON.stringify(repeated)}`);
  return columns;
}

/** Columns of a CSV file as text, by name; an empty field is "".
 *
 * @param bytes The file's content. @param file Path to name in errors.
 * @param columns Columns it must have. @param optional Columns that are read if it has them.
 * @throws {DataError} If it is not CSV or lacks a column.
 */
export function readTable<Name extends string, Optional extends string = never>(
  bytes: Uint8Array,
  file: string,
  columns: readonly Name[],
  optional: readonly Optional[] = [],
): Record<Name, string[]> & Partial<Record<Optional, string[]>> {
  let table: Map<string, string[]>;
  try {
    table = readCsv(bytes);
  } catch (cause) {
    throw new DataError(`Cannot read ${file}: ${(cause as Error).message}`, file);
  }
  const missing = columns.find((column) => !table.has(column));
  if (missing !== undefined) {
    throw new DataError(
      `Cannot read ${file}: expected the column ${missing}, found ${[...table.keys()].join(", ")}`,
      file,
    );
  }
  const present = [...columns, ...optional].filter((column) => table.has(column));
  return Object.fromEntries(present.map((column) => [column, table.get(column)!])) as
    & Record<Name, string[]>
    & Partial<Record<Optional, string[]>>;
}
