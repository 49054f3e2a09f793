/** Building a cache: the prepared clips of a source in files of float32 values, one for each side of its split, with a manifest. */
import { createHash } from "node:crypto";
import { DataError } from "../../../core/errors.ts";
import { makeFolder } from "../../../core/files.ts";
import { LOCK_FILE, lockFolder } from "../../../core/lock.ts";
import { writeChecksummedJson } from "../../../core/checksummed_json.ts";
import type { OpenOptions } from "../../dataset.ts";
import { openLazily } from "../../open_dataset.ts";
import type { Skeleton } from "../../skeleton.ts";
import { foldsByGroup } from "../../split.ts";
import { checkPreparation, type Preparation, prepareClip } from "../../transforms/prepare.ts";
import { inputsOf } from "../registry.ts";
import { isUnsettled, MANIFEST_FILE, placeOf, removeCache, replace, settle, temporaryOf } from "./files.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { CACHE_VERSION, type CachedClip, type CacheManifest, checkFiles, readManifest } from "./open.ts";

/** Result of `buildCache`. */
export interface CacheReport {
  /** The manifest. */
  readonly manifest: CacheManifest;
  /** Whether the cache existed and was up to date: then no clip was read and nothing was written. */
  readonly fresh: boolean;
}

/** Prepare all clips of a source into a cache folder, unless it holds them already. An outdated cache (another source, other
 * options) and a damaged one are built again; the new one replaces the old one only when it is complete. A process that is killed
 * at any moment leaves one of the two.
 * @param path The source. @param out The cache's folder, or a link to it.
 * @throws {DataError} If the source cannot be read, its clips differ in skeleton, or `out` is not a cache, or is, holds or lies in
 * an input.
 * @throws {UsageError} If another process is building it. @throws {IadnetError} If it cannot be written. */
export async function buildCache(
  path: string,
  options: OpenOptions,
  preparation: Preparation,
  out: string,
): Promise<CacheReport> {
  checkPreparation(preparation);
  const inputs = inputsOf(path, options), place = await placeOf(out, inputs);
  const fingerprint = await fingerprintOf(path, options, inputs);
  const wanted = JSON.stringify([fingerprint, options, preparation]);
  const unsettled = await isUnsettled(place);
  const current = unsettled ? undefined : await readCurrent(place, wanted);
  if (current) return { manifest: current, fresh: true };
  const temporary = temporaryOf(place);
  await makeFolder(temporary);
  using _lock = await lockFolder(temporary);
  try {
    await settle(place);
    const settled = unsettled ? await readCurrent(place, wanted) : undefined;
    if (settled) {
      await removeCache(temporary);
      return { manifest: settled, fresh: true };
    }
    await removeCache(temporary, LOCK_FILE);
    const manifest = await writeCache(path, options, preparation, fingerprint, temporary);
    await replace(place);
    return { manifest, fresh: false };
  } catch (error) {
    await settle(place).catch(() => {});
    await removeCache(temporary).catch(() => {});
    throw error;
  }
}

/** The manifest of the existing cache, if it is sound and up to date. */
async function readCurrent(place: string, wanted: string): Promise<CacheManifest | undefined> {
  try {
    const manifest = await readManifest(place), { source, options, preparation } = manifest;
    if (JSON.stringify([source.fingerprint, options, preparation]) !== wanted) return undefined;
    await checkFiles(place, manifest);
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
  const opened = await openLazily(path, options), { format, splits } = opened;
  const [split] = splits?.values() ?? [], clips: Omit<CachedClip, "fold">[] = [];
  const files = new Map<string, ValuesFile>(), counts = new Map<string, number>();
  let skeleton: Skeleton | undefined;
  try {
    for await (const clip of opened.clips) {
      skeleton ??= clip.skeleton;
      if (clip.skeleton.name !== skeleton.name) {
        const why = `it has skeleton ${clip.skeleton.name}, others have ${skeleton.name}`;
        throw new DataError(`Cannot cache ${clip.id}: ${why}`, path);
      }
      const file = `${split ? split.get(clip.id) ?? "rest" : "clips"}.f32`;
      const values = files.get(file) ??
        new ValuesFile(await Deno.open(`${folder}/${file}`, { write: true, createNew: true }));
      files.set(file, values);
      const { x, y } = prepareClip(clip, preparation);
      const { id, category, group, interpolated, cut, frameStep } = clip;
      await values.write(x);
      await values.write(y);
      const fps = preparation.frames * clip.fps / clip.frames;
      clips.push({ id, category, group, fps, file, interpolated, cut, frameStep });
      counts.set(category, (counts.get(category) ?? 0) + 1);
    }
    const folds = opened.folds ?? foldsByGroup(clips);
    const values: Record<string, { bytes: number; sha256: string }> = {};
    for (const [name, file] of files) values[name] = await file.finish();
    const plain = [...splits ?? []].map(([name, sides]) => [name, Object.fromEntries(sides)]);
    const manifest: CacheManifest = {
      kind: "iadnet-cache",
      version: CACHE_VERSION,
      source: { format, hash: opened.hash(), fingerprint },
      options,
      preparation,
      skeleton: skeleton!,
      clips: clips.map((clip) => ({ ...clip, fold: folds.get(clip.id)! })),
      counts: Object.fromEntries(counts),
      splits: Object.fromEntries(plain),
      skipped: opened.skipped,
      values,
    };
    await writeChecksummedJson(`${folder}/${MANIFEST_FILE}`, manifest);
    return manifest;
  } finally {
    for (const { file } of files.values()) file.close();
  }
}

/** A file of float32 values that is being written. */
class ValuesFile {
  readonly #digest = createHash("sha256");
  #bytes = 0;

  constructor(readonly file: Deno.FsFile) {}

  async write({ buffer, byteOffset, byteLength }: Float32Array): Promise<void> {
    const raw = new Uint8Array(buffer, byteOffset, byteLength);
    this.#digest.update(raw);
    for (let at = 0; at < raw.length;) at += await this.file.write(raw.subarray(at));
    this.#bytes += raw.length;
  }

  /** Flush it; its size and SHA-256. */
  async finish(): Promise<{ bytes: number; sha256: string }> {
    await this.file.sync();
    return { bytes: this.#bytes, sha256: this.#digest.digest("hex") };
  }
}
