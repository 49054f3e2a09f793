/** Tables in CSV and Parquet files: the columns that are asked for, as numbers or text. */
import { DataError } from "../../core/errors.ts";
import type { Columns, Kind, OpenTable, TextColumn } from "./columns.ts";
import { isMissing } from "./csv/numbers.ts";

/** File formats of tables. */
export type TableFormat = "csv" | "parquet";

/** Most columns that a message names. */
const MOST_SHOWN = 30;

/** Most characters of a text: names of clips, people and joints have few. */
const LONGEST_TEXT = 10_000;

/** The columns that were asked for, by the names by which they were asked for. */
export interface Table extends Columns {
  /** What a user must know about the file. */
  readonly warning?: string;
  /** Error about the table, or a row of it: it names the line of a CSV file or the row of a Parquet file (1-based). */
  refuse(why: string, row?: number): DataError;
  /** What is wrong with a cell that is missing, or no number. */
  faultOf(name: string, row: number): string;
}

/** Columns that are wanted, by name. */
export interface Wanted {
  /** Columns that must exist. */
  readonly columns: Readonly<Record<string, Kind>>;
  /** Columns that may exist. */
  readonly optional?: Readonly<Record<string, Kind>>;
  /** Names in the file of columns that have another one there. */
  readonly names?: Readonly<Record<string, string>>;
  /** Text in all rows of columns that need not exist. */
  readonly constants?: Readonly<Record<string, string>>;
}

/** Open a table. Polars, a native library, is loaded with the first one.
 * @param bytes Content of the file. @param file Path to name in errors.
 * @throws {DataError} If it is not such a table. */
export async function openTable(bytes: Uint8Array, file: string, format: TableFormat): Promise<OpenTable> {
  return format === "csv"
    ? (await import("./csv/read.ts")).openCsv(bytes, file)
    : (await import("./parquet.ts")).openParquet(bytes, file);
}

/** Names of a table's columns, in order.
 * @throws {DataError} If it is not such a table. */
export async function columnNames(
  bytes: Uint8Array,
  file: string,
  format: TableFormat,
): Promise<readonly string[]> {
  return (await openTable(bytes, file, format)).names;
}

/** Read the columns that are wanted. Other columns are not read. Column names and text may have blanks
 * around them.
 * @param file Path to name in errors.
 * @throws {DataError} If the file is damaged, or a column is missing or has another type. */
export async function readTable(
  table: OpenTable,
  file: string,
  { columns, optional = {}, names = {}, constants = {} }: Wanted,
): Promise<Table> {
  const fail = (why: string, position?: string) =>
    new DataError(`Cannot read ${file}: ${position ? `${position}: ` : ""}${why}`, file, position);
  const isNeeded = (name: string) =>
    Object.hasOwn(names, name) || (Object.hasOwn(columns, name) && !Object.hasOwn(constants, name));
  const inFile = new Map<string, string>(), kinds = new Map<string, Kind>();
  for (const [name, kind] of [...Object.entries(columns), ...Object.entries(optional)]) {
    const wanted = Object.hasOwn(names, name) ? names[name] : name;
    const found = table.names.find((column) => column === wanted) ??
      table.names.find((column) => column.trim() === wanted);
    if (found !== undefined) {
      inFile.set(name, found);
      kinds.set(found, kind);
    } else if (isNeeded(name)) {
      throw fail(`expected the column ${wanted}, found ${listed(table.names)}`);
    }
  }
  const { rows, text, numbers } = await table.read(kinds);
  for (const [name, { texts }] of text) {
    const long = texts.find(({ length }) => length > LONGEST_TEXT);
    if (long === undefined) continue;
    const column = name.slice(0, 40);
    throw fail(`expected at most ${LONGEST_TEXT} characters in column ${column}, got ${long.length}`);
  }
  const renamed = <T>(cells: ReadonlyMap<string, T>) =>
    new Map(
      [...inFile].filter(([, name]) => cells.has(name)).map(([name, column]) => [name, cells.get(column)!]),
    );
  const same = Object.entries(constants).filter(([name]) => !inFile.has(name))
    .map(([name, value]) => [name, { texts: [value], indices: new Uint8Array(rows) }] as const);
  const trimmed = [...renamed(text)].map(([name, column]) => [name, withoutBlanks(column)] as const);
  return {
    rows,
    text: new Map([...trimmed, ...same]),
    numbers: renamed(numbers),
    ...(table.warning && { warning: table.warning }),
    refuse: (why, row) => fail(why, row === undefined ? undefined : table.place(row)),
    faultOf: (name, row) => {
      const column = inFile.get(name)!, cell = table.cell(column, row), kind = kinds.get(column);
      if (isMissing(cell)) return `${name} is missing`;
      const what = kind === "text"
        ? "text"
        : kind === "time"
        ? "a time in seconds or as in ISO 8601"
        : "a number";
      return `${name} must be ${what}, got ${JSON.stringify(cell.slice(0, 40))}`;
    },
  };
}

/** A column of text without blanks around it, so that a padded text is the same as a bare one. */
function withoutBlanks({ texts, indices }: TextColumn): TextColumn {
  if (texts.every((text) => text === text.trim())) return { texts, indices };
  const all = texts.map((text) => text.trim()), distinct = [...new Set(all)];
  const places = new Map(distinct.map((text, i) => [text, i])), to = all.map((text) => places.get(text)!);
  return { texts: distinct, indices: indices.map((index) => to[index]) };
}

/** Names in a message: the first ones, each cut to its beginning. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_SHOWN).map((name) => name.slice(0, 40)).join(", ");
  return names.length > MOST_SHOWN ? `${shown} and ${names.length - MOST_SHOWN} more` : shown;
}
