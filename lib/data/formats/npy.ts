/** NumPy's `.npy` files, versions 1 to 3: real numbers of any size, little-endian or big-endian. */
import { Buffer } from "node:buffer";
import { cannotRead } from "../../core/errors.ts";
import { sizeOf } from "../../core/tensors.ts";

/** Typed arrays for the values of a file. */
export type NpyData =
  | Float16Array
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** Content of the header, and the offset of the values, bytes. */
interface Header {
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  readonly start: number;
}

/** NumPy's kind and size of each type. */
const TYPES = {
  f2: Float16Array,
  f4: Float32Array,
  f8: Float64Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
} as const;

/** Kinds of values that are no real numbers. */
const OTHER: Readonly<Record<string, string>> = {
  b: "truth values",
  c: "complex numbers",
  O: "Python objects",
  S: "text",
  U: "text",
  M: "dates",
  m: "times",
  V: "records",
};

/** Longest header, bytes. NumPy has the same limit. */
const LONGEST_HEADER = 10_000;

/** Read a `.npy` file that is already in memory. The values are a view of `bytes` where alignment and order allow it,
 * else a copy; do not change `bytes` while the values are in use.
 * @param bytes Content of the file. @param file Path to name in errors.
 * @returns Length of each axis (empty for a single value), and the values in C order (the last axis runs fastest), whatever the
 * order in the file.
 * @throws {DataError} If it is not such a file, has values of another type, or its size does not fit its shape. */
export function readNpy(
  bytes: Uint8Array,
  file: string,
): { readonly shape: readonly number[]; readonly data: NpyData } {
  const { descr, fortran, shape, start } = readHeader(bytes, file);
  const [, order, type] = /^([<>=|]?)([fiu]\d)$/.exec(descr) ?? [];
  if (type === undefined || !Object.hasOwn(TYPES, type)) {
    const kind = OTHER[/^[<>=|]?([a-zA-Z])/.exec(descr)?.[1] ?? ""];
    throw cannotRead(
      file,
      `expected real numbers of at most 8 bytes, got ${descr}${kind ? ` (${kind})` : ""}`,
    );
  }
  const ArrayType = TYPES[type as keyof typeof TYPES], size = ArrayType.BYTES_PER_ELEMENT;
  const length = bytes.length - start, count = sizeOf(shape), needed = count * size;
  if (length !== needed) {
    const why = `expected ${needed} bytes for shape [${shape}] of ${descr}, got ${length}`;
    throw cannotRead(file, why, `byte ${start}`);
  }
  const isSwapped = order === ">" && size > 1, isAligned = (bytes.byteOffset + start) % size === 0;
  const source = isAligned && !isSwapped ? bytes.subarray(start) : bytes.slice(start);
  if (isSwapped) swapBytes(source, size);
  const data = new ArrayType(source.buffer as ArrayBuffer, source.byteOffset, count);
  return { shape, data: fortran && shape.length > 1 ? toRowMajor(data, shape) : data };
}

/** Read a `.npy` file of numbers as float32, without a copy if it holds aligned float32.
 * @throws {DataError} As `readNpy`. */
export function readNpyFloats(
  bytes: Uint8Array,
  file: string,
): { readonly shape: readonly number[]; readonly values: Float32Array } {
  const { shape, data } = readNpy(bytes, file);
  if (data instanceof Float32Array) return { shape, values: data };
  const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array;
  return { shape, values: isBig ? Float32Array.from(data as BigInt64Array, Number) : new Float32Array(data) };
}

/** Turn the bytes of each value around, in place. */
function swapBytes(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else buffer.swap64();
}

function readHeader(bytes: Uint8Array, file: string): Header {
  const refuse = (why: string, at: number) => cannotRead(file, why, `byte ${at}`);
  const magic = String.fromCharCode(...bytes.subarray(1, 6));
  if (bytes.length < 10 || bytes[0] !== 0x93 || magic !== "NUMPY") {
    throw refuse("expected a .npy file, its first bytes are others", 0);
  }
  const version = bytes[6], before = version === 1 ? 10 : 12;
  if (version < 1 || version > 3) throw refuse(`expected version 1, 2 or 3 of .npy, got ${version}`, 6);
  if (bytes.length < before) throw refuse("it ends inside its header", bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > LONGEST_HEADER || before + length > bytes.length) {
    throw refuse(`its header of ${length} bytes is longer than the file or ${LONGEST_HEADER}`, 8);
  }
  const start = before + length;
  const text = new TextDecoder().decode(bytes.subarray(before, start));
  const header = parseLiteral(text);
  if (!header) throw refuse(`cannot parse its header ${text.trim().slice(0, 120)}`, before);
  return { ...header, start };
}

/** Parse the header, a Python dictionary with three keys in any order, by pattern. It is never evaluated. */
function parseLiteral(text: string): Omit<Header, "start"> | undefined {
  const shape = /(['"])shape\1\s*:\s*\(([\d,L\s]*)\)/.exec(text)?.[2];
  const descr = /(['"])descr\1\s*:\s*(?:(['"])([^'"]{1,40})\2|(\[))/.exec(text);
  const order = /(['"])fortran_order\1\s*:\s*(True|False)\b/.exec(text)?.[2];
  if (!/^\s*\{.*\}\s*$/s.test(text) || shape === undefined || !descr || !order) return undefined;
  const sizes = shape.split(",").map((size) => size.trim());
  if (sizes.at(-1) === "") sizes.pop();
  if (sizes.length > 32 || !sizes.every((size) => /^\d{1,15}L?$/.test(size))) return undefined;
  return {
    descr: descr[3] ?? "a list of fields",
    fortran: order === "True",
    shape: sizes.map((size) => parseInt(size)),
  };
}

/** Convert Fortran order (the first axis runs fastest) to C order. */
function toRowMajor(data: NpyData, shape: readonly number[]): NpyData {
  const out = data.slice(), axes = shape.length;
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const index = new Array<number>(axes).fill(0);
  for (let to = 0, from = 0; to < out.length; to++) {
    out[to] = data[from];
    for (let axis = axes - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return out;
}
