/** The encoding of a CSV file. */
import { isUtf8 } from "node:buffer";
import { cannotRead } from "../../../core/errors.ts";

/** Text in UTF-8, without a byte order mark. */
export interface Utf8Text {
  /** The text. */
  readonly bytes: Uint8Array;
  /** What a user must know, if the encoding was not certain. */
  readonly warning?: string;
}

/** The text of a file as UTF-8. UTF-16 is known by its byte order mark. Any other text without a character of several bytes in UTF-8
 * is read as Windows-1252, in which each byte is a character of its own: texts that differ stay different.
 * @param file Path to name in errors.
 * @throws {DataError} If the file begins with bytes of zero among others, as UTF-16 without a mark does, or is UTF-8 but for some bytes. */
export function toUtf8(bytes: Uint8Array, file: string): Utf8Text {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe
    ? "utf-16le"
    : bytes[0] === 0xfe && bytes[1] === 0xff
    ? "utf-16be"
    : undefined;
  if (utf16) return { bytes: withoutZeros(recode(bytes, utf16, file), file) };
  withoutZeros(bytes, file);
  if (isUtf8(bytes)) {
    const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return { bytes: isMarked ? bytes.subarray(3) : bytes };
  }
  if (holdsUtf8(bytes)) {
    const line = firstInvalid(bytes);
    throw cannotRead(file, `line ${line}: it is UTF-8 but for some bytes of this line`, `line ${line}`);
  }
  const warning = `${file} is not UTF-8: it is read as Windows-1252`;
  return { bytes: recode(bytes, "windows-1252", file), warning };
}

function recode(bytes: Uint8Array, encoding: string, file: string): Uint8Array {
  try {
    return new TextEncoder().encode(new TextDecoder(encoding, { fatal: true }).decode(bytes));
  } catch {
    throw cannotRead(file, `it is not ${encoding.toUpperCase()}, although its first bytes say so`);
  }
}

function withoutZeros(bytes: Uint8Array, file: string): Uint8Array {
  const at = bytes.subarray(0, 4096).indexOf(0);
  if (at >= 0) throw cannotRead(file, "expected text, found a byte of zero", `byte ${at}`);
  return bytes;
}

/** Whether there is a character of two or more bytes in UTF-8. */
function holdsUtf8(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at], length = byte >= 0xc2 && byte < 0xe0 ? 2 : byte >= 0xe0 && byte < 0xf0 ? 3 : 0;
    if (length > 0 && isUtf8(bytes.subarray(at, at + length)) && at + length <= bytes.length) return true;
  }
  return false;
}

/** The first line that is not UTF-8, 1-based. */
function firstInvalid(bytes: Uint8Array): number {
  for (let from = 0, line = 1;; line++) {
    const to = bytes.indexOf(10, from);
    if (to < 0 || !isUtf8(bytes.subarray(from, to))) return line;
    from = to + 1;
  }
}
