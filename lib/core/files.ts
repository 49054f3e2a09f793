/** Atomic writes, folders and file names. */
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { IadnetError } from "./errors.ts";

/** Longest name that `safeName` does not shorten, characters. */
const LONGEST_NAME = 100;

/** Suffix of the file that keeps the previous content. */
export const PREVIOUS = ".previous";

/** Options for `writeFileAtomic`. */
export interface WriteOptions {
  /** Keep the previous content in a file of the same name with the suffix `.previous`. */
  readonly keepPrevious?: boolean;
}

/** Write a file atomically: a crash leaves either the old content or the new. The content goes to a temporary file in the same
 * folder, which is flushed to disk and then renamed; the folder is flushed last. The temporary file is created anew: what stands in
 * its place, such as a link that leads elsewhere, is removed, never written through. A link at `file` is replaced, not followed.
 * @throws {IadnetError} If the file cannot be written: no space, no permission, no such folder. It then keeps its content. */
export async function writeFileAtomic(
  file: string,
  content: Uint8Array | string,
  { keepPrevious = false }: WriteOptions = {},
): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const temporary = `${file}.tmp`;
  try {
    {
      await Deno.remove(temporary).catch(() => {}); // if it cannot be removed, it cannot be created
      using handle = await Deno.open(temporary, { write: true, createNew: true });
      for (let at = 0; at < bytes.length;) at += await handle.write(bytes.subarray(at));
      await handle.sync();
    }
    if (keepPrevious && await exists(file)) await Deno.rename(file, `${file}${PREVIOUS}`);
    await Deno.rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (cause) {
    await Deno.remove(temporary).catch(() => {});
    throw new IadnetError(`Cannot write ${file}: ${(cause as Error).message}`);
  }
}

/** Flush the entries of a folder to disk, on systems that support it. */
export async function syncFolder(folder: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using handle = await Deno.open(folder, { read: true });
  await handle.sync();
}

/** Create a folder and its parents.
 * @throws {IadnetError} If it cannot be created. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new IadnetError(`Cannot create folder ${folder}: ${(cause as Error).message}`);
  }
}

/** The path without trailing slashes; `/` stays. */
export function withoutSlashes(path: string): string {
  return path.replace(/(?<=.)\/+$/, "");
}

/** Path under which a folder is built before it is renamed to its own name. */
export function partialOf(folder: string): string {
  return `${withoutSlashes(folder)}.partial`;
}

/** Whether a file or folder exists.
 * @throws If the path may not be looked at. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

/** Names of devices on Windows, which ignores what follows a dot. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Texts whose names are those of others on systems that ignore case, or a dot or space at the end. */
const AMBIGUOUS = /[A-Z]|[. ]$/;

/** A file name for any text, unique for each text. Letters, digits, spaces and `._,()-` are kept; every other byte becomes `%`
 * and its code. The name never leads to another folder, so it may come from untrusted data. A text that some systems would take for
 * another, or for a device, gets a part of its SHA-256: one with capitals, `con`, `aux`, or a dot or space at the end. */
export function safeName(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const isDevice = DEVICE.test(text);
  let name = "";
  for (const [i, byte] of bytes.entries()) {
    const char = String.fromCharCode(byte);
    const plain = /[A-Za-z0-9 _,()-]/.test(char) || (char === "." && i > 0 && !isDevice);
    name += plain ? char : `%${byte.toString(16).padStart(2, "0").toUpperCase()}`;
  }
  if (isDevice || AMBIGUOUS.test(text)) name += `%-${sha256(text).slice(0, 8)}`;
  if (name !== "" && name.length <= LONGEST_NAME) return name;
  return `${name.slice(0, LONGEST_NAME - 34)}%-${sha256(text).slice(0, 32)}`;
}

/** SHA-256 as hexadecimal digits. */
export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}
