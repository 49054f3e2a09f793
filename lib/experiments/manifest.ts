/**
 * The run manifest: everything that a run is made of, so that any process that sees the data can run a cell of it.
 *
 * @module
 */
import { readChecksummedJson, writeChecksummedJson } from "../core/checksummed_json.ts";
import { DataError, UsageError } from "../core/errors.ts";
import { exists, sha256 } from "../core/files.ts";
import { VERSION } from "../core/version.ts";
import type { Dataset } from "../data/dataset.ts";
import { type DataSource, openDataSource } from "../data/data_source.ts";
import type { EngineName } from "../engine/engine.ts";
import type { Cell } from "./cell.ts";
import { type CellsRequest, makeCells } from "./cells.ts";
import type { BenchmarkPlan } from "./tables/table.ts";
import type { LocalizationOptions } from "./splice.ts";

/** Data of a run. */
export interface RunData {
  /** Where the clips come from. */
  readonly source: DataSource;
  /** SHA-256 of the data set. */
  readonly hash: string;
  /** Format of the recordings, also where they are read from a cache. */
  readonly format: string;
  /** Categories of the run, in the order of its tables. */
  readonly categories: readonly string[];
  /** Group of each clip. */
  readonly groups: Readonly<Record<string, string>>;
}

/** What all cells of a run have in common, and the cells. */
export interface RunManifest {
  readonly format: "iadnet-run";
  /** Version of the package that began the run; no other one goes on with it. */
  readonly version: string;
  /** The verb: how the results are summarised. */
  readonly kind: "train" | "compare" | "splice" | "benchmark";
  readonly engine: EngineName;
  /** Threads of one operator. */
  readonly threads: number;
  readonly data: RunData;
  /** Seed of splits that are drawn. */
  readonly splitSeed: number;
  /** The detector whose models and training histories are kept, and whose p-values are calibrated; none if absent. */
  readonly models?: string;
  /** `splice`: how localisation is evaluated. */
  readonly localization?: LocalizationOptions;
  /** `benchmark`: the tables. */
  readonly benchmark?: BenchmarkPlan;
  readonly cells: readonly Cell[];
}

/** What a manifest is made from. */
export interface ManifestRequest
  extends CellsRequest, Omit<RunManifest, "format" | "version" | "data" | "cells"> {
  readonly source: DataSource;
}

/** Make a manifest.
 *
 * @throws {UsageError} As `makeCells`.
 */
export function makeManifest(request: ManifestRequest): RunManifest {
  const { kind, engine, threads, splitSeed, models, localization, benchmark, dataset, source } = request;
  return {
    format: "iadnet-run",
    version: VERSION,
    kind,
    engine,
    threads,
    data: {
      source,
      hash: dataset.hash,
      format: dataset.format.replace("cache of ", ""),
      categories: request.categories ?? dataset.categories,
      groups: Object.fromEntries(dataset.clips.map(({ id, group }) => [id, group])),
    },
    splitSeed,
    ...(models !== undefined && { models }),
    ...(localization && { localization }),
    ...(benchmark && { benchmark }),
    cells: makeCells(request),
  };
}

/** SHA-256 of a manifest: results belong to one run. */
export function manifestHash(manifest: RunManifest): string {
  return sha256(JSON.stringify(manifest));
}

/** Open the data of a run.
 *
 * @throws {DataError} If it cannot be read, or has changed since the run began.
 */
export async function openRunData({ data: { source, hash } }: RunManifest): Promise<Dataset> {
  const dataset = await openDataSource(source);
  if (dataset.hash === hash) return dataset;
  const path = "path" in source ? source.path : "synthetic";
  throw new DataError(`Cannot go on with the run: the data set ${path} has changed since it began`, path);
}

/** The manifest's file in a folder, and a copy of it: without a manifest the run could not go on. */
function manifestFiles(folder: string): readonly [string, string] {
  return [`${folder}/manifest.json`, `${folder}/manifest.copy.json`];
}

/** Whether a folder holds a manifest. */
export async function hasManifest(folder: string): Promise<boolean> {
  for (const file of manifestFiles(folder)) if (await exists(file)) return true;
  return false;
}

/** Write the manifest of a run into its folder. */
export async function writeManifest(folder: string, manifest: RunManifest): Promise<void> {
  for (const file of manifestFiles(folder)) await writeChecksummedJson(file, manifest);
}

/** Read the manifest of a run: the copy where the first file is damaged or missing.
 *
 * @param onWarning Called with what is damaged.
 * @throws {DataError} If both are damaged or missing. @throws {UsageError} If another version of this package wrote it.
 */
export async function readManifest(
  folder: string,
  onWarning: (message: string) => void = () => {},
): Promise<RunManifest> {
  const [file, copy] = manifestFiles(folder);
  let manifest: RunManifest;
  try {
    manifest = await read(file);
  } catch (error) {
    manifest = await read(copy).catch(() => {
      throw error;
    });
    onWarning(`${(error as Error).message}; using its copy`);
  }
  const { version } = manifest;
  if (version === VERSION) return manifest;
  throw new UsageError(`Cannot go on with ${folder}: version ${version} began it, this is ${VERSION}`);
}

async function read(file: string): Promise<RunManifest> {
  const manifest = await readChecksummedJson(file) as Partial<RunManifest> | null;
  const isManifest = manifest?.format === "iadnet-run" && Array.isArray(manifest.cells) &&
    typeof manifest.data?.hash === "string";
  if (isManifest) return manifest as RunManifest;
  throw new DataError(`Cannot read ${file}: expected a run manifest`, file);
}
