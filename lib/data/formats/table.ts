/** Tables in CSV and Parquet files, parsed by polars: the columns that are asked for, as numbers or text. */
import { Buffer } from "node:buffer";
import pl from "nodejs-polars";
import { DataError } from "../../core/errors.ts";
import { checkCsv } from "./csv.ts";

/** File formats of tables. */
export type TableFormat = "csv" | "parquet";

/** A column of text. */
export interface TextColumn {
  /** The distinct texts, in any order. */
  readonly texts: readonly string[];
  /** Index into `texts`, one a row. */
  readonly indices: Uint32Array;
}

/** The columns that were asked for. Every cell has a value: no text is blank, every number is finite. */
export interface Table<Text extends string, Num extends string, Optional extends string> {
  /** Number of rows. */
  readonly rows: number;
  /** Columns of text by name. */
  readonly text: Readonly<Record<Text, TextColumn> & Partial<Record<Optional, TextColumn>>>;
  /** Columns of numbers by name. */
  readonly numbers: Readonly<Record<Num, Float64Array>>;
  /** Error about the table, or a row of it: it names the line of a CSV file or the row of a Parquet file (1-based). */
  refuse(why: string, row?: number): DataError;
}

/** Read columns of text (whole numbers count as text, without loss of digits) and of numbers (also of numbers as text), and those
 * of the optional columns of text that exist. Other columns are not read.
 * @param bytes Content of the file. @param file Path to name in errors.
 * @throws {DataError} If it is not such a table, a column is missing, or a cell is missing or not a number; the message names the
 * line or row, the column and the text. */
export function readTable<Text extends string, Num extends string = never, Optional extends string = never>(
  bytes: Uint8Array,
  file: string,
  format: TableFormat,
  { text, numbers = [], optional = [] }: {
    text: readonly Text[];
    numbers?: readonly Num[];
    optional?: readonly Optional[];
  },
): Table<Text, Num, Optional> {
  const fail = (why: string, position?: string) =>
    new DataError(`Cannot read ${file}: ${position ? `${position}: ` : ""}${why}`, file, position);
  const { names, read, place } = format === "csv" ? openCsv(bytes, file) : openParquet(bytes, fail);
  const missing = [...text, ...numbers].find((name) => !names.includes(name));
  if (missing !== undefined) throw fail(`expected the column ${missing}, found ${names.join(", ")}`);
  const present = [...text, ...optional.filter((name) => names.includes(name))], faults: Fault[] = [];
  const texts: [string, TextColumn][] = [], values: [string, Float64Array][] = [];
  try {
    const columns = read([...present, ...numbers]);
    for (const name of present) texts.push([name, textColumn(columns.get(name)!, name, faults)]);
    for (const name of numbers) values.push([name, numberColumn(columns.get(name)!, name, faults)]);
  } catch (cause) {
    throw fail((cause as Error).message.split("\n")[0]);
  }
  const [first] = faults.sort((a, b) => a.row - b.row);
  if (first) throw fail(first.why, place(first.row));
  return {
    rows: (texts[0]?.[1].indices ?? values[0]?.[1] ?? []).length,
    text: Object.fromEntries(texts) as Table<Text, Num, Optional>["text"],
    numbers: Object.fromEntries(values) as Table<Text, Num, Optional>["numbers"],
    refuse: (why, row) => fail(why, row === undefined ? undefined : place(row)),
  };
}

/** Names of a table's columns, in order.
 * @throws {DataError} If it is not such a table. */
export function columnNames(bytes: Uint8Array, file: string, format: TableFormat): readonly string[] {
  const fail = (why: string) => new DataError(`Cannot read ${file}: ${why}`, file);
  return (format === "csv" ? openCsv(bytes, file) : openParquet(bytes, fail)).names;
}

/** A file whose column names are known, and whose cells are not read yet; `place` names a row in messages. */
interface OpenTable {
  readonly names: readonly string[];
  read(columns: readonly string[]): ReadonlyMap<string, pl.Series>;
  place(row: number): string;
}

function openCsv(content: Uint8Array, file: string): OpenTable {
  const { names, bytes, newline, rows, line } = checkCsv(content, file);
  const keyOf = (name: string) => `c${names.indexOf(name)}`; // keys of an object that are numbers change places
  return {
    names,
    read: (columns) => {
      const frame = pl.readCSV(bufferOf(bytes), {
        schema: Object.fromEntries(names.map((name) => [keyOf(name), pl.Utf8])),
        columns: columns.map(keyOf),
        eolChar: newline,
        truncateRaggedLines: false,
        missingIsNull: false,
      });
      if (frame.height !== rows) throw new Error(`expected ${rows} rows, polars found ${frame.height}`);
      return new Map(columns.map((name) => [name, frame.getColumn(keyOf(name))]));
    },
    place: (row) => `line ${line(row)}`,
  };
}

