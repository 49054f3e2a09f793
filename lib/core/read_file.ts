/** Reads files that may be anything: links to devices, pipes, files without end. */

/** Largest file of data or weights that is read, bytes: 2 GiB. */
export const LARGEST_FILE = 2 ** 31;

/** Largest file of text or JSON that is read, bytes: 256 MiB. */
export const LARGEST_TEXT = 2 ** 28;

/** Read a regular file, or a link to one. Kind and size are checked before it is opened and before memory is taken, so that a
 * device, a pipe or a sparse file costs nothing.
 * @param limit Largest size, bytes.
 * @throws {Error} If it cannot be read, is no regular file, or is larger: in words that follow `Cannot read <file>: `. */
export async function readFileUpTo(file: string, limit = LARGEST_FILE): Promise<Uint8Array<ArrayBuffer>> {
  const info = await Deno.stat(file), { size } = info;
  checkRegular(info, limit);
  using handle = await Deno.open(file);
  const bytes = new Uint8Array(size);
  let have = 0;
  for (let count; have < size && (count = await handle.read(bytes.subarray(have))) !== null;) have += count;
  return have === size ? bytes : bytes.slice(0, have);
}

/** Read a regular text file of at most 256 MiB. Bytes that are not UTF-8 become U+FFFD, as in `Deno.readTextFile`.
 * @throws {Error} As `readFileUpTo`. */
export async function readTextUpTo(file: string, limit = LARGEST_TEXT): Promise<string> {
  return new TextDecoder().decode(await readFileUpTo(file, limit));
}

/** Check what `Deno.stat` says of a file.
 * @throws {Error} If it is no regular file, or is larger than the limit. */
export function checkRegular({ size, isFile, isDirectory }: Deno.FileInfo, limit: number): void {
  if (isDirectory) throw new Error("expected a file, found a folder");
  if (!isFile) throw new Error("expected a regular file, found a device or a pipe");
  if (size > limit) throw new Error(`it has ${size} bytes, the limit is ${limit}`);
}
