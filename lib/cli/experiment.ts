/** What the verbs that run cells share: start or resume a run, run its cells, write and print its results. */
import { UsageError } from "../core/errors.ts";
import { exists } from "../core/files.ts";
import { stopOnSignals } from "../core/signals.ts";
import { absoluteSource, type DataSource, openDataSource } from "../data/data_source.ts";
import type { Dataset } from "../data/dataset.ts";
import { expandSplit, parseSplit } from "../data/split.ts";
import { warnOfSplits } from "./splits.ts";
import { describeDetector } from "../detectors/registry.ts";
import type { EngineName } from "../engine/engine.ts";
import { openEngine } from "../engine/select.ts";
import { type Cell, type CellResult, cellScores, nameOf, setScores } from "../experiments/cell.ts";
import {
  makeManifest,
  type ManifestRequest,
  openRunData,
  type RunManifest,
} from "../experiments/manifest.ts";
import {
  refuseExisting,
  RunDirectory,
  type RunResults,
  sweepFinished,
  verifyRun,
} from "../experiments/run_directory.ts";
import { runCells } from "../experiments/runner.ts";
import { cellAuroc } from "../metrics/cells.ts";
import { workerCommand } from "./confine.ts";
import { DATA_FLAGS, DATA_OPTIONS, ENGINE_OPTIONS, engineOf, openData, sourceOf } from "./data.ts";
import { datedOut } from "./default_out.ts";
import { CellProgress } from "./cell_progress.ts";
import { stage } from "./progress.ts";
import { note, printError, warn } from "./stderr.ts";
import { print, printNext, quoted } from "./stdout.ts";
import { COMMON_FLAGS, type Options, type OptionSpec, type Start, type Verb } from "./verb.ts";

/** Options that may change when a run is resumed. */
const SHARING_OPTIONS = {
  workers: "processes that run cells side by side, 0 = one for each core (1 if threads is given)",
  "checkpoint-seconds": "seconds between checkpoints of a training, 0 = after each step (30)",
};

/** Options that say where a run is kept. */
export const OUT_OPTIONS = {
  out: "run directory to create; it must not exist (runs/<date>-<verb>)",
  resume: "run directory of an unfinished run to resume, with its own options",
};

/** An experiment of the command line, with its options besides those on data, engine, workers and run directory. */
export interface Experiment
  extends Pick<Verb, "description" | "example">, Pick<OptionSpec, "values" | "flags" | "required"> {
  /** The verb that resumes its runs. */
  readonly kind: RunManifest["kind"];
  /** Whether the data is generated as the plan says; there are no options on data then. */
  readonly isGenerated?: true;
  /** What the options ask for. It is called before the data is read. */
  plan(options: Options): Plan;
  /** Make the results of a run.
   * @param cells Results of all cells, in the order of the manifest. */
  summarise(cells: readonly CellResult[], manifest: RunManifest, data: Dataset): RunResults;
  /** What --json prints; the JSON of the results if absent. */
  toJson?(json: unknown): string;
  /** The call, without `deno task`, that comes next; none if absent. */
  next?(out: string, manifest: RunManifest): string;
}

/** Cells to run, and on which data: that of the options if `source` is absent. */
export type Plan =
  & Omit<ManifestRequest, "kind" | "dataset" | "source" | "engine" | "threads" | "categories" | "benchmark">
  & { readonly source?: DataSource };

/** The verb of an experiment. */
export function experimentVerb(experiment: Experiment): Verb {
  const { description, example, flags, isGenerated } = experiment;
  const own = { ...experiment.values, ...ENGINE_OPTIONS, ...SHARING_OPTIONS, ...OUT_OPTIONS };
  const required = experiment.required ?? (isGenerated ? {} : { data: ["resume"], format: ["resume"] });
  const options = isGenerated
    ? { values: own, flags, required }
    : { values: { ...DATA_OPTIONS, ...own }, flags: { ...DATA_FLAGS, ...flags }, required };
  return {
    description,
    example,
    options,
    isKept: true,
    async run(options, start) {
      const out = options.value("resume");
      if (out === undefined) await startRun(experiment, options, start);
      else await resumeRun(out, experiment, options, start);
    },
  };
}

