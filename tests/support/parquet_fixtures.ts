/** Parquet files put together byte by byte, by the format's definition and without the reader's code: Thrift's compact protocol,
 * pages of both versions, runs. What polars never writes, and what is wrong, can be written with it. */
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { Random } from "../../lib/core/random.ts";
import { text } from "./own_fixtures.ts";

/** A value of Thrift: the number of its type, and its bytes. */
export interface Item {
  readonly type: number;
  readonly bytes: readonly number[];
}
/** Fields of a struct by number. */
export type Fields = Readonly<Record<number, Item>>;

/** An integer without a sign: seven bits a byte, the lowest first, and a bit that says that more follow. */
export function varint(value: number | bigint): number[] {
  const out: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  return [...out, Number(rest)];
}

/** An integer with a sign: 0, -1, 1, -2, ... are counted 0, 1, 2, 3, ... */
export function zigzag(value: number | bigint): number[] {
  const whole = BigInt(value);
  return varint(whole >= 0n ? 2n * whole : -2n * whole - 1n);
}

export const int = (value: number | bigint, type = 5): Item => ({ type, bytes: zigzag(value) });
export const flag = (value: boolean): Item => ({ type: value ? 1 : 2, bytes: [] });
export const binary = (value: Uint8Array): Item => ({
  type: 8,
  bytes: [...varint(value.length), ...value],
});

export function list(items: readonly Item[], type = 9): Item {
  const of = items[0]?.type ?? 12, count = items.length;
  const head = count < 15 ? [count << 4 | of] : [0xf0 | of, ...varint(count)];
  return { type, bytes: [...head, ...items.flatMap(({ bytes }) => bytes)] };
}

/** @param order The fields' numbers in the order in which they are written; ascending if absent. */
export function struct(fields: Fields, order = Object.keys(fields).map(Number)): Item {
  let before = 0;
  const bytes = order.flatMap((field) => {
    const { type, bytes } = fields[field], step = field - before;
    before = field;
    return [...(step >= 1 && step <= 15 ? [step << 4 | type] : [type, ...zigzag(field)]), ...bytes];
  });
  return { type: 12, bytes: [...bytes, 0] };
}

/** An integer of `size` bytes, the lowest first. */
export const fixed = (value: number | bigint, size: number): number[] =>
  Array.from(
    { length: size },
    (_, k) => Number(BigInt.asUintN(8 * size, BigInt(value)) >> BigInt(8 * k) & 255n),
  );

/** Numbers of `width` bits in runs that are drawn: of one value, or of packed bits. */
export function runs(values: readonly number[], width: number, random: Random): number[] {
  const out: number[] = [];
  for (let at = 0; at < values.length;) {
    const other = values.findIndex((value, i) => i > at && value !== values[at]);
    const same = (other < 0 ? values.length : other) - at;
    if (random.chance(0.5)) {
      const length = 1 + random.integer(same);
      out.push(...varint(length * 2), ...fixed(values[at], Math.ceil(width / 8)));
      at += length;
      continue;
    }
    const groups = 1 + random.integer(Math.ceil((values.length - at) / 8));
    const bits = Array.from({ length: groups * 8 }, (_, k) => BigInt(values[at + k] ?? 0))
      .reduceRight((sum, value) => (sum << BigInt(width)) + value, 0n);
    out.push(...varint(groups * 2 + 1), ...fixed(bits, groups * width));
    at += groups * 8;
  }
  return out;
}

/** Values one after another. */
export function plain(values: readonly unknown[], type: number): number[] {
  const real = (value: number, size: 4 | 8) => {
    const view = new DataView(new ArrayBuffer(size));
    if (size === 4) view.setFloat32(0, value, true);
    else view.setFloat64(0, value, true);
    return [...new Uint8Array(view.buffer)];
  };
  if (type === 0) {
    return fixed(
      values.reduceRight<bigint>((sum, value) => sum * 2n + (value ? 1n : 0n), 0n),
      Math.ceil(values.length / 8),
    );
  }
  return values.flatMap((value) => {
    if (type === 1 || type === 2) return fixed(value as number, type * 4);
    if (type === 4 || type === 5) return real(value as number, type === 4 ? 4 : 8);
    const bytes = text(value as string);
    return [...fixed(bytes.length, 4), ...bytes];
  });
}

/** A column with how it is to be written. */
export interface ColumnPlan {
  readonly name: string;
  readonly type: number;
  /** Values, null where one is missing. */
  readonly values: readonly unknown[];
  readonly optional?: boolean;
  /** 0 none, 2 gzip, 4 brotli, 6 zstd. */
  readonly codec?: number;
  /** Version of its data pages. */
  readonly version?: 1 | 2;
  /** Bits of the numbers of its dictionary; without a dictionary if absent. */
  readonly width?: number;
  /** Version 2: whether the pages are packed as the codec says. */
  readonly packed?: boolean;
  /** Most rows of a page. */
  readonly pageRows?: number;
}

