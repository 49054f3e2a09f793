/** Tables in Parquet files, parsed by polars: with every encoding, compression and type of number that it knows. */
import { Buffer } from "node:buffer";
import pl from "nodejs-polars";
import { cannotRead } from "../../core/errors.ts";
import { parseNumber } from "./csv/numbers.ts";
import { GrowingTexts } from "./growing.ts";
import { cellsOf, codesOf, freeFrames, valuesOf } from "./series.ts";
import {
  type Columns,
  type Kind,
  MOST_COLUMNS,
  type Numbers,
  type OpenTable,
  type TextColumn,
} from "./columns.ts";
import { parseTime } from "./time.ts";

/** Open a Parquet file.
 * @param file Path to name in errors.
 * @throws {DataError} If it is none, or a column has a type that does not fit. */
export function openParquet(bytes: Uint8Array, file: string): OpenTable {
  const buffer = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
  const readColumn = (name: string) =>
    pl.readParquet(buffer, { columns: [name] }).getColumn(name) as pl.Series;
  const first = (cause: unknown) => (cause as Error).message.split("\n")[0];
  let names: readonly string[];
  try {
    names = pl.readParquet(buffer, { nRows: 0 }).columns;
  } catch (cause) {
    throw cannotRead(file, `it is not a Parquet table: ${first(cause)}`);
  }
  if (names.length > MOST_COLUMNS) {
    throw cannotRead(file, `expected at most ${MOST_COLUMNS} columns, got ${names.length}`);
  }
  return {
    names,
    read: async (kinds) => {
      try {
        return await readColumns(kinds, readColumn);
      } catch (cause) {
        if (cause instanceof OddCell) {
          throw cannotRead(file, `${cause.position}: ${cause.message}`, cause.position);
        }
        throw cannotRead(file, first(cause));
      }
    },
    place: (row) => `row ${row + 1}`,
    cell: (name, row) => String(readColumn(name).cast(pl.Utf8).get(row) ?? ""),
  };
}

/** A cell makes its column unreadable. */
class OddCell extends Error {
  constructor(message: string, readonly position: string) {
    super(message);
  }
}

async function readColumns(
  kinds: ReadonlyMap<string, Kind>,
  readColumn: (name: string) => pl.Series,
): Promise<Columns> {
  const text = new Map<string, TextColumn>(), numbers = new Map<string, Numbers>();
  let rows = 0;
  for (const [name, kind] of kinds) {
    await freeFrames();
    const column = readColumn(name); // one at a time: a column of polars is freed before the next is read
    rows = column.length;
    if (kind === "text") text.set(name, textColumn(column, name));
    else numbers.set(name, kind === "time" ? timeColumn(column, name) : numberColumn(column, name, kind));
  }
  return { rows, text, numbers };
}

/** Name of a column's type; "Other" if polars cannot name it in JavaScript, such as bytes. */
function typeOf(column: pl.Series): string {
  try {
    return column.dtype.variant;
  } catch {
    return "Other";
  }
}

const isText = (type: string) => /^(Utf8|String|Categorical|Enum|Other)$/.test(type);

function numberColumn(column: pl.Series, name: string, kind: Kind): Numbers {
  const type = typeOf(column), ArrayType = kind === "single" ? Float32Array : Float64Array;
  if (isText(type)) return new ArrayType(cellsOf(column).map((text) => parseNumber(text)));
  if (!/^(U?Int\d+|Float\d+|Decimal)$/.test(type)) {
    throw new Error(`column ${name} must hold numbers, got ${type}`);
  }
  const isSingle = kind === "single" && type === "Float32";
  const values = new ArrayType(valuesOf(isSingle ? column : column.cast(pl.Float64)));
  return values;
}

function timeColumn(column: pl.Series, name: string): Numbers {
  const type = typeOf(column);
  if (isText(type)) return Float64Array.from(cellsOf(column), (text) => parseTime(text, false));
  if (!type.startsWith("Datetime")) return numberColumn(column, name, "number");
  return valuesOf(column.cast(pl.Datetime("us")).cast(pl.Int64).cast(pl.Float64)).map((time) =>
    time / 1e6
  ) as Float64Array;
}

/** A column as text. A cell that is missing is blank. */
function textColumn(column: pl.Series, name: string): TextColumn {
  const type = typeOf(column);
  if (/^(List|FixedSizeList|Struct|Object)$/.test(type)) {
    throw new Error(`column ${name} must hold text, got ${type}`);
  }
  let plain = column;
  if (type.startsWith("Float")) {
    const values = valuesOf(column.cast(pl.Float64));
    const odd = values.findIndex((value) => !Number.isSafeInteger(value) && !Number.isNaN(value));
    if (odd >= 0) {
      const cell = column.cast(pl.Utf8).get(odd);
      throw new OddCell(
        `${name} must be text or a whole number, got ${JSON.stringify(cell)}`,
        `row ${odd + 1}`,
      );
    }
    plain = column.cast(pl.Int64);
  }
  const texts = new GrowingTexts();
  texts.add(codesOf(plain.cast(pl.Utf8, true)), column.length);
  return texts.finish();
}