/** Start a run. Each option is checked before the data is read. */
async function startRun(experiment: Experiment, options: Options, start: Start): Promise<void> {
  const out = options.value("out") ?? await datedOut(experiment.kind);
  await refuseExisting(out);
  stage("Reading data");
  const { source: given, ...plan } = experiment.plan(options), threads = threadsOf(options);
  for (const detector of plan.detectors) describeDetector(detector);
  for (const split of plan.splits) parseSplit(split);
  const named = given ?? sourceOf(options), engine = await engineName(engineOf(options), threads);
  const dataset = given ? await openDataSource(given) : await openData(options);
  const source = await absoluteSource(named), categories = options.names("category", dataset.categories);
  const splits = plan.splits.flatMap((split) => expandSplit(dataset, split));
  if (experiment.kind === "train" && splits.length > 1) {
    const why = `it stands for ${splits.length} splits`;
    throw new UsageError(
      `Cannot train on ${plan.splits.join()}: ${why}, which compare --splits ${plan.splits.join()} runs`,
    );
  }
  if (!experiment.isGenerated) warnOfSplits(dataset, splits, plan);
  const manifest = makeManifest({
    ...plan,
    splits,
    kind: experiment.kind,
    dataset,
    source,
    engine,
    threads,
    categories,
  });
  using directory = await RunDirectory.create(out, manifest);
  await finishRun(manifest, dataset, directory, experiment, options, start);
}

/** Resume a run, or check it if it is finished. */
async function resumeRun(out: string, experiment: Experiment, options: Options, start: Start): Promise<void> {
  const known = [...Object.keys(SHARING_OPTIONS), ...Object.keys(COMMON_FLAGS), "resume"];
  const other = options.given().find((name) => !known.includes(name));
  if (other) throw new UsageError(`Cannot resume ${out} with --${other}: a run keeps its own options`);
  if (await exists(out)) {
    await verifyRun(out);
    await sweepFinished(out);
    if (!options.flag("json")) return print(`Complete: ${out}, all checksums match`);
    return print(JSON.stringify({ complete: out }));
  }
  using directory = await RunDirectory.resume(out, warn);
  const { manifest } = directory.folder, { kind, engine, threads } = manifest;
  if (kind !== experiment.kind) throw new UsageError(`Cannot resume ${out}: it is a run of ${kind}`);
  await engineName(engine, threads).catch((error) => {
    throw new UsageError(`Cannot resume ${out}: ${error.message}`);
  });
  await finishRun(manifest, await openRunData(manifest), directory, experiment, options, start);
}

