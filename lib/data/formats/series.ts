/** Columns of polars as arrays. */
import pl from "nodejs-polars";
import type { TextColumn } from "./table.ts";

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

/** A column of text or categories. A cell that is missing is blank. */
export function textsOf(column: pl.Series): TextColumn {
  const filled = column.nullCount() > 0 ? pl.Series("", cellsOf(column) as never[], pl.Utf8) : column;
  const categories = filled.cast(pl.Categorical), distinct = categories.unique();
  const codesOf = (series: pl.Series) => series.cast(pl.UInt32).toTypedArray() as Uint32Array;
  const names = distinct.cast(pl.Utf8).toArray() as string[];
  const nameOf = new Map(Array.from(codesOf(distinct), (code, i) => [code, names[i]]));
  const known = new Int32Array([...nameOf.keys()].reduce((most, code) => Math.max(most, code), 0) + 1).fill(
    -1,
  );
  const texts: string[] = [], indices = codesOf(categories).slice();
  for (let row = 0; row < indices.length; row++) {
    const code = indices[row];
    if (known[code] < 0) known[code] = texts.push(nameOf.get(code)!) - 1;
    indices[row] = known[code];
  }
  return { texts, indices };
}

/** Let the frames of polars that are done with be freed: this takes a turn of the event loop after a collection of garbage. The
 * collector does not see their memory; an array buffer, which is not touched, makes it see that there is some. */
export async function freeFrames(): Promise<void> {
  new ArrayBuffer(SEEN);
  await new Promise((resolve) => setTimeout(resolve, 0));
}
