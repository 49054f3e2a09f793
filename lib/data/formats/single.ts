/** Single files: a data set of the clips that one file holds. */
import { basename } from "node:path";
import type { ClipEntry, RecordingSource, SourceOptions } from "../clip_source.ts";
import type { Recording } from "../clip.ts";
import type { Archive } from "./archive.ts";
import { isFile, readBytes } from "./folder.ts";

/** Category of a clip whose file does not say. */
export const UNKNOWN = "unknown";

/** Format of single files by their ending. */
const FORMATS: Readonly<Record<string, string>> = {
  txt: "sbu",
  skeleton: "ntu120",
  csv: "custom",
  parquet: "custom",
  npy: "custom",
  npz: "custom",
};

/** Endings of single files. */
export const SINGLE_ENDINGS: readonly string[] = Object.keys(FORMATS);

/** The ending of a file's name in lower case, without the dot; empty if there is none. */
export function endingOf(name: string): string {
  return /\.([A-Za-z0-9]+)$/.exec(name)?.[1].toLowerCase() ?? "";
}

/** Format of a single file by its name; undefined if it is none. */
export function singleFormat(name: string): string | undefined {
  const ending = endingOf(name);
  return Object.hasOwn(FORMATS, ending) ? FORMATS[ending] : undefined;
}

/** Whether the path is a single file of a format. */
export async function isSingle(path: string, format: string): Promise<boolean> {
  return singleFormat(path) === format && await isFile(path);
}

/** Names of the clip of a single file: it is called like the file, and is of no known category. */
export function singleEntry(path: string): ClipEntry {
  const id = basename(path).replace(/\.[^.]+$/, "");
  return { id, category: UNKNOWN, group: id, files: [] };
}

/** A single file as an archive with one member, `unknown/<file>`. */
export async function openLone(path: string, onRead: SourceOptions["onRead"]): Promise<Archive> {
  const member = `${UNKNOWN}/${basename(path)}`, bytes = await readBytes(path);
  return {
    kind: "files",
    members: [member],
    deeper: [],
    outside: [],
    file: () => path,
    read: (name) => {
      onRead?.(name, bytes);
      return Promise.resolve(bytes);
    },
  };
}

/** Open a single file that holds one clip.
 * @param parse Reads its content.
 * @throws {DataError} If it cannot be read. */
export async function openSingle(
  path: string,
  format: string,
  { onRead }: SourceOptions,
  parse: (bytes: Uint8Array, entry: ClipEntry) => Recording | Promise<Recording>,
): Promise<RecordingSource> {
  const bytes = await readBytes(path), entry = singleEntry(path);
  onRead?.(basename(path), bytes);
  return { format, entries: [entry], splits: new Map(), read: async () => await parse(bytes, entry) };
}
