/**
 * Opening a folder or a zip file as an archive.
 *
 * @module
 */
import { withoutSlashes } from "../../core/files.ts";
import type { Archive } from "./archive.ts";
import { isFile, openFolder } from "./folder.ts";
import { openZip } from "./zip.ts";

/** Open a folder or a zip file.
 *
 * @param path The folder, or a file that is a zip.
 * @param depth How many levels of folders are listed; a zip is listed whole.
 * @throws {DataError} If it is neither, a member's name leads out of it, or the zip is damaged or a bomb: one whose
 * members come to more than 6 times its size + 24 MiB.
 */
export async function openArchive(path: string, depth: number): Promise<Archive> {
  const root = withoutSlashes(path);
  return await isFile(root) ? await openZip(root) : await openFolder(root, depth);
}
