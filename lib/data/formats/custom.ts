/**
 * Custom data sets: clips in a folder or zip file with a description `iadnet.json`.
 *
 * - `csv`, `parquet`: tables in long form with the columns clip, frame, person (1 or 2), joint (name or index), x, y, z, and
 *   optionally category and group. Every clip has every joint of both people in every frame.
 * - `npy`, `npz`: `<category>/<clip>.npy` with an array [2, T, D, 3], or `<category>/<clip>.npz` with that array as
 *   `keypoint` (the layout of pyskl's annotations: person, frame, joint, coordinate).
 * - `bvh`: `<category>/<clip>/P1.bvh` and `P2.bvh`.
 *
 * @module
 */
import { DataError } from "../../core/errors.ts";
import type { Archive } from "./archive.ts";
import { readBvh } from "./bvh.ts";
import { checkClip, type Clip } from "../clip.ts";
import { type Description, DESCRIPTION_FILE, groupOfId, parseDescription } from "./description.ts";
import { readLongTable } from "./long_table.ts";
import { readNpyFloats } from "./npy.ts";
import { openArchive } from "./open_archive.ts";
import { openZip } from "./zip.ts";
import { type ClipEntry, type ClipSource, sortEntries, type SourceOptions } from "../clip_source.ts";

/** Open a custom data set.
 *
 * @throws {DataError} If the description is missing or wrong, or a table cannot be read.
 */
export async function openCustom(path: string, options: SourceOptions): Promise<ClipSource> {
  const archive = await openArchive(path, 3);
  const read = async (name: string) => {
    const bytes = await archive.read(name);
    options.onRead?.(name, bytes);
    return bytes;
  };
  if (!archive.members.includes(DESCRIPTION_FILE)) {
    const deeper = archive.members.find((name) => name.endsWith(`/${DESCRIPTION_FILE}`));
    const others = `${archive.members.length} other files`;
    const found = deeper ? `it in ${deeper}: open that folder instead` : others;
    throw new DataError(`Cannot read ${path} as custom: expected ${DESCRIPTION_FILE}, found ${found}`, path);
  }
  const description = parseDescription(await read(DESCRIPTION_FILE), archive.file(DESCRIPTION_FILE));
  const { layout } = description;
  if (layout === "npz" && archive.kind === "zip") {
    throw new DataError(
      `Cannot read ${path}: .npz files in a zip file are not supported; unpack it first`,
      path,
    );
  }
  if (layout === "csv" || layout === "parquet") return await openTables(archive, description, read);
  const entries = layout === "bvh" ? pairEntries(archive) : arrayEntries(archive, layout);
  return {
    format: "custom",
    entries: sortEntries(
      entries.map((entry) => ({ ...entry, group: groupOfId(description, entry.id, path) })),
    ),
    splits: new Map(),
    read: async (entry) => {
      const contents: Uint8Array[] = [];
      for (const name of entry.files) contents.push(await read(name)); // in turn: none is still being read when one fails
      const file = archive.file(entry.files[0]);
      const clip = layout === "bvh"
        ? await bvhClip(entry, description, contents, entry.files.map((name) => archive.file(name)))
        : await arrayClip(entry, description, contents[0], file);
      return checkClip(clip, file);
    },
  };
}

async function openTables(
  archive: Archive,
  description: Description,
  read: (name: string) => Promise<Uint8Array>,
): Promise<ClipSource> {
  const clips = new Map<string, Clip>(), entries: ClipEntry[] = [];
  const names = archive.members.filter((name) => name.endsWith(`.${description.layout}`));
  for (const name of names) {
    const file = archive.file(name);
    for (const clip of readLongTable(await read(name), file, description)) {
      if (clips.has(clip.id)) {
        throw new DataError(`Cannot read ${file}: clip ${clip.id} is also in another file`, file);
      }
      clips.set(clip.id, checkClip(clip, file));
      entries.push({ id: clip.id, category: clip.category, group: clip.group, files: [name] });
    }
  }
  if (names.length > 0 && entries.length === 0) {
    const file = archive.file(names[0]);
    throw new DataError(`Cannot read ${file}: expected rows, found none`, file);
  }
  return {
    format: "custom",
    entries: sortEntries(entries),
    splits: new Map(),
    read: (entry) => Promise.resolve(clips.get(entry.id)!),
  };
}

/** `<category>/<clip>.<extension>`. */
function arrayEntries(archive: Archive, extension: string): ClipEntry[] {
  return archive.members.flatMap((name) => {
    const parts = name.split("/");
    if (parts.length !== 2 || !name.endsWith(`.${extension}`)) return [];
    const id = name.slice(0, -extension.length - 1);
    return [{ id, category: parts[0], group: id, files: [name] }];
  });
}

/** `<category>/<clip>/P1.bvh` and `P2.bvh`. */
function pairEntries(archive: Archive): ClipEntry[] {
  return archive.members.flatMap((name) => {
    const [, category, clip] = /^([^/]+)\/([^/]+)\/P1\.bvh$/.exec(name) ?? [];
    if (category === undefined) return [];
    const id = `${category}/${clip}`;
    return [{ id, category, group: id, files: [name, `${id}/P2.bvh`] }];
  });
}

async function arrayClip(
  { id, category, group }: ClipEntry,
  { layout, skeleton, metres, up, fps }: Description,
  bytes: Uint8Array,
  file: string,
): Promise<Clip> {
  const array = layout === "npz" ? await (await openZip(file)).read("keypoint.npy") : bytes;
  const { shape, values } = readNpyFloats(array, file);
  const joints = skeleton!.joints.length;
  if (shape.length !== 4 || shape[0] !== 2 || shape[1] < 1 || shape[2] !== joints || shape[3] !== 3) {
    throw new DataError(`Cannot read ${file}: expected shape [2,T,${joints},3], got [${shape}]`, file);
  }
  const half = values.length / 2, scaled = values.map((value) => value * metres);
  return {
    id,
    category,
    group,
    fps: fps!,
    skeleton: skeleton!,
    frames: shape[1],
    up,
    x: scaled.slice(0, half),
    y: scaled.slice(half),
  };
}

function bvhClip(
  { id, category, group }: ClipEntry,
  { skeleton: named, metres, up, fps }: Description,
  files: readonly Uint8Array[],
  names: readonly string[],
): Clip {
  const [a, b] = files.map((bytes, i) => readBvh(bytes, names[i], named));
  if (a.skeleton.joints.join() !== b.skeleton.joints.join()) {
    throw new DataError(`Cannot pair ${names[0]} and ${names[1]}: their joints differ`, names[1]);
  }
  if (a.fps !== b.fps) {
    throw new DataError(
      `Cannot pair ${names[0]} and ${names[1]}: ${a.fps} and ${b.fps} frames per second`,
      names[1],
    );
  }
  const frames = Math.min(a.frames, b.frames), size = frames * a.skeleton.joints.length * 3;
  const scale = (values: Float32Array) => values.subarray(0, size).map((value) => value * metres);
  return {
    id,
    category,
    group,
    fps: fps ?? a.fps,
    skeleton: a.skeleton,
    frames,
    up,
    x: scale(a.values),
    y: scale(b.values),
  };
}