/** Run the cells that are not finished, write the results, and print the table. */
async function finishRun(
  manifest: RunManifest,
  dataset: Dataset,
  directory: RunDirectory,
  experiment: Experiment,
  options: Options,
  { folder: programs, parent }: Start,
): Promise<void> {
  const { cells, threads, kind, models } = manifest, { folder, out } = directory;
  const workers = options.integer("workers", 0, 0, 1024);
  const seconds = options.integer("checkpoint-seconds", 30, 0, 86_400);
  const stop = new AbortController(), ignoreSignals = stopOnSignals(stop, parent);
  const isShown = ({ detector }: { detector: string }) =>
    detector === cells[0].detector || describeDetector(detector).status !== "floor";
  const progress = new CellProgress(cells, cells.filter(isShown).length), title = titles(manifest);
  const warnings = new SharedWarnings();
  stage("Running", 0);
  try {
    const results = await runCells(manifest, {
      folder,
      dataset,
      workers: workers || (threads === 1 ? navigator.hardwareConcurrency : 1),
      workerCommand: await workerCommand(manifest, folder.root, programs),
      seconds,
      signal: stop.signal,
      onProgress: (cell, report) => progress.step(cell, title(cell), report),
      onResult: (result, index, isNew) => {
        progress.finish(cells[index], title(result.cell), isNew);
        if (isShown(result.cell)) progress.line(title(result.cell), figureOf(result));
        for (const text of result.warnings) warnings.add(result.cell.category, text);
      },
      onWarning: warn,
    });
    warnings.tellRest();
    const all = cells.map((_, index) => results.get(index)!);
    const written = experiment.summarise(all, manifest, dataset);
    await directory.finish(written);
    const names = ["results.json", "results.md", ...(models ? ["models", "history"] : [])];
    const files = `Written: ${names.map((name) => `${out}/${name}`).join(", ")}`;
    if (options.flag("json")) {
      print((experiment.toJson ?? JSON.stringify)(written.json)); // now, in case nobody reads it
      return note(files);
    }
    print(`${written.table}\n${files}`);
    const next = experiment.next?.(out, manifest);
    if (next !== undefined) printNext(options, next);
  } catch (error) {
    if (await directory.abandon()) {
      printError(`Resume with: deno task ${kind} --resume ${quoted(out)}`);
    }
    throw error;
  } finally {
    ignoreSignals();
  }
}

/** Warnings of cells. One that many categories share is told at once for the first of them, and at the end for the others. */
class SharedWarnings {
  readonly #categories = new Map<string, Set<string>>();

  add(category: string, text: string): void {
    const known = this.#categories.get(text);
    if (known) return void known.add(category);
    this.#categories.set(text, new Set([category]));
    warn(`${category}: ${text}`);
  }

  tellRest(): void {
    for (const [text, [, ...others]] of this.#categories) {
      if (others.length > 0) warn(`${others.join(", ")}: ${text}`);
    }
  }
}

/** Name of a cell in a line of progress: its category, and what else varies in the run. */
function titles({ cells }: RunManifest): (cell: Cell) => string {
  const varies = (key: "detector" | "split" | "seed") => new Set(cells.map((own) => own[key])).size > 1;
  const isOne = !varies("split") && !varies("seed");
  return (cell) => {
    if (cell.shots !== undefined) return nameOf(cell);
    if (cell.detector === cells[0].detector && isOne) return cell.category;
    return [cell.category, cell.detector, cell.split, `seed ${cell.seed}`].join(", ");
  };
}

function figureOf(result: CellResult): string {
  const { localization, refused, sets } = result;
  if (localization) return `frame AUROC ${localization.frameAuroc.toFixed(3)}`;
  if (refused !== undefined) return refused;
  if (sets) {
    const each = setScores(result).map(([name, cell]) => `${name} ${cellAuroc(cell).toFixed(3)}`);
    return `AUROC ${each.join(", ")}`;
  }
  return `AUROC ${cellAuroc(cellScores(result)).toFixed(3)}`;
}

/** Threads of one operator: 1 where workers share the cores, unless the options say otherwise. */
function threadsOf(options: Options): number {
  const threads = options.integer("threads", 0, 0, 1024), workers = options.integer("workers", 0, 0, 1024);
  if (threads > 0 || workers === 0) return threads || 1;
  return Math.max(1, Math.floor(navigator.hardwareConcurrency / workers));
}

/** Name of an engine, which is checked to be usable here. */
export async function engineName(engine: EngineName | "auto", threads: number): Promise<EngineName> {
  const opened = await openEngine(engine, threads);
  await opened.close();
  return opened.name;
}

/** The option --seeds.
 * @throws {UsageError} If they are not different integers. */
export function seedsOf(verb: string, options: Options, fallback: string): number[] {
  const seeds = (options.value("seeds") ?? fallback).split(",").map(Number);
  const isValid = seeds.every((seed) => Number.isInteger(seed) && seed >= 0) &&
    new Set(seeds).size === seeds.length;
  if (isValid) return seeds;
  throw new UsageError(`Cannot ${verb}: --seeds must be different integers, got ${options.value("seeds")}`);
}
