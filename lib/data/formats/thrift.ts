/**
 * The compact protocol of Thrift, as far as Parquet's headers use it: read with every declared size checked against the bytes
 * that are there.
 *
 * @module
 */

/** Nesting that no Parquet header reaches. */
const DEEPEST = 12;

/** A value: a number (1 for true, 2 for false), bytes, a list, or a struct. Numbers beyond 2^53 lose digits. */
export type ThriftValue = number | Uint8Array | readonly ThriftValue[] | ThriftStruct;

/** A struct's fields by number. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;

/** Read the struct that begins at `offset`.
 *
 * @throws {Error} If the bytes end too soon, or are none; the message says at which byte.
 */
export function readThrift(bytes: Uint8Array, offset: number): { value: ThriftStruct; end: number } {
  let at = offset;
  const refuse = (why: string) => new Error(`${why} at byte ${at}`);
  const byte = () => {
    if (at >= bytes.length) throw refuse("the header ends");
    return bytes[at++];
  };
  const varint = () => {
    let value = 0, factor = 1;
    for (let k = 0; k < 10; k++, factor *= 128) {
      const next = byte();
      value += (next & 127) * factor;
      if (next < 128) return value;
    }
    throw refuse("a number of the header does not end");
  };
  const zigzag = () => {
    const value = varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  const take = (count: number) => {
    if (count > bytes.length - at) {
      throw refuse(`the header declares ${count} bytes, ${bytes.length - at} are left`);
    }
    return bytes.subarray(at, at += count);
  };
  const list = (depth: number): ThriftValue[] => {
    const head = byte(), type = head & 15;
    const size = head >> 4 === 15 ? varint() : head >> 4;
    if (size > bytes.length - at) throw refuse(`a list of the header declares ${size} entries`);
    return Array.from({ length: size }, () => type <= 2 ? byte() : element(type, depth));
  };
  const element = (type: number, depth: number): ThriftValue => {
    if (depth > DEEPEST) throw refuse("the header is nested too deep");
    if (type === 1 || type === 2) return type;
    if (type === 3) return byte();
    if (type >= 4 && type <= 6) return zigzag();
    if (type === 7) return take(8);
    if (type === 8) return take(varint());
    if (type === 9 || type === 10) return list(depth + 1);
    if (type === 12) return struct(depth + 1);
    throw refuse(`the header has type ${type}`);
  };
  const struct = (depth: number): ThriftStruct => {
    const fields = new Map<number, ThriftValue>();
    for (let field = 0;;) {
      const head = byte();
      if ((head & 15) === 0) return fields;
      field = head >> 4 === 0 ? zigzag() : field + (head >> 4);
      fields.set(field, element(head & 15, depth));
    }
  };
  return { value: struct(0), end: at };
}

/** A field that must be a number that is no less than 0 and an integer.
 *
 * @throws {Error} If it is not.
 */
export function countOf(struct: ThriftStruct, field: number, what: string): number {
  const value = struct.get(field);
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`${what} is ${value === undefined ? "missing" : value}`);
}

/** A field that must be a list of structs.
 *
 * @throws {Error} If it is not.
 */
export function structsOf(struct: ThriftStruct, field: number, what: string): readonly ThriftStruct[] {
  const value = struct.get(field);
  if (Array.isArray(value) && value.every((entry) => entry instanceof Map)) return value;
  throw new Error(`${what} is missing`);
}
