/** Columns of tables. */

/** Most columns of a table: two people of 100 joints are 600. */
export const MOST_COLUMNS = 10_000;

/** Most characters of a column's name. */
export const LONGEST_NAME = 1000;

/** What the cells of a column hold: text (whole numbers count as text, without loss of digits), numbers as float64 or as float32
 * (`single`), or time stamps. Numbers may be written as text. */
export type Kind = "text" | "number" | "single" | "time";

/** A column of text. */
export interface TextColumn {
  /** The distinct texts, in the order of their first rows. */
  readonly texts: readonly string[];
  /** Index into `texts`, one a row. */
  readonly indices: Uint8Array | Uint16Array | Uint32Array;
}

/** A column of numbers, or of time stamps in seconds: NaN where a cell is missing, infinite where it holds something else. */
export type Numbers = Float64Array | Float32Array;

/** Columns by name. */
export interface Columns {
  /** Number of rows. */
  readonly rows: number;
  /** Columns of text. */
  readonly text: ReadonlyMap<string, TextColumn>;
  /** Columns of numbers and time stamps. */
  readonly numbers: ReadonlyMap<string, Numbers>;
}

/** A file whose column names are known, and whose cells are not read yet. */
export interface OpenTable {
  /** Names of all columns. */
  readonly names: readonly string[];
  /** What a user must know about the file. */
  readonly warning?: string;
  /** Read the columns that have a kind. All of them exist.
   * @throws {DataError} If the file is damaged, or a column has another type. */
  read(kinds: ReadonlyMap<string, Kind>): Promise<Columns>;
  /** Where a row stands, such as `line 12`; only after `read`. */
  place(row: number): string;
  /** The text of a cell; only after `read`. */
  cell(name: string, row: number): string;
}
