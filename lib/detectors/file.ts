/**
 * Model files of the baselines and floors: safetensors, all else as metadata.
 *
 * @module
 */
import type { Skeleton } from "../data/skeleton.ts";
import { parseSkeleton } from "../data/skeleton_file.ts";
import type { Named } from "../engine/engine.ts";
import { DataError } from "../core/errors.ts";
import { checkFinite, decodeSafetensors, encodeSafetensors } from "../core/safetensors.ts";
import { VERSION } from "../core/version.ts";

/** What a file holds. */
export interface DetectorFile {
  /** The detector's registry name. */
  readonly detector: string;
  /** The skeleton of the clips. */
  readonly skeleton: Skeleton;
  /** All options, and whatever else is no tensor. */
  readonly options: Readonly<Record<string, unknown>>;
  /** All values. */
  readonly values: Named;
}

/** Encode a file. */
export function encodeDetector({ detector, skeleton, options, values }: DetectorFile): Uint8Array {
  return encodeSafetensors(values, {
    format: "iadnet-detector",
    version: VERSION,
    detector,
    skeleton: JSON.stringify(skeleton),
    options: JSON.stringify(options),
  });
}

/** Metadata of files that were written before there were checksums. */
const OLDER = ["format", "version", "detector", "skeleton", "options"];

/** Decode a file.
 *
 * @throws {DataError} If it is damaged, or not one that `encodeDetector` wrote.
 */
export function decodeDetector(bytes: Uint8Array, file: string): DetectorFile {
  const { tensors, metadata } = decodeSafetensors(bytes, file, OLDER);
  if (metadata.format !== "iadnet-detector") {
    throw new DataError(`Cannot use ${file}: it is no detector of this package`, file);
  }
  try {
    const { detector } = metadata, options = JSON.parse(metadata.options);
    if (detector === undefined) throw new Error("it names no detector");
    if (typeof options !== "object" || options === null) throw new Error("its options are no object");
    checkFinite(tensors);
    return { detector, skeleton: parseSkeleton(JSON.parse(metadata.skeleton)), options, values: tensors };
  } catch (cause) {
    throw new DataError(`Cannot use detector ${file}: ${(cause as Error).message}`, file);
  }
}
