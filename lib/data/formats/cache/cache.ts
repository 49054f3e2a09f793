/**
 * The cache: prepared clips of one source in files of float32 values, one for each side of its split, with a manifest. Training
 * opens it without reading the source again.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { DataError } from "../../../core/errors.ts";
import { makeFolder } from "../../../core/files.ts";
import { LOCK_FILE, lockFolder } from "../../../core/lock.ts";
import { writeChecksummedJson } from "../../../core/checksummed_json.ts";
import {
  findCache,
  isUnsettled,
  makingOf,
  MANIFEST_FILE,
  placeOf,
  removeCache,
  replace,
  settle,
  VALUES_ENDING,
} from "./files.ts";
import { type CacheManifest, hashOf, readManifest, useSkeleton } from "./manifest.ts";
import type { Clip } from "../../clip.ts";
import { DataHash } from "../../data_hash.ts";
import { type Dataset, openDataset, type OpenOptions } from "../../dataset.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { openSource, SOURCE_FORMATS } from "../registry.ts";
import { foldsByGroup } from "../sbu/folds.ts";
import { inputsOf } from "../../inputs.ts";
import { checkPreparation, type Preparation, prepareClip } from "../../transforms/prepare.ts";
import type { Skeleton } from "../../skeleton.ts";
import type { SkippedClip } from "../../source.ts";

export { MANIFEST_FILE, VALUES_ENDING } from "./files.ts";
export type { CacheManifest } from "./manifest.ts";

/** Clips that are read at the same time. */
const PARALLEL = 4;

/** What `buildCache` did. */
export interface CacheReport {
  /** The manifest. */
  readonly manifest: CacheManifest;
  /** Whether the cache was there already and fits: then nothing was read or written. */
  readonly fresh: boolean;
}

/** Prepare all clips of a source into a cache folder, unless it holds them already. A stale cache (another source, other
 * options) and a damaged one are built anew; a new one replaces an old one only when it is complete. A process that is killed at
 * any moment leaves the old one or the new one.
 *
 * @param path The source. @param out The cache's folder, or a link to it.
 * @throws {DataError} If the source cannot be read, its clips differ in skeleton, or `out` is something else than a cache, or is,
 * holds or lies in what is read.
 * @throws {UsageError} If another process is making it. @throws {IadnetError} If it cannot be written.
 */
export async function buildCache(
  path: string,
  options: OpenOptions,
  preparation: Preparation,
  out: string,
): Promise<CacheReport> {
  checkPreparation(preparation);
  const place = await placeOf(out, options.format === "synthetic" ? [] : inputsOf(path, options));
  const fingerprint = await fingerprintOf(path, options);
  const wanted = JSON.stringify([fingerprint, options, preparation]);
  const unsettled = await isUnsettled(place);
  const kept = unsettled ? undefined : await readFitting(place, wanted);
  if (kept) return { manifest: kept, fresh: true };
  const making = makingOf(place);
  await makeFolder(making);
  using _lock = await lockFolder(making);
  try {
    await settle(place);
    const mended = unsettled ? await readFitting(place, wanted) : undefined;
    if (mended) {
      await removeCache(making);
      return { manifest: mended, fresh: true };
    }
    await removeCache(making, LOCK_FILE);
    const manifest = await writeCache(path, options, preparation, fingerprint, making);
    await replace(place);
    return { manifest, fresh: false };
  } catch (error) {
    await settle(place).catch(() => {});
    await removeCache(making).catch(() => {});
    throw error;
  }
}

/** The manifest of the cache that is there, if it is sound and was made of this source in this way. */
async function readFitting(place: string, wanted: string): Promise<CacheManifest | undefined> {
  try {
    const manifest = await readManifest(place), { source, options, preparation } = manifest;
    if (JSON.stringify([source.fingerprint, options, preparation]) !== wanted) return undefined;
    await readValues(place, manifest);
    return manifest;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
  }
}

async function writeCache(
  path: string,
  options: OpenOptions,
  preparation: Preparation,
  fingerprint: string,
  folder: string,
): Promise<CacheManifest> {
  const skipped: SkippedClip[] = [], clips: Omit<CacheManifest["clips"][number], "fold">[] = [];
  const parts = new Map<string, Part>();
  let skeleton: Skeleton | undefined;
  const take = async (clip: Clip, part: string) => {
    skeleton ??= clip.skeleton;
    if (clip.skeleton.name !== skeleton.name) {
      throw new DataError(
        `Cannot cache ${clip.id}: it has skeleton ${clip.skeleton.name}, others have ${skeleton.name}`,
        path,
      );
    }
    const own = parts.get(part) ?? await openPart(`${folder}/${part}${VALUES_ENDING}`);
    parts.set(part, own);
    const { x, y } = prepareClip(clip, preparation);
    await own.write(x);
    await own.write(y);
    const { id, category, group } = clip;
    clips.push({ id, category, group, fps: preparation.frames * clip.fps / clip.frames, part });
  };
  try {
    const { hash, splits, folds } = await eachClip(path, options, take, skipped);
    const foldOf = folds ?? foldsByGroup(clips as unknown as Clip[]);
    const counts: Record<string, number> = {};
    for (const { category } of clips) counts[category] = (counts[category] ?? 0) + 1;
    const values: Record<string, { bytes: number; sha256: string }> = {};
    for (const [name, part] of parts) values[name] = await part.finish();
    const manifest: CacheManifest = {
      kind: "iadnet-cache",
      version: 3,
      source: { format: options.format, hash, fingerprint },
      options,
      preparation,
      skeleton: skeleton!,
      clips: clips.map((clip) => ({ ...clip, fold: foldOf.get(clip.id)! })),
      counts,
      splits,
      skipped,
      values,
    };
    await writeChecksummedJson(`${folder}/${MANIFEST_FILE}`, manifest);
    return manifest;
  } finally {
    for (const part of parts.values()) part.close();
  }
}

