/**
 * The manifest of a cache: what its files of values hold, in a record with a checksum.
 *
 * @module
 */
import { DataError } from "../../../core/errors.ts";
import { sha256 } from "../../../core/files.ts";
import { readChecksummedJson } from "../../../core/checksummed_json.ts";
import { MANIFEST_FILE, PARTS } from "./files.ts";
import type { OpenOptions } from "../../dataset.ts";
import { checkPreparation, type Preparation } from "../../transforms/prepare.ts";
import type { Skeleton } from "../../skeleton.ts";
import { parseSkeleton } from "../../skeleton_file.ts";
import type { SkippedClip, SplitSide } from "../../source.ts";

/** What the manifest says. */
export interface CacheManifest {
  /** Always `iadnet-cache`. */
  readonly kind: "iadnet-cache";
  /** Version of this layout. */
  readonly version: 3;
  /** Format of the source, and SHA-256 over what was read of it. */
  readonly source: { readonly format: string; readonly hash: string; readonly fingerprint: string };
  /** How the source was opened. */
  readonly options: OpenOptions;
  /** How clips were prepared. */
  readonly preparation: Preparation;
  /** The joints. */
  readonly skeleton: Skeleton;
  /** The clips, in the order of the values. `fps` is such that frames / fps is the clip's length as recorded. */
  readonly clips: readonly {
    readonly id: string;
    readonly category: string;
    readonly group: string;
    readonly fps: number;
    readonly fold: number;
    /** Name of the file that holds it, without the ending. */
    readonly part: string;
  }[];
  /** Clips of each category. */
  readonly counts: Readonly<Record<string, number>>;
  /** Splits that the source publishes. */
  readonly splits: Readonly<Record<string, Readonly<Record<string, SplitSide>>>>;
  /** Clips that were left out, and why. */
  readonly skipped: readonly SkippedClip[];
  /** Size and SHA-256 of each file of values. */
  readonly values: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

/** Read the manifest of a cache, and check that what it says fits together.
 *
 * @throws {DataError} If it cannot be read, is damaged or of an earlier version, or contradicts itself.
 */
export async function readManifest(path: string): Promise<CacheManifest> {
  const file = `${path}/${MANIFEST_FILE}`;
  const refuse = (why: string) => new DataError(`Cannot use ${file}: ${why}`, file);
  let manifest: CacheManifest;
  try {
    manifest = await readChecksummedJson(file) as CacheManifest;
  } catch (cause) {
    if (await isUnsigned(file)) {
      throw refuse("it is of an earlier version, without a checksum; prepare it anew");
    }
    throw cause;
  }
  if (manifest?.kind !== "iadnet-cache" || manifest.version !== 3) {
    throw refuse("it is no manifest of a cache of this version; prepare it anew");
  }
  const { clips, preparation, skeleton, values } = manifest;
  try {
    checkPreparation(preparation ?? {});
  } catch (cause) {
    throw refuse((cause as Error).message);
  }
  const isText = (value: unknown) => typeof value === "string";
  const isMap = (value: unknown) => typeof value === "object" && value !== null;
  const isClip = (clip: CacheManifest["clips"][number]) =>
    [clip?.id, clip?.category, clip?.group].every(isText) && clip.fps > 0 && Number.isInteger(clip.fold);
  if (Array.isArray(clips) && !clips.every(isClip)) throw refuse("a clip lacks an id, a rate or a fold");
  const isSound = isText(manifest.source?.format) && isText(manifest.source.hash) &&
    isMap(manifest.splits) && Object.values(manifest.splits).every(isMap) && Array.isArray(manifest.skipped);
  if (!isSound) throw refuse("its source, splits or checksum are missing");
  const width = Array.isArray(skeleton?.joints) ? skeleton.joints.length * 3 : NaN;
  const clipBytes = 2 * preparation?.frames * width * 4;
  const fits = Array.isArray(clips) && isRecord(values) &&
    clips.every((clip) => Object.hasOwn(values, clip?.part)) &&
    Object.entries(values).every(([part, { bytes }]) =>
      PARTS.includes(part) &&
      bytes === clips.filter((clip) => clip.part === part).length * clipBytes
    );
  if (!fits) throw refuse("its numbers of clips, frames, joints and bytes do not fit together");
  return manifest;
}

/** SHA-256 over all that the clips of a cache depend on: the recordings, how they were opened and prepared, and what came of it.
 * It is the same wherever the cache and the source lie. */
export function hashOf(manifest: CacheManifest): string {
  const { source: { format, hash }, options, preparation, skeleton, clips, splits, values } = manifest;
  const how = { ...options, restSkeleton: undefined }; // a path; what it holds is in the source's hash
  return sha256(JSON.stringify([format, hash, how, preparation, skeleton, clips, splits, values]));
}

/** Whether it is a manifest of the version before this, which was plain JSON. */
async function isUnsigned(file: string): Promise<boolean> {
  try {
    return JSON.parse(await Deno.readTextFile(file))?.kind === "iadnet-cache";
  } catch {
    return false;
  }
}

/** The skeleton that a manifest describes.
 *
 * @throws {DataError} If it describes none, or another one under a known name.
 */
export function useSkeleton(skeleton: unknown, path: string): Skeleton {
  try {
    return parseSkeleton(skeleton);
  } catch (cause) {
    const file = `${path}/${MANIFEST_FILE}`;
    throw new DataError(`Cannot use ${file}: ${(cause as Error).message}`, file);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return typeof value === "object" && value !== null &&
    Object.values(value).every((entry) => typeof entry === "object" && entry !== null);
}