/** A change to what is written: fields to put in place, by the struct in which they stand. */
export interface Change {
  readonly file?: Fields;
  readonly schema?: Fields;
  readonly group?: Fields;
  readonly column?: Fields;
  readonly meta?: Fields;
  /** In the header of every data page, and in its inner header. */
  readonly page?: Fields;
  readonly inner?: Fields;
  readonly dictionary?: Fields;
  /** The content of every data page, before it is packed. */
  readonly body?: (bytes: readonly number[]) => readonly number[];
}

const PACK: Readonly<Record<number, (bytes: Uint8Array) => Uint8Array>> = {
  0: (bytes) => bytes,
  2: gzipSync,
  4: brotliCompressSync,
  6: zstdCompressSync,
};

/** A Parquet file.
 *
 * @param groups The number of rows of each row group.
 */
export function parquetFile(
  columns: readonly ColumnPlan[],
  groups: readonly number[],
  random: Random,
  change: Change = {},
): Uint8Array {
  const out: number[] = [...text("PAR1")];
  let first = 0;
  const rowGroups = groups.map((count) => {
    const parts = columns.map((column) =>
      struct({ 2: int(4), 3: writeColumn(out, column, first, count, random, change), ...change.column })
    );
    first += count;
    return struct({ 1: list(parts), 2: int(0), 3: int(count), ...change.group });
  });
  const elements = columns.map(({ name, type, optional }) =>
    struct({ 1: int(type), 3: int(optional ? 1 : 0), 4: binary(text(name)), ...change.schema })
  );
  const root = struct({ 4: binary(text("root")), 5: int(columns.length) });
  const footer =
    struct({ 1: int(1), 2: list([root, ...elements]), 3: int(first), 4: list(rowGroups), ...change.file })
      .bytes;
  return Uint8Array.from([...out, ...footer, ...fixed(footer.length, 4), ...text("PAR1")]);
}

/** Write a column's pages of a row group. @returns Its metadata. */
function writeColumn(
  out: number[],
  column: ColumnPlan,
  first: number,
  rows: number,
  random: Random,
  change: Change,
): Item {
  const { name, type, values, optional, codec = 0, version = 1, width, packed = true, pageRows = rows } =
    column;
  const own = values.slice(first, first + rows), start = out.length;
  const words = [...new Set(own.filter((value) => value !== null))];
  const pack = (bytes: readonly number[]) => PACK[codec]?.(Uint8Array.from(bytes)) ?? Uint8Array.from(bytes);
  const put = (
    kind: number,
    field: number,
    inner: Fields,
    head: readonly number[],
    body: Uint8Array,
    size: number,
    more?: Fields,
  ) => {
    const length = head.length + body.length;
    const header = {
      1: int(kind),
      2: int(head.length + size),
      3: int(length),
      [field]: struct(inner),
      ...more,
    };
    out.push(...struct(header).bytes, ...head, ...body);
  };
  if (width !== undefined) {
    const body = plain(words, type);
    put(2, 7, { 1: int(words.length), 2: int(0), ...change.dictionary }, [], pack(body), body.length);
  }
  const data = out.length;
  for (let at = 0; at < rows; at += pageRows) {
    const part = own.slice(at, at + pageRows), there = part.filter((value) => value !== null);
    const levels = optional ? runs(part.map((value) => value === null ? 0 : 1), 1, random) : [];
    const content = width === undefined ? plain(there, type) : there.length === 0
      ? [] // some writers leave out the width, too
      : [width, ...runs(there.map((value) => words.indexOf(value)), width, random)];
    const encoding = int(width === undefined ? 0 : 8),
      count = int(part.length),
      whole = change.body ?? ((bytes) => bytes);
    if (version === 1) {
      const body = whole([...(optional ? [...fixed(levels.length, 4), ...levels] : []), ...content]);
      put(
        0,
        5,
        { 1: count, 2: encoding, 3: int(3), 4: int(3), ...change.inner },
        [],
        pack(body),
        body.length,
        change.page,
      );
    } else {
      const body = whole(content), nulls = int(part.length - there.length);
      const inner = {
        1: count,
        2: nulls,
        3: count,
        4: encoding,
        5: int(levels.length),
        6: int(0),
        7: flag(packed),
      };
      put(
        3,
        8,
        { ...inner, ...change.inner },
        levels,
        packed ? pack(body) : Uint8Array.from(body),
        body.length,
        change.page,
      );
    }
  }
  const place: Fields = width === undefined ? {} : { 11: int(start) };
  return struct({
    1: int(type),
    2: list([int(0)]),
    3: list([binary(text(name))]),
    4: int(codec),
    5: int(rows),
    6: int(0),
    7: int(out.length - start),
    9: int(data),
    ...place,
    ...change.meta,
  });
}
