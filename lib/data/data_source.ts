/** Data sources: where clips come from, as plain values that another process understands and that a run keeps. */
import { DataError } from "../core/errors.ts";
import { isObject } from "../core/options.ts";
import type { Dataset, OpenOptions } from "./dataset.ts";
import { findCache, previousOf } from "./formats/cache/files.ts";
import { openArchive } from "./formats/archive.ts";
import { DESCRIPTION_FILE } from "./formats/description.ts";
import { findFormat } from "./formats/registry.ts";
import { openDataset } from "./open_dataset.ts";
import { parseSkeleton } from "./skeletons.ts";
import { syntheticDataset, type SyntheticOptions } from "./synthetic/mod.ts";
import { treatDataset } from "./transforms/repair.ts";

/** Most clips of a category that a file may ask the generator for. */
const MOST_CLIPS = 100_000;

/** A path, the options to open it, and the names of filters and repairs. */
export interface PathSource {
  /** The folder or file. */
  readonly path: string;
  /** How it is opened. */
  readonly options: OpenOptions;
  /** Names of the filters and repairs, in order. */
  readonly treatments: readonly string[];
  /** `custom`: text of the description when the run started, for other files that are read as this data was. The data itself is
   * read with the description beside it. */
  readonly description?: string;
}

/** A path with what it takes to read it, or the options of the generator. */
export type DataSource =
  | PathSource
  | { readonly synthetic: SyntheticOptions };

/** Check a data source that comes from a file.
 * @param file Name for errors.
 * @throws {DataError} If a value is missing or of another type. @throws {UsageError} If its skeleton is none. */
export function parseDataSource(value: unknown, file: string): DataSource {
  const refuse = (why: string) => new DataError(`Cannot read the data source in ${file}: ${why}`, file);
  if (!isObject(value)) throw refuse("expected an object");
  const { path, options, treatments, description, synthetic } = value;
  if (isObject(synthetic)) {
    const { seed, skeleton, categories = [], clipsPerCategory = 1, groups = 1, fps = 1, noise = 0 } =
      synthetic;
    const isValid = [clipsPerCategory, groups].every((count) => Number(count) <= MOST_CLIPS) &&
      [seed, clipsPerCategory, groups, fps, noise].every(Number.isFinite) &&
      areTexts(categories);
    if (!isValid) throw refuse("expected numbers and categories in synthetic");
    if (skeleton !== undefined) parseSkeleton(skeleton);
    return value as unknown as DataSource;
  }
  if (typeof path !== "string") {
    throw refuse(`expected path or synthetic, got ${Object.keys(value).join(", ")}`);
  }
  if (!isObject(options) || typeof options.format !== "string") {
    throw refuse("expected options with a format");
  }
  if (![options.restSkeleton, options.description, description].every(isTextOrAbsent)) {
    throw refuse("restSkeleton and description must be text");
  }
  const { missing, longestGap, units, window, stride } = options;
  if (![missing, units].every(isTextOrAbsent)) throw refuse("missing and units must be text");
  if (![longestGap, window, stride].every((value) => ["number", "undefined"].includes(typeof value))) {
    throw refuse("longestGap, window and stride must be numbers");
  }
  if (!areTexts(treatments)) throw refuse("treatments must be a list of names");
  return value as unknown as DataSource;
}

/** Whether this is a list of texts. */
export function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

/** Open the data set of a source.
 * @throws {DataError} If it cannot be read. @throws {UsageError} If an option or a treatment is unknown. */
export async function openDataSource(source: DataSource): Promise<Dataset> {
  if ("synthetic" in source) return syntheticDataset(source.synthetic);
  const dataset = await openDataset(source.path, source.options);
  return source.treatments.length > 0 ? treatDataset(dataset, source.treatments) : dataset;
}

/** The source with absolute paths, and with the description of custom data. */
export async function absoluteSource(source: DataSource): Promise<DataSource> {
  if ("synthetic" in source || source.options.format === "synthetic") return source;
  const { path, options, treatments } = source, { restSkeleton } = options;
  const description = await descriptionOf(source);
  return {
    path: options.format === "cache" ? await realCache(path) : await Deno.realPath(path),
    options: {
      ...options,
      ...(restSkeleton !== undefined && { restSkeleton: await Deno.realPath(restSkeleton) }),
    },
    treatments,
    ...(description !== undefined && { description }),
  };
}

/** Text of the description of custom data: as the source keeps it, or as the data set has it now; undefined for other data. */
export async function descriptionOf(
  { path, options, description }: PathSource,
): Promise<string | undefined> {
  const known = description ?? options.description;
  if (known !== undefined || findFormat(path, options.format).name !== "custom") return known;
  const archive = await openArchive(path, 0, undefined, DESCRIPTION_FILE);
  return new TextDecoder().decode(await archive.read(DESCRIPTION_FILE));
}

/** The absolute path of a cache, also while only the previous one exists. */
async function realCache(path: string): Promise<string> {
  const found = await findCache(path), real = await Deno.realPath(found);
  return found === previousOf(path) ? real.slice(0, -previousOf("").length) : real;
}