/** A file of values that is being written. */
interface Part {
  write(values: Float32Array): Promise<void>;
  /** Flush it; its size and SHA-256. */
  finish(): Promise<{ bytes: number; sha256: string }>;
  close(): void;
}

async function openPart(path: string): Promise<Part> {
  const file = await Deno.open(path, { write: true, createNew: true }), digest = createHash("sha256");
  let bytes = 0;
  return {
    write: async (values) => {
      const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      digest.update(raw);
      for (let at = 0; at < raw.length;) at += await file.write(raw.subarray(at));
      bytes += raw.length;
    },
    finish: async () => {
      await file.sync();
      return { bytes, sha256: digest.digest("hex") };
    },
    close: () => file.close(),
  };
}

/** Hand every clip of a source over with the part that it belongs to, in the order of the ids, with few in memory at once
 * where the format allows it. */
async function eachClip(
  path: string,
  options: OpenOptions,
  take: (clip: Clip, part: string) => Promise<void>,
  skipped: SkippedClip[],
): Promise<{ hash: string; splits: CacheManifest["splits"]; folds?: ReadonlyMap<string, number> }> {
  const plain = (splits: Dataset["splits"]) =>
    Object.fromEntries([...splits ?? []].map(([name, sides]) => [name, Object.fromEntries(sides)]));
  const partBy = (splits: Dataset["splits"]) => {
    const [first] = splits?.values() ?? [];
    return ({ id }: Clip) => first ? first.get(id) ?? "rest" : "clips";
  };
  if (!SOURCE_FORMATS.includes(options.format)) {
    const dataset = await openDataset(path, options);
    skipped.push(...dataset.skipped);
    const partOf = partBy(dataset.splits);
    for (const clip of dataset.clips) await take(clip, partOf(clip));
    return { hash: dataset.hash, splits: plain(dataset.splits), folds: dataset.folds };
  }
  const hash = new DataHash();
  const source = await openSource(path, options.format, { ...options, onRead: hash.add });
  skipped.push(...source.excluded ?? []);
  const partOf = partBy(source.splits);
  let taken = 0;
  for (let at = 0; at < source.entries.length; at += PARALLEL) {
    const results = await Promise.allSettled(
      source.entries.slice(at, at + PARALLEL).map((entry) => source.read(entry)),
    );
    for (const result of results) {
      if (result.status === "fulfilled") {
        await take(result.value, partOf(result.value));
        taken++;
      } else if (options.lenient && result.reason instanceof DataError) {
        const { file, position, message } = result.reason;
        skipped.push({ file, ...(position !== undefined && { position }), reason: message });
      } else throw result.reason;
    }
  }
  if (taken === 0) {
    throw new DataError(`Cannot cache ${path}: no clip of ${skipped.length} can be read`, path);
  }
  return { hash: hash.digest(), splits: plain(source.splits), folds: source.folds };
}

/** Open a cache as a data set. Its clips have the prepared number of frames. Where `prepare` was killed before the new cache was
 * in its place, it is the one before.
 *
 * @throws {DataError} If it is no cache, or damaged: its size or checksum differs from the manifest's.
 */
export async function openCache(path: string): Promise<Dataset> {
  const folder = await findCache(path), manifest = await readManifest(folder);
  const values = await readValues(folder, manifest);
  const { clips, preparation: { frames }, source, splits, skipped } = manifest;
  const skeleton = useSkeleton(manifest.skeleton, folder), size = frames * skeleton.joints.length * 3;
  const next = new Map<string, number>();
  return {
    format: `cache of ${source.format}`,
    clips: clips.map(({ id, category, group, fps, part }): Clip => {
      const at = next.get(part) ?? 0, own = values[part];
      next.set(part, at + 2 * size);
      const [x, y] = [own.subarray(at, at + size), own.subarray(at + size, at + 2 * size)];
      return { id, category, group, fps, skeleton, frames, up: "y", x, y };
    }),
    folds: new Map(clips.map(({ id, fold }) => [id, fold])),
    splits: new Map(Object.entries(splits).map(([name, sides]) => [name, new Map(Object.entries(sides))])),
    skipped,
    hash: hashOf(manifest),
    categories: [...new Set(clips.map(({ category }) => category))].sort(),
  };
}

/** The values of each file, checked against the manifest. */
async function readValues(path: string, { values }: CacheManifest): Promise<Record<string, Float32Array>> {
  const read: Record<string, Float32Array> = {};
  for (const [part, { bytes: expected, sha256 }] of Object.entries(values)) {
    const file = `${path}/${part}${VALUES_ENDING}`;
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      const { size } = await Deno.stat(file);
      if (size !== expected) throw new Error(`expected ${expected} bytes, found ${size}`);
      bytes = await Deno.readFile(file);
    } catch (cause) {
      throw new DataError(`Cannot open cache ${path}: ${(cause as Error).message}`, file);
    }
    if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
      throw new DataError(`Cannot use ${file}: its checksum is not the manifest's; prepare it again`, file);
    }
    read[part] = new Float32Array(bytes.buffer);
  }
  return read;
}
