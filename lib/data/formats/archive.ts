/** A folder or a zip file, as a list of members that are read by name. Nothing is unpacked to disk. */
import { cannotRead } from "../../core/errors.ts";
import { withoutSlashes } from "../../core/files.ts";
import type { SourceOptions } from "../clip_source.ts";
import { isFile, listFiles, readBytes } from "./folder.ts";
import { openZip } from "./zip.ts";

/** A folder or a zip file. It keeps no file open, so there is nothing to close. */
export interface Archive {
  /** Whether it is a folder or a zip file. */
  readonly kind: "folder" | "zip";
  /** Names of the files in it, sorted, with `/` between folders. */
  readonly members: readonly string[];
  /** Name of a member in messages: the archive's path, `/`, the member's name. */
  file(name: string): string;
  /** Read a member.
   * @throws {DataError} If there is no such member, or it cannot be read or expanded. */
  read(name: string): Promise<Uint8Array>;
}

/** Open a folder or a zip file.
 * @param path The folder, or a file that is a zip.
 * @param depth How many levels of folders are listed; a zip is listed whole.
 * @param onRead Called with the name and content of each member that is read.
 * @throws {DataError} If it is neither, a member's name leads out of it, or the zip is damaged or a bomb: one whose
 * members come to more than 6 times its size + 24 MiB. */
export async function openArchive(
  path: string,
  depth: number,
  onRead?: SourceOptions["onRead"],
): Promise<Archive> {
  const root = withoutSlashes(path), file = (name: string) => `${root}/${name}`;
  const zip = await isFile(root) ? await openZip(root) : undefined;
  const members = zip?.members ?? await listFiles(root, depth), known = new Set(members);
  return {
    kind: zip ? "zip" : "folder",
    members,
    file,
    read: async (name) => {
      if (!known.has(name)) throw cannotRead(file(name), "expected a file, found nothing");
      const bytes = zip ? zip.read(name) : await readBytes(file(name));
      onRead?.(name, bytes);
      return bytes;
    },
  };
}
