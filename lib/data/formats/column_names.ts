/** Column names of tables, as a description maps them. */
import type { DataError } from "../../core/errors.ts";
import { isObject } from "../../core/options.ts";

/** Names that columns may be given in a description. */
const COLUMNS = ["clip", "frame", "time", "fps", "person", "joint", "x", "y", "z", "category", "group"];

/** Columns that a table in wide form has not. */
const LONG_ONLY = ["person", "joint", "x", "y", "z"];

/** The names that some columns have in the files; `wide` is the pattern of the columns of a table in wide form. */
export type ColumnNames = Readonly<Record<string, string>>;

/** Check the field `columns` of a description, such as `{ "clip": "recording", "wide": "p{person}_{joint}_{axis}" }`.
 * @throws What `refuse` makes, if a column is unknown, two have the same name, or the pattern lacks a part. */
export function parseColumnNames(value: unknown, refuse: (why: string) => DataError): ColumnNames {
  if (!isObject(value)) throw refuse("columns must be an object");
  const entries = Object.entries(value), isWide = value.wide !== undefined;
  for (const [name, column] of entries) {
    if (name !== "wide" && !COLUMNS.includes(name)) {
      throw refuse(`unknown column ${name} in columns, known are ${COLUMNS.join(", ")}, wide`);
    }
    if (typeof column !== "string" || column.trim() === "") {
      throw refuse(`columns.${name} must be the name of a column, got ${JSON.stringify(column)}`);
    }
    const other = entries.find(([, name]) => name === column)![0];
    if (other !== name) throw refuse(`columns.${other} and columns.${name} are both ${column}`);
    if (isWide && LONG_ONLY.includes(name)) {
      throw refuse(`columns.${name} is for tables without columns.wide`);
    }
  }
  const pattern = value.wide as string | undefined;
  for (const part of ["{person}", "{joint}", "{axis}"]) {
    if (pattern !== undefined && pattern.split(part).length !== 2) {
      throw refuse(`columns.wide must hold ${part} once, got ${pattern}`);
    }
  }
  return value as ColumnNames;
}
