/**
 * Manifest of a cache: what its files hold, as JSON with a checksum.
 *
 * @module
 */
import { DataError } from "../../../core/errors.ts";
import { sha256 } from "../../../core/files.ts";
import { readChecksummedJson } from "../../../core/checksummed_json.ts";
import { MANIFEST_FILE, VALUES_FILES } from "./files.ts";
import type { OpenOptions } from "../../dataset.ts";
import { checkPreparation, type Preparation } from "../../transforms/prepare.ts";
import type { Skeleton } from "../../skeleton.ts";
import { parseSkeleton } from "../../skeletons.ts";
import type { SkippedClip, SplitSide } from "../../clip_source.ts";

const VERSION = 4;

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
  /** The clips, in the order of their joints in each file. `fps` is such that frames / fps is the recorded length. */
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

/** A clip without its joints. */
export interface CachedClip {
  /** Id of the clip. */
  readonly id: string;
  /** Its category. */
  readonly category: string;
  /** Its group. */
  readonly group: string;
  /** Frames per second after preparation. */
  readonly fps: number;
  /** Its fold, 1-based. */
  readonly fold: number;
  /** Name of the file that holds its joints. */
  readonly file: string;
}

/** Make a manifest. */
export function makeManifest(content: Omit<CacheManifest, "kind" | "version">): CacheManifest {
  return { kind: "iadnet-cache", version: VERSION, ...content };
}

/** Read the manifest of a cache, and check that its parts are consistent.
 *
 * @throws {DataError} If it cannot be read, is damaged, was written by another version, or contradicts itself.
 */
export async function readManifest(path: string): Promise<CacheManifest> {
  const file = `${path}/${MANIFEST_FILE}`, manifest = await readChecksummedJson(file) as CacheManifest;
  const refuse = (why: string) => new DataError(`Cannot use ${file}: ${why}`, file);
  if (manifest?.kind !== "iadnet-cache") throw refuse("it is not the manifest of a cache");
  if (manifest.version !== VERSION) {
    throw refuse("it was written by another version of this package; prepare it again");
  }
  const { clips, preparation, skeleton, values, source, splits, skipped } = manifest;
  try {
    checkPreparation(preparation ?? {});
  } catch (cause) {
    throw refuse((cause as Error).message);
  }
  const isText = (value: unknown) => typeof value === "string";
  const isMapOf = (map: unknown, is: (value: unknown) => boolean) =>
    typeof map === "object" && map !== null && Object.values(map).every(is);
  const isObject = (value: unknown) => typeof value === "object" && value !== null;
  const isClip = (clip: CachedClip) =>
    [clip?.id, clip?.category, clip?.group].every(isText) && clip.fps > 0 && Number.isInteger(clip.fold);
  if (Array.isArray(clips) && !clips.every(isClip)) throw refuse("a clip lacks an id, a rate or a fold");
  const isSound = isText(source?.format) && isText(source.hash) && isMapOf(splits, isObject) &&
    Array.isArray(skipped);
  if (!isSound) throw refuse("its source, splits or skipped clips are missing");
  const width = Array.isArray(skeleton?.joints) ? skeleton.joints.length * 3 : NaN;
  const clipBytes = 2 * preparation.frames * width * 4;
  const fits = Array.isArray(clips) && isMapOf(values, isObject) &&
    clips.every((clip) => Object.hasOwn(values, clip.file)) &&
    Object.entries(values).every(([name, { bytes }]) =>
      VALUES_FILES.includes(name) && bytes === clips.filter((clip) => clip.file === name).length * clipBytes
    );
  if (!fits) throw refuse("its numbers of clips, frames, joints and bytes are not consistent");
  return manifest;
}

/** SHA-256 over everything that the clips of a cache depend on: the recordings, how they were opened and prepared, and the result.
 * It does not depend on where the cache and the source are. */
export function hashOf(manifest: CacheManifest): string {
  const { source: { format, hash }, options, preparation, skeleton, clips, splits, values } = manifest;
  const how = { ...options, restSkeleton: undefined }; // a path; the file's content is in the source's hash
  return sha256(JSON.stringify([format, hash, how, preparation, skeleton, clips, splits, values]));
}

/** Register the skeleton that a manifest describes.
 *
 * @throws {DataError} If it is not a skeleton, or another skeleton has its name.
 */
export function skeletonOf({ skeleton }: CacheManifest, path: string): Skeleton {
  try {
    return parseSkeleton(skeleton);
  } catch (cause) {
    const file = `${path}/${MANIFEST_FILE}`;
    throw new DataError(`Cannot use ${file}: ${(cause as Error).message}`, file);
  }
}
