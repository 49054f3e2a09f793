/** Custom data sets: clips in a folder or zip file with a description `iadnet.json`.
 *
 * - `csv`, `parquet`: tables in long form with the columns clip, frame, person (1 or 2), joint (name or index), x, y, z, and
 *   optionally category and group. Every clip has every joint of both people in every frame.
 * - `npy`, `npz`: `<category>/<clip>.npy` with an array [2, T, D, 3], or `<category>/<clip>.npz` with that array as
 *   `keypoint` (the layout of pyskl's annotations: person, frame, joint, coordinate).
 * - `bvh`: `<category>/<clip>/P1.bvh` and `P2.bvh`.
 * - `smplx`: `<category>/<clip>/P1.npz` and `P2.npz`, or Inter-X's `motions/<clip>`: rotations as in AMASS or Inter-X.
 *
 * A single table or array can be opened, too, if the options hold its description. */
import { cannotRead, DataError } from "../../core/errors.ts";
import { type Archive, openArchive } from "./archive.ts";
import { readBvh } from "./bvh/motion.ts";
import type { Recording } from "../clip.ts";
import { type Description, DESCRIPTION_FILE, groupOfId, parseDescription } from "./description.ts";
import { INTERX_CATEGORIES, parseInterxName } from "./interx/names.ts";
import { readLongTable } from "./long_table.ts";
import { readNpyFloats } from "./npy.ts";
import { isSingle, openLone } from "./single.ts";
import { pairMotions, type People } from "./pair.ts";
import { readRest, readSmplx } from "./smplx/person.ts";
import { notesOf } from "../skeletons/notes.ts";
import { type ClipEntry, type RecordingSource, sortEntries, type SourceOptions } from "../clip_source.ts";

/** Open a custom data set.
 * @throws {DataError} If the description is missing or wrong, or a table cannot be read. */
export async function openCustom(path: string, options: SourceOptions): Promise<RecordingSource> {
  const isLone = options.description !== undefined && await isSingle(path, "custom");
  const archive = await (isLone ? openLone(path, options.onRead) : openArchive(path, 3, options.onRead));
  const description = await readDescription(archive, path, options), { layout } = description;
  if ((layout === "npz" || layout === "smplx") && archive.kind === "zip") {
    throw cannotRead(path, ".npz files in a zip file are not supported; unpack it first");
  }
  const { warning } = notesOf(description.skeleton?.name ?? ""), warnings = warning ? [warning] : [];
  if (layout === "csv" || layout === "parquet") {
    return { ...await openTables(archive, description), warnings };
  }
  // What a file's skeleton lacks is known when it is read: warnings are complete after the last clip.
  const warn = (text: string) => warnings.includes(text) || warnings.push(text);
  const readPeople = await peopleReader(archive, description, warn);
  return {
    format: "custom",
    entries: isLone
      ? listEntries(archive, description, path).map(withoutFolder)
      : sortEntries(listEntries(archive, description, path)),
    splits: new Map(),
    warnings,
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

async function openTables(archive: Archive, description: Description): Promise<RecordingSource> {
  const clips = new Map<string, Recording>(), entries: ClipEntry[] = [];
  const names = archive.members.filter((name) => name.endsWith(`.${description.layout}`));
  for (const name of names) {
    const file = archive.file(name);
    for (const clip of readLongTable(await archive.read(name), file, description)) {
      const { id, category, group } = clip;
      if (clips.has(id)) throw cannotRead(file, `clip ${id} is also in another file`);
      clips.set(id, clip);
      entries.push({ id, category, group, files: [name] });
    }
  }
  if (names.length > 0 && entries.length === 0) {
    throw cannotRead(archive.file(names[0]), "expected rows, found none");
  }
  return {
    format: "custom",
    entries: sortEntries(entries),
    splits: new Map(),
    read: (entry) => Promise.resolve(clips.get(entry.id)!),
  };
}

/** Layouts with a file for each person, and how these files end. */
const PAIRS: Readonly<Record<string, string>> = { bvh: "bvh", smplx: "npz" };

/** Clips in files `<category>/<clip>.<layout>`, or in `<category>/<clip>/P1.*` and `P2.*`. */
function listEntries({ members }: Archive, description: Description, path: string): ClipEntry[] {
  const { layout } = description, pair = PAIRS[layout], end = pair ? `/P1.${pair}` : `.${layout}`;
  return members.filter((name) => name.endsWith(end)).flatMap((name) => {
    const id = name.slice(0, -end.length), [category, clip, ...deeper] = id.split("/");
    const files = pair ? [name, `${id}/P2.${pair}`] : [name];
    const interx = layout === "smplx" ? interxEntry(id, description, path) : undefined;
    if (interx) return [{ ...interx, files }];
    if (clip === undefined || deeper.length > 0) return [];
    return [{ id, category, group: groupOfId(description, id, path), files }];
  });
}

/** Category and group of `motions/<clip>` or `<clip>` with a name of Inter-X; undefined for another name. */
function interxEntry(
  folder: string,
  description: Description,
  path: string,
): Omit<ClipEntry, "files"> | undefined {
  const id = folder.replace(/^motions\//, ""), found = parseInterxName(id);
  const category = found && INTERX_CATEGORIES[found.action]?.[0];
  if (category === undefined) return undefined;
  return { id, category, group: description.group ? groupOfId(description, id, path) : found!.group };
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

/** Reads the people of a clip from the contents of its files. */
type PeopleReader = (contents: readonly Uint8Array[], names: readonly string[]) => Promise<People>;

/** What reads the clips of a description. */
async function peopleReader(
  archive: Archive,
  description: Description,
  warn: (text: string) => void,
): Promise<PeopleReader> {
  const { layout, fps, skeleton, landmarks, rest } = description;
  if (layout === "bvh") {
    return (contents, names) => {
      const motions = contents.map((bytes, i) => readBvh(bytes, names[i], { skeleton, landmarks, warn }));
      const people = pairMotions(motions, names);
      return Promise.resolve({ ...people, fps: fps ?? people.fps });
    };
  }
  if (layout === "smplx") {
    const body = readRest(await archive.read(rest!), archive.file(rest!));
    return async (_, names) => {
      const motions = await Promise.all(names.map((name) => readSmplx(name, body, fps)));
      return pairMotions(motions, names);
    };
  }
  return (contents, names) => readArray(description, contents[0], names[0]);
}

async function readArray(
  { layout, skeleton, fps }: Description,
  bytes: Uint8Array,
  file: string,
): Promise<People> {
  const array = layout === "npz" ? await (await openArchive(file, 0)).read("keypoint.npy") : bytes;
  const { shape, values } = readNpyFloats(array, file), joints = skeleton!.joints.length;
  if (shape.length !== 4 || shape[0] !== 2 || shape[1] < 1 || shape[2] !== joints || shape[3] !== 3) {
    throw cannotRead(file, `expected shape [2,T,${joints},3], got [${shape}]`);
  }
  const half = values.length / 2, x = values.subarray(0, half), y = values.subarray(half);
  return { skeleton: skeleton!, fps: fps!, frames: shape[1], x, y };
}
