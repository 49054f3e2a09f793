/**
 * A folder or a zip file, as a list of members that are read by name. Nothing is unpacked to disk.
 *
 * @module
 */
import { listFiles, readBytes } from "./folder.ts";
import { missing, openZip } from "./zip.ts";

/** A folder or a zip file. It keeps no file open, so there is nothing to close. */
export interface Archive {
  /** The folder or zip file, as the user gave it. */
  readonly path: string;
  /** Whether it is a folder or a zip file. */
  readonly kind: "folder" | "zip";
  /** Names of the files in it, sorted, with `/` between folders. */
  readonly members: readonly string[];
  /** What to call a member in messages: the archive's path, `/`, its name. */
  file(name: string): string;
  /** The content of a member.
   *
   * @throws {DataError} If there is no such member, or it cannot be read or expanded.
   */
  read(name: string): Promise<Uint8Array>;
}

/** Open a folder or a zip file.
 *
 * @param path The folder, or a file that is a zip.
 * @param depth How many folders below a folder are looked into; a zip is listed whole.
 * @throws {DataError} If it is neither, a member's name leads out of it, or the zip is damaged or a bomb: one whose
 * members come to more than 6 times its size + 24 MiB.
 */
export async function openArchive(path: string, depth: number): Promise<Archive> {
  const root = path.replace(/(?<=.)\/+$/, "");
  if (await isFile(root)) return await openZip(root);
  const members = await listFiles(root, depth), known = new Set(members);
  const file = (name: string) => `${root}/${name}`;
  return {
    path: root,
    kind: "folder",
    members,
    file,
    read: async (name) => {
      if (!known.has(name)) throw missing(root, name);
      return await readBytes(file(name));
    },
  };
}

/** Whether the path is a file, or leads to one. */
export async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}
