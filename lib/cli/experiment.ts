// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * What `train`, `demo`, `compare` and `splice` share: a run is begun or resumed, its cells are run, its results written and printed.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";
import { exists } from "../core/files.ts";
import { stopAtEndOfInput, stopOnSignals } from "../core/signals.ts";
import type { Dataset } from "../data/dataset.ts";
import { absoluteSource, type DataSource } from "../data/data_source.ts";
import type { EngineName } from "../engine/engine.ts";
import { openEngine } from "../engine/select.ts";
import { type CellResult, cellScores } from "../experiments/cell.ts";
import { openRunData, type RunManifest } from "../experiments/manifest.ts";
import {
  refuseExisting,
  RunDirectory,
  type RunResults,
  sweepFinished,
  verifyRun,
} from "../experiments/run_directory.ts";
import { runCells } from "../experiments/runner.ts";
import { auroc } from "../metrics/auroc.ts";
import { scorePair } from "../metrics/cells.ts";
import { describeDetector } from "../detectors/registry.ts";
import type { Options } from "./args.ts";
import { printError, warn } from "./stderr.ts";
import { engineOf, openData, openOptions, treatments } from "./data.ts";
import { Progress } from "./progress.ts";
import type { Start } from "./start.ts";
import { workerCommand } from "./confine.ts";

/** Options that may be given anew when a run is resumed. */
export const SHARING_OPTIONS = {
  workers: "processes that run cells side by side, 0 = one for each core (1 if threads is given)",
  "checkpoint-seconds": "seconds between checkpoints of a training, 0 = after each step (30)",
};

/** Options that say where a run is kept. */
export const OUT_OPTIONS = {
  out: "run directory to make; it must not exist",
  resume: "run directory of a run that was stopped: go on with it, with its own options",
};

/** Makes results from the cells of a run, in the order of the manifest. */
export type Summary = (cells: readonly CellResult[], manifest: RunManifest, dataset: Dataset) => RunResults;

/** A run that is to be made. */
export interface Work {
  /** The manifest; its engine is a name that can be opened here. */
  readonly manifest: RunManifest;
  readonly dataset: Dataset;
}

/** Begin a run, or resume one, as the options say.
 *
 * @param verb Verb that may resume the run. @param make Makes the run; each option is checked before the data is read.
 */
export async function runExperiment(
  verb: RunManifest["kind"],
  options: Options,
  make: () => Promise<Work>,
  summary: Summary,
  start: Start,
): Promise<void> {
  const resumed = options.value("resume"), out = options.value("out");
  if (resumed !== undefined) return await resume(verb, options, resumed, summary, start);
  if (out !== undefined) await refuseExisting(out);
  const work = await make();
  const directory = out === undefined ? undefined : await RunDirectory.create(out, work.manifest);
  await finishRun(work, directory, options, summary, start);
}

/** Go on with a run. */
async function resume(
  verb: RunManifest["kind"],
  options: Options,
  out: string,
  summary: Summary,
  start: Start,
): Promise<void> {
  const known = [...Object.keys(SHARING_OPTIONS), "resume"];
  const other = options.given().find((name) => !known.includes(name));
  if (other) throw new UsageError(`Cannot resume ${out} with --${other}: a run goes on with its own options`);
  if (await exists(out)) {
    await verifyRun(out);
    await sweepFinished(out);
    return console.log(`Complete: ${out}, every file as its checksum says`);
  }
  const directory = await RunDirectory.resume(out, warn);
  try {
    const { manifest } = directory;
    if (manifest.kind !== verb) throw new UsageError(`Cannot resume ${out}: ${manifest.kind} began it`);
    await checkEngine(manifest, out);
    await finishRun({ manifest, dataset: await openRunData(manifest) }, directory, options, summary, start);
  } finally {
    directory.close();
  }
}

/** @throws {UsageError} If the engine of a run is another one here. */
async function checkEngine({ engine, threads }: RunManifest, out: string): Promise<void> {
  const opened = await openEngine(engine, threads).catch((error) => {
    throw new UsageError(`Cannot resume ${out}: ${error.message}`);
  });
  await opened.close();
}

