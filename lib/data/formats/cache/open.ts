/** Opening a cache: prepared clips, without reading their source again. A manifest, JSON with a checksum, says what the files hold. */
import { DataError } from "../../../core/errors.ts";
import { sha256 } from "../../../core/files.ts";
import { readChecksummedJson } from "../../../core/checksummed_json.ts";
import type { Clip } from "../../clip.ts";
import type { SkippedClip, SplitSide } from "../../clip_source.ts";
import { categoriesOf, type Dataset, type OpenOptions } from "../../dataset.ts";
import type { Skeleton } from "../../skeleton.ts";
import { parseSkeleton } from "../../skeletons.ts";
import { checkPreparation, type Preparation } from "../../transforms/prepare.ts";
import { findCache, MANIFEST_FILE, VALUES_FILES } from "./files.ts";
import { readFileUpTo } from "../../../core/read_file.ts";

/** Version of the layout of a cache. */
export const CACHE_VERSION = 4;

/** Content of the manifest. */
export interface CacheManifest {
  /** Always `iadnet-cache`. */
  readonly kind: "iadnet-cache";
  /** Version of this layout. */
  readonly version: number;
  /** Format of the source, SHA-256 over what was read, and fingerprint of all that could have been. */
  readonly source: { readonly format: string; readonly hash: string; readonly fingerprint: string };
  /** Options that the source was opened with. */
  readonly options: OpenOptions;
  /** How clips were prepared. */
  readonly preparation: Preparation;
  /** The joints. */
  readonly skeleton: Skeleton;
  /** The clips, in the order of their joints in each file. */
  readonly clips: readonly CachedClip[];
  /** Number of clips of each category. */
  readonly counts: Readonly<Record<string, number>>;
  /** Splits that the source publishes. */
  readonly splits: Readonly<Record<string, Readonly<Record<string, SplitSide>>>>;
  /** Clips that were left out, and why. */
  readonly skipped: readonly SkippedClip[];
  /** Size and SHA-256 of each file of joints, by name. */
  readonly values: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

/** A clip without its joints. `fps` is such that frames / fps is the recorded length. */
export interface CachedClip
  extends Pick<Clip, "id" | "category" | "group" | "fps" | "interpolated" | "cut" | "frameStep"> {
  /** Its fold, 1-based. */
  readonly fold: number;
  /** Name of the file that holds its joints. */
  readonly file: string;
}

/** Open a cache as a data set. Its clips have the prepared number of frames. Where `prepare` was killed while it replaced an old
 * cache, that one is opened.
 * @throws {DataError} If it is not a cache, or is damaged: its size or checksum differs from the manifest's. */
export async function openCache(path: string): Promise<Dataset> {
  const folder = await findCache(path), manifest = await readManifest(folder);
  const values = await readValues(folder, manifest);
  const { preparation: { frames }, source, splits, skipped } = manifest;
  const skeleton = readSkeleton(manifest, folder), size = frames * skeleton.joints.length * 3;
  const next = new Map<string, number>();
  const clips = manifest.clips.map(({ fold: _, file, ...named }): Clip => {
    const at = next.get(file) ?? 0;
    next.set(file, at + 2 * size);
    const [x, y] = [at, at + size].map((from) => values[file].subarray(from, from + size));
    return { ...named, skeleton, frames, up: "y", x, y };
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

/** Read the manifest of a cache, and check that its parts are consistent.
 * @throws {DataError} If it cannot be read, is damaged, was written by another version, or contradicts itself. */
export async function readManifest(path: string): Promise<CacheManifest> {
  const manifest = await readChecksummedJson(`${path}/${MANIFEST_FILE}`) as CacheManifest;
  const refuse = (why: string) => refuseManifest(path, why);
  if (manifest?.kind !== "iadnet-cache") throw refuse("it is not the manifest of a cache");
  if (manifest.version !== CACHE_VERSION) {
    throw refuse("it was written by another version of this package; prepare it again");
  }
  const { clips, preparation, skeleton, values, source, splits, skipped } = manifest;
  try {
    checkPreparation(preparation ?? {});
  } catch (cause) {
    throw refuse((cause as Error).message);
  }
  const isText = (value: unknown) => typeof value === "string";
  const isObject = (value: unknown) => typeof value === "object" && value !== null;
  const isMap = (map: unknown) => isObject(map) && Object.values(map as object).every(isObject);
  const isClip = (clip: CachedClip) =>
    [clip?.id, clip?.category, clip?.group].every(isText) && clip.fps > 0 && Number.isInteger(clip.fold) &&
    [clip.interpolated, clip.cut, clip.frameStep].every((count) => count === undefined || count > 0);
  if (Array.isArray(clips) && !clips.every(isClip)) throw refuse("a clip lacks an id, a rate or a fold");
  const isSound = isText(source?.format) && isText(source.hash) && isMap(splits) &&
    Array.isArray(skipped);
  if (!isSound) throw refuse("its source, splits or skipped clips are missing");
  const width = Array.isArray(skeleton?.joints) ? skeleton.joints.length * 3 : NaN;
  const clipBytes = 2 * preparation.frames * width * 4;
  const fits = Array.isArray(clips) && isMap(values) &&
    clips.every((clip) => Object.hasOwn(values, clip.file)) &&
    Object.entries(values).every(([name, { bytes }]) =>
      VALUES_FILES.includes(name) && bytes === clips.filter((clip) => clip.file === name).length * clipBytes
    );
  if (!fits) throw refuse("its numbers of clips, frames, joints and bytes are not consistent");
  return manifest;
}

function readSkeleton({ skeleton }: CacheManifest, folder: string): Skeleton {
  try {
    return parseSkeleton(skeleton);
  } catch (cause) {
    throw refuseManifest(folder, (cause as Error).message);
  }
}

function refuseManifest(folder: string, why: string): DataError {
  const file = `${folder}/${MANIFEST_FILE}`;
  return new DataError(`Cannot use ${file}: ${why}`, file);
}

/** SHA-256 over everything that the clips of a cache depend on: the recordings, how they were opened and prepared, and the result.
 * It does not depend on where the cache and the source are. */
function hashOf(manifest: CacheManifest): string {
  const { source: { format, hash }, options, preparation, skeleton, clips, splits, values } = manifest;
  const how = { ...options, restSkeleton: undefined }; // a path; the file's content is in the source's hash
  return sha256(JSON.stringify([format, hash, how, preparation, skeleton, clips, splits, values]));
}

/** Read the joints of each file, and check them against the manifest.
 * @throws {DataError} If a file cannot be read, or its size or checksum differs. */
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
      bytes = await readFileUpTo(file);
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
