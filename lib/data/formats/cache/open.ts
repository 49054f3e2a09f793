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
import { checkJoints, type JointsFile, JointsReader } from "./values.ts";

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

/** Open a cache as a data set. Its clips have the prepared number of frames; their joints are read when they are asked for. Where `prepare` was killed while it replaced an old
 * cache, that one is opened.
 * @throws {DataError} If it is not a cache, or is damaged: its size or checksum differs from the manifest's. A clip's joints throw it if
 * the file has changed since. */
export async function openCache(path: string): Promise<Dataset> {
  const folder = await findCache(path), manifest = await readManifest(folder);
  const files = await checkFiles(folder, manifest), reader = new JointsReader(bytesOfClip(manifest));
  const { preparation: { frames }, source, splits, skipped } = manifest;
  const skeleton = readSkeleton(manifest, folder), next = new Map<string, number>();
  const clips = manifest.clips.map(({ fold: _, file: name, ...named }): Clip => {
    const index = next.get(name) ?? 0, file = files[name];
    next.set(name, index + 1);
    return {
      ...named,
      ...{ skeleton, frames, up: "y" },
      get x() {
        return reader.read(file, index).x;
      },
      get y() {
        return reader.read(file, index).y;
      },
    };
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
  const clipBytes = Array.isArray(skeleton?.joints) ? bytesOfClip(manifest) : NaN;
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

/** Read the files of joints once, and check them against the manifest.
 * @throws {DataError} If a file cannot be read, or its size or checksum differs. */
export async function checkFiles(path: string, manifest: CacheManifest): Promise<Record<string, JointsFile>> {
  const files: Record<string, JointsFile> = {};
  for (const [name, expected] of Object.entries(manifest.values)) {
    const file = `${path}/${name}`;
    try {
      files[name] = await checkJoints(file, expected, bytesOfClip(manifest));
    } catch (cause) {
      if (cause instanceof DataError) throw cause;
      throw new DataError(`Cannot open cache ${path}: ${(cause as Error).message}`, file);
    }
  }
  return files;
}

/** Bytes of a clip's joints. */
function bytesOfClip({ preparation: { frames }, skeleton }: CacheManifest): number {
  return 2 * frames * skeleton.joints.length * 3 * Float32Array.BYTES_PER_ELEMENT;
}
