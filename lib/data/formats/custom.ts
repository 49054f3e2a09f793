/** Custom data sets: clips in a folder or zip file with a description `iadnet.json`.
 *
 * - `csv`, `parquet`: tables in long form with the columns clip, frame, person (1 or 2), joint (name or index), x, y, z, and
 *   optionally category and group. Every clip has every joint of both people in every frame.
 * - `npy`, `npz`: `<category>/<clip>.npy` with an array [2, T, D, 3], or `<category>/<clip>.npz` with that array as
 *   `keypoint` (the layout of pyskl's annotations: person, frame, joint, coordinate).
 * - `bvh`: `<category>/<clip>/P1.bvh` and `P2.bvh`. */
import { cannotRead, DataError } from "../../core/errors.ts";
import { type Archive, openArchive } from "./archive.ts";
import { type BvhMotion, readBvh } from "./bvh.ts";
import type { Clip, Recording } from "../clip.ts";
import { type Description, DESCRIPTION_FILE, groupOfId, parseDescription } from "./description.ts";
import { readLongTable } from "./long_table.ts";
import { readNpyFloats } from "./npy.ts";
import { type ClipEntry, type RecordingSource, sortEntries, type SourceOptions } from "../clip_source.ts";

/** Open a custom data set.
 * @throws {DataError} If the description is missing or wrong, or a table cannot be read. */
export async function openCustom(path: string, options: SourceOptions): Promise<RecordingSource> {
  const archive = await openArchive(path, 3, options.onRead), { members } = archive;
  if (!members.includes(DESCRIPTION_FILE)) {
    const deeper = members.find((name) => name.endsWith(`/${DESCRIPTION_FILE}`));
    const found = deeper ? `it in ${deeper}: open that folder instead` : `${members.length} other files`;
    throw new DataError(`Cannot read ${path} as custom: expected ${DESCRIPTION_FILE}, found ${found}`, path);
  }
  const file = archive.file(DESCRIPTION_FILE);
  const description = parseDescription(await archive.read(DESCRIPTION_FILE), file), { layout } = description;
  if (layout === "npz" && archive.kind === "zip") {
    throw cannotRead(path, ".npz files in a zip file are not supported; unpack it first");
  }
  if (layout === "csv" || layout === "parquet") return await openTables(archive, description);
  return {
    format: "custom",
    entries: sortEntries(listEntries(archive, description, path)),
    splits: new Map(),
    read: (entry) => readClip(archive, description, entry),
  };
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

/** Clips in files `<category>/<clip>.<layout>`, or `<category>/<clip>/P1.bvh` and `P2.bvh`. */
function listEntries({ members }: Archive, description: Description, path: string): ClipEntry[] {
  const { layout } = description, end = layout === "bvh" ? "/P1.bvh" : `.${layout}`;
  return members.filter((name) => name.endsWith(end)).flatMap((name) => {
    const id = name.slice(0, -end.length), [category, clip, ...deeper] = id.split("/");
    if (clip === undefined || deeper.length > 0) return [];
    const files = layout === "bvh" ? [name, `${id}/P2.bvh`] : [name];
    return [{ id, category, group: groupOfId(description, id, path), files }];
  });
}

async function readClip(
  archive: Archive,
  description: Description,
  { id, category, group, files }: ClipEntry,
): Promise<Recording> {
  const contents: Uint8Array[] = [], names = files.map((name) => archive.file(name));
  for (const name of files) contents.push(await archive.read(name)); // in turn: none is still being read when one fails
  const { metres, up, zerosMissing } = description,
    { skeleton, fps, frames, x, y } = description.layout === "bvh"
      ? readPair(description, contents, names)
      : await readArray(description, contents[0], names[0]);
  const scale = (values: Float32Array) => values.map((value) => value * metres);
  return { id, category, group, fps, skeleton, frames, up, zerosMissing, x: scale(x), y: scale(y) };
}

/** Two people in the same frames, in the files' unit. */
type People = Omit<BvhMotion, "values"> & Pick<Clip, "x" | "y">;

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

function readPair(
  { skeleton: named, fps }: Description,
  files: readonly Uint8Array[],
  names: readonly string[],
): People {
  const [a, b] = files.map((bytes, i) => readBvh(bytes, names[i], named)), { skeleton } = a;
  const refuse = (why: string) => new DataError(`Cannot pair ${names[0]} and ${names[1]}: ${why}`, names[1]);
  if (skeleton.joints.join() !== b.skeleton.joints.join()) throw refuse("their joints differ");
  if (a.fps !== b.fps) throw refuse(`${a.fps} and ${b.fps} frames per second`);
  const frames = Math.min(a.frames, b.frames), size = frames * skeleton.joints.length * 3;
  return {
    skeleton,
    fps: fps ?? a.fps,
    frames,
    x: a.values.subarray(0, size),
    y: b.values.subarray(0, size),
  };
}
