/** The safetensors file format: an 8-byte little-endian header length, a JSON header, then raw little-endian tensors. The
 * first metadata entry is `sha256`: the checksum of the whole file with zeros in place of these 64 digits. */
import { createHash } from "node:crypto";
import { checksumError } from "./checksummed_json.ts";
import { DataError } from "./errors.ts";
import { isObject } from "./options.ts";
import { type Named, sizeOf, type Values } from "./tensors.ts";

const LARGEST_HEADER = 100_000_000;

/** Most tensors of a file. */
const MOST_TENSORS = 100_000;

/** Start of every header, before the digits of the checksum. */
const PREFIX = new TextEncoder().encode(`{"__metadata__":{"sha256":"`);
const NO_DIGITS = new TextEncoder().encode("0".repeat(64));
const DIGITS_AT = 8 + PREFIX.length;

/** Encode float32 tensors and text metadata, with a checksum. */
export function encodeSafetensors(tensors: Named, metadata: Readonly<Record<string, string>>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { sha256: "0".repeat(64), ...metadata } };
  let offset = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    const end = offset + values.byteLength;
    header[name] = { dtype: "F32", shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padding = (8 - text.length % 8) % 8;
  const bytes = new Uint8Array(8 + text.length + padding + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length + padding), true);
  bytes.set(text, 8);
  bytes.fill(0x20, 8 + text.length, 8 + text.length + padding);
  let at = 8 + text.length + padding;
  for (const { values } of Object.values(tensors)) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  bytes.set(new TextEncoder().encode(checksumOf(bytes)), DIGITS_AT);
  return bytes;
}

/** The checksum of a file: SHA-256 with zeros in place of the stored digits. */
function checksumOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes.subarray(0, DIGITS_AT)).update(NO_DIGITS)
    .update(bytes.subarray(DIGITS_AT + 64)).digest("hex");
}

/** The stored checksum; undefined if the header does not start with one. */
function storedChecksum(bytes: Uint8Array): string | undefined {
  if (PREFIX.some((byte, i) => bytes[8 + i] !== byte)) return undefined;
  const digits = new TextDecoder().decode(bytes.subarray(DIGITS_AT, DIGITS_AT + 64));
  return /^[0-9a-f]{64}$/.test(digits) ? digits : undefined;
}

/** Decode a file of float32 tensors. Declared sizes are checked against the file before anything is allocated.
 * @param file Path, for messages.
 * @throws {DataError} If the checksum is missing or wrong, the header or an offset is wrong, or there are more than 100,000 tensors. */
export function decodeSafetensors(
  bytes: Uint8Array,
  file: string,
): { tensors: Named; metadata: Record<string, string> } {
  const refuse = (why: string, position = "header") =>
    new DataError(`Cannot read ${file} as safetensors: ${why}`, file, position);
  if (bytes.length < 8) throw refuse(`expected at least 8 bytes, got ${bytes.length}`, "byte 0");
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (size > bytes.length - 8 || size > LARGEST_HEADER) {
    throw refuse(`the header declares ${size} bytes`, "byte 0");
  }
  const expected = storedChecksum(bytes);
  if (expected === undefined) throw refuse("the header has no checksum", "byte 8");
  const actual = checksumOf(bytes);
  if (actual !== expected) throw checksumError(file, expected, actual);
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + size)));
  } catch {
    throw refuse("the header is not JSON", "byte 8");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw refuse("the header is not an object");
  }
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isTextMap(metadata)) throw refuse("the metadata is not a map of strings");
  const count = Object.keys(entries).length;
  if (count > MOST_TENSORS) throw refuse(`expected at most ${MOST_TENSORS} tensors, got ${count}`);
  const data = bytes.subarray(8 + size);
  const tensors: Record<string, Values> = {};
  let end = 0;
  for (const [name, entry] of Object.entries(entries)) {
    if (name === "__proto__") throw refuse(`${name} is not allowed as the name of a tensor`);
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
    if (dtype !== "F32") throw refuse(`tensor ${name} has type ${dtype}, expected F32`);
    if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
      throw refuse(`tensor ${name} has no shape or offsets`);
    }
    const count = sizeOf(shape), [from, to] = offsets;
    if (from !== end || to - from !== count * 4 || to > data.length) {
      throw refuse(`tensor ${name} of shape ${shape} lies at ${from} to ${to} of ${data.length} bytes`);
    }
    end = to;
    tensors[name] = { shape, values: new Float32Array(new Uint8Array(data.subarray(from, to)).buffer) };
  }
  if (end !== data.length) throw refuse(`${data.length - end} bytes are left over`, `byte ${8 + size + end}`);
  return { tensors, metadata };
}

/** Check that all values of all tensors are finite.
 * @throws {Error} If a value is not finite; the message names the value and its tensor. */
export function checkFinite(tensors: Named): void {
  for (const [name, { values }] of Object.entries(tensors)) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) throw new Error(`value ${at} of ${name} is ${values[at]}`);
  }
}

/** Name and shape of a tensor. */
export interface NamedShape {
  /** Name of the tensor. */
  readonly name: string;
  /** Length of each axis. */
  readonly shape: readonly number[];
}

function isTextMap(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((item) => typeof item === "string");
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
