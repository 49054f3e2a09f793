/**
 * Folders of a data set, listed in an order that does not depend on the disk.
 *
 * @module
 */
import { DataError } from "../../core/errors.ts";
import { type Archive, missingMember } from "./archive.ts";

/** Open a folder as an archive.
 *
 * @param depth How many levels of folders below it are listed.
 * @throws {DataError} If the folder is missing, is a file, or cannot be read.
 */
export async function openFolder(root: string, depth: number): Promise<Archive> {
  const members = await listFiles(root, depth), known = new Set(members);
  const file = (name: string) => `${root}/${name}`;
  return {
    path: root,
    kind: "folder",
    members,
    file,
    read: async (name) => {
      if (!known.has(name)) throw missingMember(root, name);
      return await readBytes(file(name));
    },
  };
}

/** Files of a folder down to `depth` folders below it, as sorted relative paths with `/`. Links are followed; deeper
 * folders are not listed, so that a wrong path costs little.
 *
 * @throws {DataError} If the folder is missing, is a file, or cannot be read.
 */
export async function listFiles(root: string, depth: number): Promise<string[]> {
  const files: string[] = [];
  const walk = async (folder: string, left: number): Promise<void> => {
    for (const { name, kind } of await listFolder(folder ? `${root}/${folder}` : root)) {
      const path = folder ? `${folder}/${name}` : name;
      if (kind === "file") files.push(path);
      else if (left > 0) await walk(path, left - 1);
    }
  };
  await walk("", depth);
  return files.sort();
}

/** Contents of a folder, for messages: `01, 02, a.txt and 4 more`, or `an empty folder`. */
export async function describeFolder(root: string): Promise<string> {
  const names = (await listFolder(root)).map((entry) => entry.name).sort();
  if (names.length === 0) return "an empty folder";
  return names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "");
}

/** Read a file.
 *
 * @throws {DataError} If it cannot be read.
 */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(file);
  } catch (cause) {
    throw refuse("read", file, cause);
  }
}

async function listFolder(path: string): Promise<{ name: string; kind: "file" | "folder" }[]> {
  const entries: { name: string; kind: "file" | "folder" }[] = [];
  try {
    for await (const { name, isSymlink, isDirectory } of Deno.readDir(path)) {
      const folder = isSymlink ? await isFolder(`${path}/${name}`) : isDirectory;
      entries.push({ name, kind: folder ? "folder" : "file" });
    }
  } catch (cause) {
    throw refuse("open", path, cause);
  }
  return entries;
}

/** Whether the path is a file, or a link to one. */
export async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

/** Whether the path is a folder, or a link to one. A broken link counts as a file: it matters only if a reader needs it. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false;
  }
}

function refuse(action: string, path: string, cause: unknown): DataError {
  const found = cause instanceof Deno.errors.NotFound
    ? "expected a folder, found nothing"
    : cause instanceof Deno.errors.NotADirectory
    ? "expected a folder, found a file"
    : (cause as Error).message;
  return new DataError(
    `Cannot ${action} ${path}: ${action === "open" ? found : (cause as Error).message}`,
    path,
  );
}
