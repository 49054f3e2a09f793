/**
 * The pages of a Parquet column: unpacking, and the plain and dictionary encodings.
 *
 * @module
 */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { decompressLz4, decompressLz4Raw, decompressSnappy } from "hyparquet-compressors";
import { countOf, type ThriftStruct } from "./thrift.ts";

/** A page whose sizes have been checked against the file. */
export interface Page {
  /** Its place in the file. */
  readonly at: number;
  /** 0 or 3: data of version 1 or 2; 2: a dictionary. */
  readonly kind: number;
  readonly codec: number;
  /** The header of its kind. */
  readonly header: ThriftStruct;
  /** Number of values. */
  readonly count: number;
  /** Bytes after unpacking. */
  readonly size: number;
  readonly packed: Uint8Array;
}

type Unpack = (packed: Uint8Array, size: number) => Uint8Array;

/** By number of the codec. */
const UNPACK: Readonly<Record<number, Unpack>> = {
  0: (packed) => packed,
  1: decompressSnappy,
  2: (packed, size) => gunzipSync(packed, { maxOutputLength: Math.max(1, size) }),
  4: (packed, size) => brotliDecompressSync(packed, { maxOutputLength: Math.max(1, size) }),
  5: decompressLz4,
  6: (packed, size) => zstdDecompressSync(packed, { maxOutputLength: Math.max(1, size) }),
  7: decompressLz4Raw,
};

/** The values of a dictionary. */
export function decodeDictionary(page: Page, type: number): unknown[] {
  return plain(unpack(page, page.packed, page.size), 0, type, page.count, page);
}

/** The values of a data page; null for those that are missing. */
export function decodeColumnPage(
  page: Page,
  type: number,
  optional: boolean,
  dictionary: readonly unknown[] | undefined,
): unknown[] {
  const { kind, header, count } = page;
  let bytes: Uint8Array, at = 0, levels: Uint32Array | undefined;
  if (kind === 0) {
    bytes = unpack(page, page.packed, page.size);
    if (optional) {
      if (bytes.length < 4) throw refuse(page, "it ends too soon");
      const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      levels = hybrid(bytes.subarray(4, 4 + size), 1, count, page);
      at = 4 + size;
    }
  } else {
    const size = countOf(header, 5, "a page's definition levels");
    if (countOf(header, 6, "a page's repetition levels") > 0 || size > page.packed.length) {
      throw refuse(page, "its levels do not fit");
    }
    const rest = page.packed.subarray(size);
    bytes = header.get(7) === 2 ? rest : unpack(page, rest, page.size - size);
    if (optional) levels = hybrid(page.packed.subarray(0, size), 1, count, page);
  }
  const present = levels ? levels.reduce((sum, level) => sum + level, 0) : count;
  const encoding = countOf(header, kind === 0 ? 2 : 4, "a page's encoding");
  const values = encoding === 0
    ? plain(bytes, at, type, present, page)
    : lookUp(bytes.subarray(at), present, encoding, dictionary, page);
  if (!levels) return values;
  let next = 0;
  return Array.from(levels, (level) => level === 1 ? values[next++] : null);
}

const refuse = ({ at }: Page, why: string) => new Error(`the page at byte ${at} cannot be read: ${why}`);

function unpack(page: Page, packed: Uint8Array, size: number): Uint8Array {
  const unpacker = UNPACK[page.codec];
  if (!unpacker) throw refuse(page, `its codec ${page.codec} is unknown`);
  const bytes = unpacker(packed, size);
  if (bytes.length !== size) throw refuse(page, `expected ${size} bytes, got ${bytes.length}`);
  return bytes;
}

/** Values of the dictionary by their numbers. */
function lookUp(
  bytes: Uint8Array,
  count: number,
  encoding: number,
  dictionary: readonly unknown[] | undefined,
  page: Page,
): unknown[] {
  if (encoding !== 2 && encoding !== 8) {
    throw refuse(
      page,
      `its encoding ${encoding} is not supported, write the table with plain or dictionary columns`,
    );
  }
  if (!dictionary) throw refuse(page, "there is no dictionary before it");
  if (count === 0) return [];
  if (bytes.length === 0 || bytes[0] > 32) throw refuse(page, "it has no width");
  return Array.from(hybrid(bytes.subarray(1), bytes[0], count, page), (index) => {
    if (index >= dictionary.length) throw refuse(page, `${index} is beyond its dictionary`);
    return dictionary[index];
  });
}

/** `count` numbers of `width` bits in runs, each of one value or of packed bits. */
function hybrid(bytes: Uint8Array, width: number, count: number, page: Page): Uint32Array {
  const out = new Uint32Array(count), size = Math.ceil(width / 8);
  let at = 0, done = 0;
  while (done < count) {
    let head = 0;
    for (let shift = 0;; shift += 7) {
      if (at >= bytes.length || shift > 28) throw refuse(page, "a run does not end");
      head += (bytes[at] & 127) * 2 ** shift;
      if (bytes[at++] < 128) break;
    }
    const run = Math.floor(head / 2);
    if (run === 0) throw refuse(page, "a run is empty");
    if (head % 2 === 0) {
      if (at + size > bytes.length) throw refuse(page, "it ends too soon");
      let value = 0;
      for (let k = 0; k < size; k++) value += bytes[at++] * 256 ** k;
      out.fill(value, done, done += Math.min(run, count - done));
      continue;
    }
    const values = Math.min(run * 8, count - done);
    if (values * width > (bytes.length - at) * 8) throw refuse(page, "it ends too soon");
    for (let k = 0, bit = at * 8; k < values; k++, done++) {
      let value = 0;
      for (let place = 0; place < width; place++, bit++) {
        if (bytes[bit >> 3] >> (bit & 7) & 1) value += 2 ** place;
      }
      out[done] = value;
    }
    at += run * width;
  }
  return out;
}

/** `count` values one after another. */
function plain(bytes: Uint8Array, at: number, type: number, count: number, page: Page): unknown[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (size: number) => {
    if (at + size > bytes.length) throw refuse(page, "it ends too soon");
    return (at += size) - size;
  };
  if (type === 0) {
    const from = need(Math.ceil(count / 8));
    return Array.from({ length: count }, (_, i) => (bytes[from + (i >> 3)] >> (i & 7) & 1) === 1);
  }
  const decoder = new TextDecoder();
  const readers: Readonly<Record<number, () => unknown>> = {
    1: () => view.getInt32(need(4), true),
    2: () => Number(view.getBigInt64(need(8), true)),
    4: () => view.getFloat32(need(4), true),
    5: () => view.getFloat64(need(8), true),
    6: () => {
      const size = view.getUint32(need(4), true), from = need(size);
      return decoder.decode(bytes.subarray(from, from + size));
    },
  };
  if (!readers[type]) throw refuse(page, `its type ${type} is not supported`);
  return Array.from({ length: count }, readers[type]);
}
