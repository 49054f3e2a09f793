/**
 * Data sets: a folder in a known format, or synthetic clips, as a list of clips with folds and a hash.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { DataError, UsageError } from "../core/errors.ts";
import type { Clip } from "./clip.ts";
import { DataHash } from "./data_hash.ts";
import { openSource, SOURCE_FORMATS } from "./formats/registry.ts";
import { foldsByGroup } from "./formats/sbu/folds.ts";
import type { ClipSource, SkippedClip, SourceOptions } from "./source.ts";
import { generateDataset, type SyntheticOptions } from "./synthetic/mod.ts";

/** Clips of one source. */
export interface Dataset {
  /** Name of the format, such as `sbu`. */
  readonly format: string;
  /** All clips, sorted by id. */
  readonly clips: readonly Clip[];
  /** Fold of each clip id, 1-based: as published, or by group where nothing is published. */
  readonly folds: ReadonlyMap<string, number>;
  /** Splits that the data set publishes, by name: clip id to side. Absent if it publishes none. */
  readonly splits?: ClipSource["splits"];
  /** Clips that the data set's authors withdrew, and those that a lenient import left out. */
  readonly skipped: readonly SkippedClip[];
  /** What a user must know of the clips before believing a result; absent if there is nothing. */
  readonly warnings?: readonly string[];
  /** Names of the filters and repairs that were applied, in order; absent if there were none. */
  readonly treatments?: readonly string[];
  /** SHA-256 over the names and contents of the files that were read (hex), or over the generator's options and clips; of a
   * cache, over what its clips were made of, how, and the clips. */
  readonly hash: string;
  /** Category names, sorted. */
  readonly categories: readonly string[];
}

/** How to open a data set. */
export interface OpenOptions extends Omit<SourceOptions, "onRead"> {
  /** Layout of the folder: one of `FORMATS`. `synthetic` needs no folder. */
  readonly format: string;
  /** Skip clips that cannot be read, and list them, instead of stopping at the first. */
  readonly lenient?: boolean;
}

/** Bytes of clips in memory from which on a user is told of the cache. */
const LARGE = 2e9;

/** Formats that `openDataset` reads. */
export const FORMATS: readonly string[] = [...SOURCE_FORMATS, "synthetic", "cache"];

/** Open a data set, with all its clips in memory. `openSource` reads those of a large one as they are needed.
 *
 * @param path The folder; for the format `synthetic`, the seed of the generator as text ("0").
 * @throws {DataError} If the folder is missing or has another layout, or (unless lenient) a clip cannot be read.
 * @throws {UsageError} If the format is unknown.
 * @example
 * ```ts
 * import { openDataset } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const dataset = await openDataset("0", { format: "synthetic" });
 * assertEquals(dataset.folds.size, dataset.clips.length);
 * ```
 */
export async function openDataset(path: string, options: OpenOptions): Promise<Dataset> {
  if (options.format === "synthetic") {
    const seed = Number(path);
    if (!Number.isInteger(seed)) {
      throw new UsageError(`Cannot generate clips: the seed must be an integer, got ${path}`);
    }
    return syntheticDataset({ seed });
  }
  if (options.format === "cache") return await (await import("./formats/cache/cache.ts")).openCache(path);
  if (SOURCE_FORMATS.includes(options.format)) return await readSource(path, options);
  throw new UsageError(
    `Cannot open ${path}: unknown format ${options.format}, known are ${FORMATS.join(", ")}`,
  );
}

/** Synthetic interactions as a data set, with 5 folds by group.
 *
 * @throws {UsageError} If a category is unknown.
 */
export function syntheticDataset(options: SyntheticOptions): Dataset {
  const clips = generateDataset(options);
  const hash = createHash("sha256").update(JSON.stringify(options));
  for (const clip of clips) hash.update(clip.x).update(clip.y);
  return assemble("synthetic", clips, foldsByGroup(clips), [], hash.digest("hex"));
}

async function readSource(path: string, options: OpenOptions): Promise<Dataset> {
  const hash = new DataHash();
  const source = await openSource(path, options.format, { ...options, onRead: hash.add });
  const clips: Clip[] = [], skipped = [...source.excluded ?? []];
  for (const entry of source.entries) {
    try {
      clips.push(await source.read(entry));
    } catch (error) {
      if (!options.lenient || !(error instanceof DataError)) throw error;
      skipped.push({ file: error.file, position: error.position, reason: error.message });
    }
  }
  if (clips.length === 0) {
    const why = `no clip of ${skipped.length} can be read, the first because: ${skipped[0]?.reason}`;
    throw new DataError(`Cannot read ${path} as ${options.format}: ${why}`, path);
  }
  const folds = source.folds
    ? new Map(clips.map(({ id }) => [id, source.folds!.get(id)!]))
    : foldsByGroup(clips);
  const bytes = clips.reduce((sum, { x, y }) => sum + x.byteLength + y.byteLength, 0);
  const warnings = [...source.warnings ?? []];
  if (bytes > LARGE) {
    const size = `${(bytes / 1e9).toFixed(1)} GB`;
    warnings.push(`The clips take ${size} of memory: \`prepare\` writes a cache that takes far less`);
  }
  return {
    ...assemble(options.format, clips, folds, skipped, hash.digest()),
    ...(source.splits.size > 0 && { splits: source.splits }),
    ...(warnings.length > 0 && { warnings }),
  };
}

function assemble(
  format: string,
  clips: readonly Clip[],
  folds: ReadonlyMap<string, number>,
  skipped: readonly SkippedClip[],
  hash: string,
): Dataset {
  const categories = [...new Set(clips.map((clip) => clip.category))].sort();
  return { format, clips, folds, skipped, hash, categories };
}
