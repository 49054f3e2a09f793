/** Custom data sets: clips in a folder or zip file with a description `iadnet.json`.
 *
 * - `csv`, `parquet`: tables in long form with the columns clip, frame or time, person, joint (name or index), x, y, z, and
 *   optionally category, group and fps, or in wide form. Without a column of clips each file is a clip.
 * - `npy`, `npz`: `<category>/<clip>.npy` with an array [2, T, D, 3], or `<category>/<clip>.npz` with that array as
 *   `keypoint` (the layout of pyskl's annotations: person, frame, joint, coordinate).
 * - `bvh`: `<category>/<clip>/P1.bvh` and `P2.bvh`.
 * - `smplx`: `<category>/<clip>/P1.npz` and `P2.npz`, or Inter-X's `motions/<clip>`: rotations as in AMASS or Inter-X.
 *
 * Upper and lower case of endings and of `P1` do not matter. A single table or array can be opened, too: if the options hold its
 * description, or it is the file of a data set whose description stands above it. */
import { DataError } from "../../../core/errors.ts";
import { type ClipEntry, type RecordingSource, sortEntries, type SourceOptions } from "../../clip_source.ts";
import type { Recording } from "../../clip.ts";
import { UNIT_NAMES, UNITS } from "../../units.ts";
import { notesOf } from "../../skeletons/notes.ts";
import { type Archive, openArchive } from "../archive.ts";
import { type Description, DESCRIPTION_FILE, parseDescription } from "../description.ts";
import { listRecordings } from "./listing.ts";
import { type PeopleReader, peopleReader } from "./people.ts";
import { isSingle, openLone } from "../single.ts";
import { openTables } from "./tables.ts";

/** How many folders deep files are looked for. */
const DEPTH = 3;

/** Open a custom data set.
 * @throws {DataError} If the description is missing or wrong, or a table cannot be read. */
export async function openCustom(path: string, options: SourceOptions): Promise<RecordingSource> {
  const isLone = options.description !== undefined && await isSingle(path, "custom");
  const archive = isLone
    ? await openLone(path, options.onRead)
    : await openArchive(path, DEPTH, options.onRead, DESCRIPTION_FILE);
  const stated = await readDescription(archive, path, options), { layout } = stated, { units } = options;
  const description = units ? { ...stated, metres: UNITS[units] } : stated;
  const unit = units ? undefined : UNIT_NAMES.find((name) => UNITS[name] === stated.metres);
  const { warning } = notesOf(description.skeleton?.name ?? ""), warnings = warning ? [warning] : [];
  if (layout === "csv" || layout === "parquet") {
    return { ...await openTables(archive, description, warnings), ...(unit && { unit }) };
  }
  // What a file's skeleton lacks is known when it is read: warnings are complete after the last clip.
  const warn = (text: string) => warnings.includes(text) || warnings.push(text);
  const readPeople = await peopleReader(archive, description, warn);
  const { entries, excluded } = listRecordings(archive, description, path);
  return {
    format: "custom",
    entries: isLone ? entries.map(withoutFolder) : sortEntries(entries),
    excluded,
    splits: new Map(),
    warnings,
    ...(unit && { unit }),
    fileOf: ({ files: [name] }) => archive.file(name),
    read: (entry) => readClip(archive, description, entry, readPeople),
  };
}

/** The description of the options, or of the file. One of the options counts as read, so that the data set has the same hash.
 * @throws {DataError} If there is none, or it is wrong. */
async function readDescription(
  archive: Archive,
  path: string,
  { description, onRead }: SourceOptions,
): Promise<Description> {
  const { members } = archive, file = archive.file(DESCRIPTION_FILE);
  if (description !== undefined) {
    const bytes = new TextEncoder().encode(description);
    onRead?.(DESCRIPTION_FILE, bytes);
    return parseDescription(bytes, file);
  }
  if (members.includes(DESCRIPTION_FILE)) return parseDescription(await archive.read(DESCRIPTION_FILE), file);
  const deeper = members.find((name) => name.endsWith(`/${DESCRIPTION_FILE}`));
  const found = deeper ? `it in ${deeper}: open that folder instead` : `${members.length} other files`;
  throw new DataError(`Cannot read ${path} as custom: expected ${DESCRIPTION_FILE}, found ${found}`, path);
}

/** The entry of a lone file, which is in no folder of a category. */
function withoutFolder(entry: ClipEntry): ClipEntry {
  return { ...entry, id: entry.id.slice(entry.category.length + 1) };
}

async function readClip(
  archive: Archive,
  { metres, up, zerosMissing }: Description,
  { id, category, group, files }: ClipEntry,
  readPeople: PeopleReader,
): Promise<Recording> {
  const contents: Uint8Array[] = [], names = files.map((name) => archive.file(name));
  for (const name of files) contents.push(await archive.read(name)); // in turn: none is still being read when one fails
  const { skeleton, fps, frames, x, y } = await readPeople(contents, names);
  const scale = (values: Float32Array) => values.map((value) => value * metres);
  return { id, category, group, fps, skeleton, frames, up, zerosMissing, x: scale(x), y: scale(y) };
}