/** Run the cells that are not finished, write the results, and print the table. */
async function finishRun(
  { manifest, dataset }: Work,
  directory: RunDirectory | undefined,
  options: Options,
  summary: Summary,
  { program, supervised }: Start,
): Promise<void> {
  const { workers, seconds } = sharingOf(options, manifest.threads), { folder } = directory ?? {};
  const stop = new AbortController(), ignoreSignals = directory ? stopOnSignals(stop) : () => {};
  if (directory && supervised) stopAtEndOfInput(stop);
  const isShown = ({ detector }: { detector: string }) =>
    detector === manifest.cells[0].detector || describeDetector(detector).status !== "floor";
  const progress = new Progress(manifest.cells.filter(isShown).length);
  try {
    const results = await runCells(manifest, {
      folder,
      dataset,
      workers,
      workerCommand: await workerCommand(manifest, folder?.root, program),
      seconds,
      signal: stop.signal,
      onProgress: ({ category }, report) => progress.update(category, report),
      onResult: (result) => {
        if (isShown(result.cell)) progress.done(titleOf(result, manifest), figureOf(result));
        for (const text of result.warnings) warn(`${result.cell.category}: ${text}`);
      },
      onWarning: warn,
    });
    const all = manifest.cells.map((_, index) => results.get(index)!);
    const written = summary(all, manifest, dataset);
    await directory?.finish(written);
    console.log(written.table); // when all is kept, whoever reads it
    if (!directory) return;
    const kept = manifest.models ? ["models", "history"] : [];
    const names = ["results.json", "results.md", ...kept].map((name) => `${directory.out}/${name}`);
    console.log(`Written: ${names.join(", ")}`);
  } catch (error) {
    if (directory && await directory.abandon()) {
      printError(`Go on with: deno task ${manifest.kind} --resume ${directory.out}`);
    }
    throw error;
  } finally {
    ignoreSignals();
  }
}

/** The cell in a line of progress: its category, and what else the run varies. */
function titleOf({ cell }: CellResult, { cells }: RunManifest): string {
  const varies = (key: "detector" | "split" | "seed") => new Set(cells.map((own) => own[key])).size > 1;
  const more = cell.detector === cells[0].detector && !varies("split") && !varies("seed")
    ? []
    : [cell.detector, cell.split, `seed ${cell.seed}`];
  return [cell.category, ...more].join(", ");
}

function figureOf(result: CellResult): string {
  if (result.localization) return `frame AUROC ${result.localization.frameAuroc.toFixed(3)}`;
  const { normal, anomalous } = scorePair(cellScores(result));
  return `AUROC ${auroc(normal, anomalous).toFixed(3)}`;
}

/** How the cores are shared: as many single-threaded workers as there are cores, unless the options say otherwise.
 *
 * @param threads Threads of one operator, as the run was begun. */
function sharingOf(options: Options, threads: number): { workers: number; seconds: number } {
  const workers = options.integer("workers", 0, 0, 1024);
  const seconds = options.integer("checkpoint-seconds", 30, 0, 86_400);
  if (workers > 0) return { workers, seconds };
  return { workers: threads === 1 ? navigator.hardwareConcurrency : 1, seconds };
}

/** Threads of one operator: 1 where workers share the cores, unless the options say otherwise. */
export function threadsOf(options: Options): number {
  const threads = options.integer("threads", 0, 0, 1024), workers = options.integer("workers", 0, 0, 1024);
  if (threads > 0 || workers === 0) return threads || 1;
  return Math.max(1, Math.floor(navigator.hardwareConcurrency / workers));
}

/** Name of the engine that the options ask for, checked to be usable here. */
export async function engineName(options: Options, threads: number): Promise<EngineName> {
  const engine = await openEngine(engineOf(options), threads);
  await engine.close();
  return engine.name;
}

/** The data that the options name, and where it comes from, in words that another process understands. */
export async function openSourced(options: Options): Promise<{ dataset: Dataset; source: DataSource }> {
  const format = options.required("format");
  const dataset = await openData(options, format);
  const source = {
    path: options.required("data"),
    options: openOptions(options, format),
    treatments: treatments(options),
  };
  return { dataset, source: await absoluteSource(source) };
}

/** Seeds that the options list.
 *
 * @throws {UsageError} If they are not different integers. */
export function seedsOf(verb: string, options: Options, fallback: string): number[] {
  const seeds = (options.value("seeds") ?? fallback).split(",").map(Number);
  const fit = seeds.every((seed) => Number.isInteger(seed) && seed >= 0) &&
    new Set(seeds).size === seeds.length;
  if (fit) return seeds;
  throw new UsageError(`Cannot ${verb}: --seeds must be different integers, got ${options.value("seeds")}`);
}
