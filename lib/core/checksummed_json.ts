/** JSON files that carry a checksum of their content. */
import { DataError } from "./errors.ts";
import { sha256, writeFileAtomic } from "./files.ts";
import { readTextUpTo } from "./read_file.ts";

/** Write a value as a JSON file of two lines: the SHA-256 of the second line, and the value.
 * @throws {IadnetError} If the file cannot be written. */
export async function writeChecksummedJson(file: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value);
  await writeFileAtomic(file, `"${sha256(text)}"\n${text}\n`);
}

/** Read a file written by `writeChecksummedJson`.
 * @throws {DataError} If the file cannot be opened, is of another kind, or does not match its checksum. */
export async function readChecksummedJson(file: string): Promise<unknown> {
  let content: string;
  try {
    content = await readTextUpTo(file);
  } catch (cause) {
    throw new DataError(`Cannot open ${file}: ${(cause as Error).message}`, file);
  }
  const lines = /^"([0-9a-f]{64})"\n(.*)\n$/.exec(content);
  if (!lines) {
    throw new DataError(`Cannot read ${file}: expected a line of checksum and a line of JSON`, file);
  }
  const [, expected, text] = lines, actual = sha256(text);
  if (actual !== expected) throw checksumError(file, expected, actual);
  try {
    return JSON.parse(text);
  } catch {
    throw new DataError(`Cannot read ${file}: line 2 is not JSON`, file, "line 2");
  }
}

/** The error for a file whose content does not match its SHA-256 checksum. */
export function checksumError(file: string, expected: string, actual: string): DataError {
  const short = (digits: string) => `${digits.slice(0, 16)}...`;
  const detail = `expected ${short(expected)}, got ${short(actual)}`;
  return new DataError(`Cannot read ${file}: checksum mismatch (${detail})`, file);
}
