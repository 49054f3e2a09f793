/** Folders of a data set, listed in an order that does not depend on the disk. */
import { cannotRead, DataError } from "../../core/errors.ts";
import { LARGEST_FILE, LARGEST_TEXT, readFileUpTo } from "../../core/read_file.ts";

/** Files of a folder down to `depth` folders below it, as sorted relative paths with `/`. Deeper folders are not listed, so that a
 * wrong path costs little. Links are followed, but each folder is listed once: under its own name if it has one below the root.
 * @param deeper Receives the folders that lie deeper.
 * @throws {DataError} If the folder is missing, is a file, or cannot be read. */
export async function listFiles(root: string, depth: number, deeper: string[] = []): Promise<string[]> {
  const files: string[] = [], links: [path: string, left: number][] = [], listed = new Set<string>();
  const walk = async (folder: string, real: string, left: number): Promise<void> => {
    if (listed.has(real)) return;
    listed.add(real);
    for (const { name, isSymlink, isDirectory } of await listFolder(folder ? `${root}/${folder}` : root)) {
      const path = folder ? `${folder}/${name}` : name;
      if (!(isSymlink ? await isFolder(`${root}/${path}`) : isDirectory)) files.push(path);
      else if (left === 0) deeper.push(path);
      else if (isSymlink) links.push([path, left - 1]);
      else await walk(path, `${real}/${name}`, left - 1);
    }
  };
  await walk("", await realPath(root), depth);
  for (let next; (next = links.sort().shift());) {
    await walk(next[0], await realPath(`${root}/${next[0]}`), next[1]);
  }
  deeper.sort();
  return files.sort();
}

/** The path without links; the path itself if it cannot be resolved. */
async function realPath(path: string): Promise<string> {
  const real = await Deno.realPath(path).catch(() => path);
  return real === "/" ? "" : real;
}

/** Contents of a folder, for messages: `01, 02, a.txt and 4 more`, or `an empty folder`. */
export async function describeFolder(root: string): Promise<string> {
  const names = (await listFolder(root)).map((entry) => entry.name).sort();
  if (names.length === 0) return "an empty folder";
  return names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "");
}

/** Files of text, which are smaller than arrays and tables. */
const TEXT = /\.(txt|skeleton|bvh|json|list)$/i;

/** Read a regular file: of text up to 256 MiB, of another kind up to 2 GiB.
 * @throws {DataError} If it cannot be read. */
export async function readBytes(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readFileUpTo(file, TEXT.test(file) ? LARGEST_TEXT : LARGEST_FILE);
  } catch (cause) {
    throw cannotRead(file, (cause as Error).message);
  }
}

/** Whether the path is a file, or a link to one. */
export async function isFile(path: string): Promise<boolean> {
  return (await look(path))?.isFile ?? false;
}

/** Whether the path is a folder, or a link to one. A broken link counts as a file: it matters only if a reader needs it. */
export async function isFolder(path: string): Promise<boolean> {
  return (await look(path))?.isDirectory ?? false;
}

function look(path: string): Promise<Deno.FileInfo | undefined> {
  return Deno.stat(path).catch(() => undefined);
}

async function listFolder(path: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(path));
  } catch (cause) {
    const { NotFound, NotADirectory } = Deno.errors;
    const found = cause instanceof NotFound
      ? "nothing"
      : cause instanceof NotADirectory
      ? await isFile(path) ? "a file" : "a device or a pipe"
      : undefined;
    const why = found ? `expected a folder, found ${found}` : (cause as Error).message;
    throw new DataError(`Cannot open ${path}: ${why}`, path);
  }
}
