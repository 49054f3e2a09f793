/**
 * A folder or a zip file, as a list of members that are read by name. Nothing is unpacked to disk.
 *
 * @module
 */
import { DataError } from "../../core/errors.ts";

/** A folder or a zip file. It keeps no file open, so there is nothing to close. */
export interface Archive {
  /** The folder or zip file, as the user gave it. */
  readonly path: string;
  /** Whether it is a folder or a zip file. */
  readonly kind: "folder" | "zip";
  /** Names of the files in it, sorted, with `/` between folders. */
  readonly members: readonly string[];
  /** Name of a member in messages: the archive's path, `/`, the member's name. */
  file(name: string): string;
  /** Read a member.
   *
   * @throws {DataError} If there is no such member, or it cannot be read or expanded.
   */
  read(name: string): Promise<Uint8Array>;
}

/** Error for a member that does not exist. */
export function missingMember(path: string, name: string): DataError {
  const file = `${path}/${name}`;
  return new DataError(`Cannot read ${file}: expected a file, found nothing`, file);
}