function openParquet(bytes: Uint8Array, fail: (why: string) => DataError): OpenTable {
  const buffer = bufferOf(bytes);
  try {
    return {
      names: pl.readParquet(buffer, { nRows: 0 }).columns,
      read: (columns) => {
        const frame = pl.readParquet(buffer, { columns: [...columns] });
        return new Map(columns.map((name) => [name, frame.getColumn(name)]));
      },
      place: (row) => `row ${row + 1}`,
    };
  } catch (cause) {
    throw fail(`it is not a Parquet table: ${(cause as Error).message.split("\n")[0]}`);
  }
}

/** The same bytes, without a copy. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** A cell that cannot be used. */
type Fault = { readonly row: number; readonly why: string };

/** Name of a column's type; "Other" if polars cannot name it in JavaScript, such as bytes. */
function typeOf(column: pl.Series): string {
  try {
    return column.dtype.variant;
  } catch {
    return "Other";
  }
}

/** The fault of a cell. Its text is that of polars. */
function faultOf(column: pl.Series, name: string, row: number, what: string): Fault {
  const text = String(column.cast(pl.Utf8).get(row) ?? "");
  if (text.trim() === "") return { row, why: `${name} is missing` };
  return { row, why: `${name} must be ${what}, got ${JSON.stringify(text.slice(0, 40))}` };
}

/** A column of numbers, or of text that holds numbers, as float64. The first cell that is not a finite number is a fault. */
function numberColumn(column: pl.Series, name: string, faults: Fault[]): Float64Array {
  const type = typeOf(column), isText = /^(Utf8|String|Categorical|Other)$/.test(type);
  if (!isText && !/^(U?Int\d+|Float\d+|Decimal)$/.test(type)) {
    throw new Error(`column ${name} must hold numbers, got ${type}`);
  }
  const plain = isText ? column.cast(pl.Utf8, true) : column;
  let numbers = plain.cast(pl.Float64);
  if (isText && numbers.nullCount() > 0) numbers = plain.str.strip().cast(pl.Float64); // blanks around a number are no fault
  const values = float64Of(numbers), row = indexWhere(values, (value) => !Number.isFinite(value));
  if (row >= 0) faults.push(faultOf(column, name, row, "a number"));
  return values;
}

/** A column as text. The first cell that is blank, or a float that does not hold an exact whole number, is a fault. */
function textColumn(column: pl.Series, name: string, faults: Fault[]): TextColumn {
  const type = typeOf(column);
  if (/^(List|FixedSizeList|Struct|Object)$/.test(type)) {
    throw new Error(`column ${name} must hold text, got ${type}`);
  }
  const refuse = (row: number): TextColumn => {
    faults.push(faultOf(column, name, row, "text or a whole number"));
    return { texts: [], indices: new Uint32Array(0) };
  };
  let plain = column;
  if (type.startsWith("Float")) {
    const odd = indexWhere(float64Of(column.cast(pl.Float64)), (value) => !Number.isSafeInteger(value));
    if (odd >= 0) return refuse(odd);
    plain = column.cast(pl.Int64);
  }
  const cells = plain.cast(pl.Utf8, true), isBlank = (text: string | null) => (text ?? "").trim() === "";
  if (cells.nullCount() > 0) return refuse(cells.toArray().findIndex(isBlank));
  const categories = cells.cast(pl.Categorical), distinct = categories.unique();
  const codesOf = (series: pl.Series) => series.cast(pl.UInt32).toTypedArray() as Uint32Array;
  const indexOf = new Map(Array.from(codesOf(distinct), (code, index) => [code, index]));
  const indices = codesOf(categories).map((code) => indexOf.get(code)!);
  const texts = distinct.cast(pl.Utf8).toArray() as string[];
  return texts.some(isBlank)
    ? refuse(indexWhere(indices, (index) => isBlank(texts[index])))
    : { texts, indices };
}

/** A float64 column as an array, NaN where a cell is missing. */
function float64Of(column: pl.Series): Float64Array {
  if (column.nullCount() === 0) return column.toTypedArray() as Float64Array;
  return Float64Array.from(column.toArray() as (number | null)[], (value) => value ?? NaN);
}

/** Like `findIndex`, several times as fast. */
function indexWhere(values: Float64Array | Uint32Array, is: (value: number) => boolean): number {
  for (let at = 0; at < values.length; at++) if (is(values[at])) return at;
  return -1;
}
