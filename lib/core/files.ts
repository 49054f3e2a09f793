/**
 * Writing files so that a crash at any moment leaves the old content or the new one, never a mixture.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { IadnetError } from "./errors.ts";
import { folderOf, withoutSlashes } from "./paths.ts";

/** Longest file name that is kept as it is, characters. */
const LONGEST_NAME = 100;

/** Suffix of the file that held the content before. */
export const PREVIOUS = ".previous";

/** How to write. */
export interface WriteOptions {
  /** Keep what the file held before beside it, with the suffix `.previous`. */
  readonly keepPrevious?: boolean;
}

/** Write a whole file: to a temporary one in the same folder, flushed to the disk, then renamed; then the folder is flushed.
 *
 * @throws {IadnetError} If it cannot be written: no space, no permission, no such folder. The file then is as it was.
 */
export async function writeWhole(
  file: string,
  content: Uint8Array | string,
  { keepPrevious = false }: WriteOptions = {},
): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const temporary = `${file}.tmp`;
  try {
    {
      using handle = await Deno.open(temporary, { write: true, create: true, truncate: true });
      for (let at = 0; at < bytes.length;) at += await handle.write(bytes.subarray(at));
      await handle.sync();
    }
    if (keepPrevious && await exists(file)) await Deno.rename(file, `${file}${PREVIOUS}`);
    await Deno.rename(temporary, file);
    await syncFolder(folderOf(file));
  } catch (cause) {
    await Deno.remove(temporary).catch(() => {});
    throw new IadnetError(`Cannot write ${file}: ${(cause as Error).message}`);
  }
}

/** Flush a folder's entries to the disk, where the system has that. */
export async function syncFolder(folder: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using handle = await Deno.open(folder, { read: true });
  await handle.sync();
}

/** Make a folder and those above it.
 *
 * @throws {IadnetError} If it cannot be made.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new IadnetError(`Cannot make folder ${folder}: ${(cause as Error).message}`);
  }
}

/** Where a folder is made before it appears under its name. */
export function partialOf(folder: string): string {
  return `${withoutSlashes(folder)}.partial`;
}

/** Whether there is a file or folder of that name. Not being allowed to look is an error, not a no. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

/** A file name for any text, different for different texts: letters, digits, spaces and `._,()-` stay, all else is written
 * as `%` and its code. It names no other folder, whatever the text, so a name that comes from data cannot lead out of one. */
export function safeName(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let name = "";
  for (const [i, byte] of bytes.entries()) {
    const char = String.fromCharCode(byte);
    const plain = /[A-Za-z0-9 _,()-]/.test(char) || (char === "." && i > 0);
    name += plain ? char : `%${byte.toString(16).padStart(2, "0").toUpperCase()}`;
  }
  if (name !== "" && name.length <= LONGEST_NAME) return name;
  return `${name.slice(0, LONGEST_NAME - 34)}%-${sha256(text).slice(0, 32)}`;
}

/** SHA-256 in hexadecimal digits. */
export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}
