/**
 * Opening a cache: prepared clips, without reading their source again.
 *
 * @module
 */
import { DataError } from "../../../core/errors.ts";
import { sha256 } from "../../../core/files.ts";
import type { Clip } from "../../clip.ts";
import { categoriesOf, type Dataset } from "../../dataset.ts";
import { findCache } from "./files.ts";
import { type CacheManifest, hashOf, readManifest, skeletonOf } from "./manifest.ts";

/** Open a cache as a data set. Its clips have the prepared number of frames. Where `prepare` was killed while it replaced an old
 * cache, that one is opened.
 *
 * @throws {DataError} If it is not a cache, or is damaged: its size or checksum differs from the manifest's.
 */
export async function openCache(path: string): Promise<Dataset> {
  const folder = await findCache(path), manifest = await readManifest(folder);
  const values = await readValues(folder, manifest);
  const { preparation: { frames }, source, splits, skipped } = manifest;
  const skeleton = skeletonOf(manifest, folder), size = frames * skeleton.joints.length * 3;
  const next = new Map<string, number>();
  const clips = manifest.clips.map(({ id, category, group, fps, file }): Clip => {
    const at = next.get(file) ?? 0;
    next.set(file, at + 2 * size);
    const [x, y] = [at, at + size].map((from) => values[file].subarray(from, from + size));
    return { id, category, group, fps, skeleton, frames, up: "y", x, y };
  });
  return {
    format: `cache of ${source.format}`,
    clips,
    folds: new Map(manifest.clips.map(({ id, fold }) => [id, fold])),
    splits: new Map(Object.entries(splits).map(([name, sides]) => [name, new Map(Object.entries(sides))])),
    skipped,
    hash: hashOf(manifest),
    categories: categoriesOf(clips),
  };
}

/** Read the joints of each file, and check them against the manifest.
 *
 * @throws {DataError} If a file cannot be read, or its size or checksum differs.
 */
export async function readValues(
  path: string,
  { values }: CacheManifest,
): Promise<Record<string, Float32Array>> {
  const read: Record<string, Float32Array> = {};
  for (const [name, expected] of Object.entries(values)) {
    const file = `${path}/${name}`;
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      const { size } = await Deno.stat(file);
      if (size !== expected.bytes) throw new Error(`expected ${expected.bytes} bytes, found ${size}`);
      bytes = await Deno.readFile(file);
    } catch (cause) {
      throw new DataError(`Cannot open cache ${path}: ${(cause as Error).message}`, file);
    }
    if (sha256(bytes) !== expected.sha256) {
      throw new DataError(`Cannot use ${file}: its checksum is not the manifest's; prepare it again`, file);
    }
    read[name] = new Float32Array(bytes.buffer);
  }
  return read;
}
