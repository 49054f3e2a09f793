/**
 * Parquet tables of plain columns: every size that a file declares is checked before it is used, and every loop ends with the
 * rows that are there. (Two libraries that were tried take minutes or gigabytes over some damaged files.)
 *
 * @module
 */
import { decodeColumnPage, decodeDictionary, type Page } from "./parquet_page.ts";
import { countOf, readThrift, structsOf, type ThriftStruct } from "./thrift.ts";

/** Cells, and bytes after unpacking, that a file may declare: as many for each of its bytes, and some more. */
const CELLS = [10, 4_000_000] as const, BYTES = [8, 48_000_000] as const;

/** A column as the schema describes it. */
interface Column {
  readonly name: string;
  /** Physical type: 0 BOOLEAN, 1 INT32, 2 INT64, 4 FLOAT, 5 DOUBLE, 6 BYTE_ARRAY. */
  readonly type: number;
  /** Whether values can be missing. */
  readonly optional: boolean;
  readonly values: unknown[];
}

/** The columns of a table by name: numbers, booleans, texts, or null.
 *
 * @throws {Error} If it is no Parquet file of plain columns, declares sizes that do not fit, or uses an encoding other than
 * plain and dictionary.
 */
export function readParquet(bytes: Uint8Array): Map<string, unknown[]> {
  const file = readFooter(bytes), columns = readSchema(file), rows = countOf(file, 3, "its number of rows");
  const within = (value: number, [factor, more]: readonly [number, number]) =>
    value <= factor * bytes.length + more;
  if (!within(rows * columns.length, CELLS)) throw new Error(`it declares ${rows} rows`);
  let unpacked = 0, sum = 0;
  for (const group of structsOf(file, 4, "its row groups")) {
    const count = countOf(group, 3, "a row group's number of rows");
    const parts = structsOf(group, 1, "a row group's columns");
    if (parts.length !== columns.length) throw new Error(`a row group has ${parts.length} columns`);
    if ((sum += count) > rows) throw new Error(`its row groups declare more than its ${rows} rows`);
    parts.forEach((part, i) => {
      for (const page of pagesOf(bytes, part, columns[i], count)) {
        if (!within(unpacked += page.size, BYTES)) {
          throw new Error(`its pages declare ${unpacked} bytes or more`);
        }
      }
    });
    parts.forEach((part, i) => readColumn(bytes, part, columns[i], count));
  }
  if (sum !== rows) throw new Error(`it declares ${rows} rows, its row groups ${sum}`);
  return new Map(columns.map(({ name, values }) => [name, values]));
}

function readFooter(bytes: Uint8Array): ThriftStruct {
  const magic = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || magic(0) !== "PAR1" || magic(bytes.length - 4) !== "PAR1") {
    throw new Error("it does not begin and end with PAR1");
  }
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 8, true);
  if (size > bytes.length - 12) throw new Error(`its footer declares ${size} bytes`);
  return readThrift(bytes.subarray(0, bytes.length - 8), bytes.length - 8 - size).value;
}

function readSchema(file: ThriftStruct): Column[] {
  const names = new Set<string>();
  return structsOf(file, 2, "its schema").slice(1).map((element) => {
    const name = element.get(4);
    if (!(name instanceof Uint8Array)) throw new Error("a column has no name");
    const text = new TextDecoder().decode(name), repetition = element.get(3);
    if (names.has(text)) throw new Error(`it has column ${text} twice`);
    names.add(text);
    if (element.get(5) || (repetition !== 0 && repetition !== 1)) throw new Error(`column ${text} is nested`);
    return {
      name: text,
      type: countOf(element, 1, "a column's type"),
      optional: repetition === 1,
      values: [],
    };
  });
}

/** The pages of a column in a row group, their sizes checked. */
function* pagesOf(bytes: Uint8Array, part: ThriftStruct, column: Column, rows: number): Generator<Page> {
  const data = part.get(3);
  if (!(data instanceof Map)) throw new Error(`column ${column.name} has no metadata`);
  if (data.get(1) !== column.type) throw new Error(`column ${column.name} has two types`);
  const codec = countOf(data, 4, "a codec"), first = countOf(data, 9, "a column's place");
  const dictionary = data.has(11) ? countOf(data, 11, "a dictionary's place") : 0;
  const start = dictionary > 0 ? Math.min(dictionary, first) : first;
  const end = start + countOf(data, 7, "a column's size");
  if (start < 4 || end > bytes.length) {
    throw new Error(`column ${column.name} lies at bytes ${start} to ${end}`);
  }
  for (let at = start, values = 0; values < rows;) {
    const { value: header, end: from } = readThrift(bytes.subarray(0, end), at);
    const packed = countOf(header, 3, "a page's size"), kind = countOf(header, 1, "a page's kind");
    if (packed > end - from) throw new Error(`the page at byte ${at} declares ${packed} bytes`);
    const own = header.get(kind === 2 ? 7 : kind === 3 ? 8 : 5);
    if (!(own instanceof Map)) throw new Error(`the page at byte ${at} is of kind ${kind}`);
    const count = countOf(own, 1, "a page's number of values"), left = kind === 2 ? rows : rows - values;
    if (count > left || (count === 0 && kind !== 2)) {
      throw new Error(`the page at byte ${at} declares ${count} values, ${left} are left`);
    }
    if (kind !== 2) values += count;
    const size = countOf(header, 2, "a page's unpacked size");
    yield { at, kind, codec, header: own, count, size, packed: bytes.subarray(from, from + packed) };
    at = from + packed;
  }
}

/** Append the values of a row group to the column. */
function readColumn(bytes: Uint8Array, part: ThriftStruct, column: Column, rows: number): void {
  let dictionary: readonly unknown[] | undefined;
  for (const page of pagesOf(bytes, part, column, rows)) {
    if (page.kind === 2) {
      dictionary = decodeDictionary(page, column.type);
      continue;
    }
    for (const value of decodeColumnPage(page, column.type, column.optional, dictionary)) {
      column.values.push(value);
    }
  }
}
