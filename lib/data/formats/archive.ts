/** A folder or a zip file, as a list of members that are read by name. Nothing is unpacked to disk. */
import { cannotRead } from "../../core/errors.ts";
import { withoutSlashes } from "../../core/files.ts";
import type { SourceOptions } from "../clip_source.ts";
import { isFile, listFiles, readBytes } from "./folder.ts";
import { findGivenFiles, isRecording } from "./given_files.ts";
import { openZip } from "./zip.ts";

/** A folder, a zip file, or some files that the user names. It keeps no file open, so there is nothing to close. */
export interface Archive {
  /** Whether it is a folder, a zip file, or recordings that the user names. */
  readonly kind: "folder" | "zip" | "files";
  /** Names of the files in it, sorted, with `/` between folders; without those that programs add, such as `.DS_Store`. */
  readonly members: readonly string[];
  /** Names of the folders that are not listed, because they lie deeper. */
  readonly deeper: readonly string[];
  /** Paths of a zip's files that stand beside its top folder. */
  readonly outside: readonly string[];
  /** Name of a member in messages: the archive's path, `/`, the member's name. */
  file(name: string): string;
  /** Read a member.
   * @throws {DataError} If there is no such member, or it cannot be read or expanded. */
  read(name: string): Promise<Uint8Array>;
}

/** Open a folder, a zip file, a recording (by its ending), or a `.list` of recordings.
 * @param depth How many levels of folders are listed; a zip is listed whole.
 * @param onRead Called with the name and content of each member that is read.
 * @param marker Name of a file that stands where the data set starts. In a zip this may be its top folder.
 * @throws {DataError} If it is none of them, a member's name leads out of it, or the zip is damaged or a bomb: one whose members come
 * to more than 6 times its size + 24 MiB. */
export async function openArchive(
  path: string,
  depth: number,
  onRead?: SourceOptions["onRead"],
  marker?: string,
): Promise<Archive> {
  const place = withoutSlashes(path), deeper: string[] = [];
  const file = await isFile(place),
    given = file && isRecording(place) ? findGivenFiles(place, marker) : undefined;
  const zip = file && !given ? await openZip(place) : undefined;
  const all = (zip?.members ?? given?.members ?? await listFiles(place, depth, deeper)).filter((name) =>
    !isSystemFile(name)
  );
  const top = zip && marker !== undefined ? topFolder(all, marker) : "";
  const members = all.filter((name) => name.startsWith(top)).map((name) => name.slice(top.length));
  const root = given?.root ?? (top ? `${place}/${top.slice(0, -1)}` : place), known = new Set(members);
  const fileOf = (name: string) => `${root}/${name}`;
  return {
    kind: zip ? "zip" : given ? "files" : "folder",
    members,
    deeper: deeper.filter((name) => !isSystemFile(name)),
    outside: all.filter((name) => !name.startsWith(top)).map((name) => `${place}/${name}`),
    file: fileOf,
    read: async (name) => {
      // A file that the description names may stand beside it.
      const isKnown = known.has(name) || given && !/[/\\]|^\.\.?$/.test(name);
      if (!isKnown) throw cannotRead(fileOf(name), "expected a file, found nothing");
      const bytes = zip ? zip.read(top + name) : await readBytes(fileOf(name));
      onRead?.(name, bytes);
      return bytes;
    },
  };
}

/** The one folder that holds the file `marker`, with a slash; empty if it is the archive itself, or there is none. */
function topFolder(members: readonly string[], marker: string): string {
  if (members.includes(marker)) return "";
  const found = members.filter((name) => name.endsWith(`/${marker}`) && name.split("/").length === 2);
  return found.length === 1 ? found[0].slice(0, -marker.length) : "";
}

/** Whether a name is one that operating systems and programs add to a folder: hidden files, `__MACOSX`, `Thumbs.db`. */
function isSystemFile(name: string): boolean {
  return name.split("/").some((part) => /^(\..*|__MACOSX|Thumbs\.db|desktop\.ini)$/i.test(part));
}
