/** The run manifest: everything that defines a run, so that any process that can read the data can run its cells. */
import { readChecksummedJson, writeChecksummedJson } from "../core/checksummed_json.ts";
import { DataError, UsageError } from "../core/errors.ts";
import { exists } from "../core/files.ts";
import { refuseLinksIn } from "../core/links.ts";
import { VERSION } from "../core/version.ts";
import { areTexts, type DataSource, openDataSource, parseDataSource } from "../data/data_source.ts";
import type { Dataset } from "../data/dataset.ts";
import type { EngineName } from "../engine/engine.ts";
import { type Cell, type CellsRequest, makeCells } from "./cell.ts";
import { isProtocol, type Protocol } from "./protocol.ts";
import type { BenchmarkPlan } from "./tables/table.ts";

/** Verbs that run cells. */
const KINDS = ["train", "compare", "splice", "coordination", "variations", "few", "benchmark"] as const;

/** The cells of a run, and what they have in common. */
export interface RunManifest {
  readonly format: "iadnet-run";
  /** Version of the package that started the run; no other version resumes it. */
  readonly version: string;
  /** The verb: it decides how the results are summarised. */
  readonly kind: typeof KINDS[number];
  readonly engine: EngineName;
  /** Threads of one operator. */
  readonly threads: number;
  readonly data: {
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
  };
  /** Seed of splits that are drawn. */
  readonly splitSeed: number;
  /** The detector whose models and training histories are kept, and whose p-values are calibrated; none if absent. */
  readonly models?: string;
  /** How a fitted detector is evaluated; on the test clips of the split if absent. */
  readonly protocol?: Protocol;
  /** `benchmark`: the tables. */
  readonly benchmark?: BenchmarkPlan;
  readonly cells: readonly Cell[];
}

/** Options for `makeManifest`. */
export type ManifestRequest =
  & CellsRequest
  & Omit<RunManifest, "format" | "version" | "data" | "cells">
  & { readonly source: DataSource };

/** Make a manifest.
 * @throws {UsageError} As `makeCells`. */
export function makeManifest(request: ManifestRequest): RunManifest {
  const { kind, engine, threads, splitSeed, models, protocol, benchmark, dataset, source } = request;
  const data = {
    source,
    hash: dataset.hash,
    format: dataset.format.replace("cache of ", ""),
    categories: request.categories ?? dataset.categories,
    groups: Object.fromEntries(dataset.clips.map(({ id, group }) => [id, group])),
  };
  const shared = { kind, engine, threads, data, splitSeed, models, protocol, benchmark };
  return { format: "iadnet-run", version: VERSION, ...shared, cells: makeCells(request) };
}

/** Open the data of a run.
 * @throws {DataError} If it cannot be read, or has changed since the run started. */
export async function openRunData({ data: { source, hash } }: RunManifest): Promise<Dataset> {
  const dataset = await openDataSource(source);
  if (dataset.hash === hash) return dataset;
  const path = "path" in source ? source.path : "synthetic";
  throw new DataError(`Cannot resume the run: data set ${path} has changed since it started`, path);
}

/** The manifest's file in a folder, and its copy: a run cannot resume without a manifest. */
function manifestFiles(folder: string): readonly [string, string] {
  return [`${folder}/manifest.json`, `${folder}/manifest.copy.json`];
}

/** Whether a folder holds a manifest. */
export async function hasManifest(folder: string): Promise<boolean> {
  const [file, copy] = manifestFiles(folder);
  return await exists(file) || await exists(copy);
}

/** Write the manifest of a run, and its copy, into the run's folder. */
export async function writeManifest(folder: string, manifest: RunManifest): Promise<void> {
  for (const file of manifestFiles(folder)) await writeChecksummedJson(file, manifest);
}

/** Read the manifest of a run, or its copy where the first file is damaged or missing.
 * @param onWarning Called with a description of the damage.
 * @throws {DataError} If both are damaged or missing, or the folder holds links, pipes or devices.
 * @throws {UsageError} If it was written by another version. */
export async function readManifest(
  folder: string,
  onWarning: (message: string) => void = () => {},
): Promise<RunManifest> {
  await refuseLinksIn(folder);
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
  throw new UsageError(`Cannot resume ${folder}: version ${version} started it, this is version ${VERSION}`);
}

async function read(file: string): Promise<RunManifest> {
  const value = await readChecksummedJson(file) as RunManifest | null;
  const refuse = (why: string) => new DataError(`Cannot read run manifest ${file}: ${why}`, file);
  if (value?.format !== "iadnet-run" || typeof value.version !== "string") {
    throw refuse("expected a run manifest");
  }
  if (value.version !== VERSION) return value; // the caller refuses it
  const { kind, engine, threads, data, splitSeed, cells, models = "", protocol, benchmark } = value;
  if (!KINDS.includes(kind)) throw refuse(`kind must be ${KINDS.join(", ")}`);
  if (typeof engine !== "string" || typeof models !== "string") {
    throw refuse("engine and models must be text");
  }
  if (![threads, splitSeed].every(Number.isSafeInteger)) {
    throw refuse("threads and splitSeed must be integers");
  }
  if (!Array.isArray(cells) || cells.length === 0 || !cells.every(isCell)) {
    throw refuse("cells must be a list of detector, category, split and seed");
  }
  parseDataSource(data?.source, file);
  const { hash, format, categories, groups } = data;
  const isData = typeof hash === "string" && typeof format === "string" && areTexts(categories) &&
    areTexts(Object.values(groups ?? []));
  if (!isData) throw refuse("data must have a hash, a format, categories and groups");
  if (protocol !== undefined && !isProtocol(protocol)) {
    throw refuse("protocol must be localization, coordination or variations with their numbers");
  }
  if (kind === "benchmark" && !isBenchmark(benchmark)) throw refuse("benchmark must have tables of rows");
  return value;
}

function isCell(value: unknown): value is Cell {
  const { detector, category, split, seed, shots = 1 } = (value ?? {}) as Partial<Cell>;
  return areTexts([detector, category, split]) && [seed, shots].every(Number.isSafeInteger) &&
    shots >= 1;
}

function isBenchmark({ preset, ablated, tables, displacement }: Partial<BenchmarkPlan> = {}): boolean {
  const areRows = Object.values(tables ?? {}).every((rows) =>
    Array.isArray(rows) && rows.every((row) => areTexts([row?.method, row?.detector]))
  );
  return areTexts([preset, ablated]) && tables !== undefined && areRows &&
    Object.values(displacement?.metres ?? {}).every(Number.isFinite);
}
