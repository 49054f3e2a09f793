/**
 * Small tables in files, read by polars.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import pl from "nodejs-polars";
import { DataError } from "../errors.ts";

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
  let frame: pl.DataFrame;
  try {
    frame = pl.readCSV(Buffer.from(bytes), { inferSchemaLength: 0 });
  } catch (cause) {
    throw new DataError(`Cannot read ${file}: ${(cause as Error).message.split("\n")[0]}`, file);
  }
  const missing = columns.filter((column) => !frame.columns.includes(column));
  if (missing.length > 0) {
    throw new DataError(
      `Cannot read ${file}: expected the column ${missing[0]}, found ${frame.columns.join(", ")}`,
      file,
    );
  }
  const present = [...columns, ...optional].filter((column) => frame.columns.includes(column));
  return Object.fromEntries(
    present.map((
      column,
    ) => [column, (frame.getColumn(column).toArray() as unknown[]).map((value) => String(value ?? ""))]),
  ) as Record<Name, string[]> & Partial<Record<Optional, string[]>>;
}
