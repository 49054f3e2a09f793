/** Data sources: where clips come from, as plain values that another process understands and that a run keeps. */
import type { Dataset, OpenOptions } from "./dataset.ts";
import { findCache, previousOf } from "./formats/cache/files.ts";
import { openDataset } from "./open_dataset.ts";
import { syntheticDataset } from "./synthetic/mod.ts";
import type { SyntheticOptions } from "./synthetic/mod.ts";
import { treatDataset } from "./transforms/repair.ts";

/** A path with the options to open it and the names of filters and repairs, or the options of the generator. */
export type DataSource =
  | { readonly path: string; readonly options: OpenOptions; readonly treatments: readonly string[] }
  | { readonly synthetic: SyntheticOptions };

/** Open the data set of a source.
 * @throws {DataError} If it cannot be read. @throws {UsageError} If an option or a treatment is unknown. */
export async function openDataSource(source: DataSource): Promise<Dataset> {
  if ("synthetic" in source) return syntheticDataset(source.synthetic);
  const dataset = await openDataset(source.path, source.options);
  return source.treatments.length > 0 ? treatDataset(dataset, source.treatments) : dataset;
}

/** The source with absolute paths. */
export async function absoluteSource(source: DataSource): Promise<DataSource> {
  if ("synthetic" in source || source.options.format === "synthetic") return source;
  const { path, options, treatments } = source, { restSkeleton } = options;
  return {
    path: options.format === "cache" ? await realCache(path) : await Deno.realPath(path),
    options: {
      ...options,
      ...(restSkeleton !== undefined && { restSkeleton: await Deno.realPath(restSkeleton) }),
    },
    treatments,
  };
}

/** The absolute path of a cache, also while only the previous one exists. */
async function realCache(path: string): Promise<string> {
  const found = await findCache(path), real = await Deno.realPath(found);
  return found === previousOf(path) ? real.slice(0, -previousOf("").length) : real;
}
