/** Columns of polars as arrays. */
import pl from "nodejs-polars";

/** Memory that the collector is made to see after each part, bytes. */
const SEEN = 2 ** 26;

/** The cells of a column as text; a cell that is missing is blank. */
export function cellsOf(column: pl.Series): string[] {
  return (column.cast(pl.Utf8, true).toArray() as (string | null)[]).map((text) => text ?? "");
}

/** A column of floats, NaN where a cell is missing. */
export function valuesOf(column: pl.Series): Float32Array | Float64Array {
  if (column.nullCount() === 0) return column.toTypedArray() as Float64Array;
  return Float64Array.from(column.toArray() as (number | null)[], (value) => value ?? NaN);
}

/** Texts of a column as codes. */
export interface CodedTexts {
  /** The code of each row. */
  readonly codes: Uint32Array;
  /** The text of each code; a cell that is missing is blank. */
  readonly textOf: ReadonlyMap<number, string>;
}

/** A column of text or categories. */
export function codesOf(column: pl.Series): CodedTexts {
  const filled = column.nullCount() > 0 ? pl.Series("", cellsOf(column) as never[], pl.Utf8) : column;
  const categories = filled.cast(pl.Categorical), distinct = categories.unique();
  const arrayOf = (series: pl.Series) => series.cast(pl.UInt32).toTypedArray() as Uint32Array;
  const texts = distinct.cast(pl.Utf8).toArray() as string[];
  const textOf = new Map(Array.from(arrayOf(distinct), (code, i) => [code, texts[i]]));
  return { codes: arrayOf(categories), textOf };
}

/** Let the frames of polars that are done with be freed: this takes a turn of the event loop after a collection of garbage. The
 * collector does not see their memory; an array buffer, which is not touched, makes it see that there is some. */
export async function freeFrames(): Promise<void> {
  new ArrayBuffer(SEEN);
  await new Promise((resolve) => setTimeout(resolve, 0));
}
