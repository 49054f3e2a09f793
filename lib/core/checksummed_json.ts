/**
 * JSON files with a checksum of their own.
 *
 * @module
 */
import { DataError } from "./errors.ts";
import { sha256, writeWhole } from "./files.ts";

/** Write a value as a JSON file of two lines: its checksum, and the value. */
export async function writeRecord(file: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value);
  await writeWhole(file, `"${sha256(text)}"\n${text}\n`);
}

/** Read what `writeRecord` wrote.
 *
 * @throws {DataError} If the file cannot be read, or is damaged.
 */
export async function readRecord(file: string): Promise<unknown> {
  let lines: string[];
  try {
    lines = (await Deno.readTextFile(file)).split("\n");
  } catch (cause) {
    throw new DataError(`Cannot open ${file}: ${(cause as Error).message}`, file);
  }
  const [sum, text, end] = lines;
  if (lines.length !== 3 || end !== "" || sum !== `"${sha256(text)}"`) {
    throw new DataError(`Cannot use ${file}: its checksum is wrong, so it is damaged`, file);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new DataError(`Cannot use ${file}: it is not JSON`, file);
  }
}
