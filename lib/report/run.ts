/** Opens a finished run: results, clips, detectors and the engine, all that a report and a server need. */
import { basename, resolve } from "node:path";
import type { CategoryResult, Results } from "../experiments/results.ts";
import type { ScoredClip } from "../metrics/cells.ts";
import { verifyRun } from "../experiments/run_directory.ts";
import { readSource } from "../experiments/source_file.ts";
import type { Clip } from "../data/clip.ts";
import { type DataSource, openDataSource } from "../data/data_source.ts";
import { type LearnedData, readingOf } from "../data/source_like.ts";
import { splitDataset } from "../data/split.ts";
import { DataError, IadnetError } from "../core/errors.ts";
import { checkSettings, FRACTION } from "../core/options.ts";
import type { Detector } from "../detectors/detector.ts";
import type { EngineName, OpenEngine } from "../engine/engine.ts";
import { openEngine } from "../engine/select.ts";
import { loadRunModel } from "./model.ts";
import { readTextUpTo } from "../core/read_file.ts";

/** Options for `openRun`. */
export interface ReportOptions {
  /** Where the run's clips are; where the run says if absent. */
  readonly source?: DataSource;
  /** Rate of false alarms, between 0 and 1; 0.05 if absent. */
  readonly alpha?: number;
  /** Engine; `auto` if absent. */
  readonly engine?: EngineName | "auto";
}

/** An open run. */
export interface OpenRun {
  /** Name of its folder. */
  readonly name: string;
  /** Its results. */
  readonly results: Results;
  /** Its training clips, and its test clips by id; absent if they cannot be opened. */
  readonly clips?: { readonly train: readonly Clip[]; readonly test: ReadonlyMap<string, Clip> };
  /** How its data was read, without where it is; absent if the run does not say. */
  readonly reading?: LearnedData["reading"];
  /** Why there are no clips. */
  readonly note?: string;
  /** Detector of each category that has one. */
  readonly models: ReadonlyMap<string, Detector>;
  /** Rate of false alarms. */
  readonly alpha: number;
  /** Engine of the detectors. */
  readonly engine: OpenEngine;
}

/** Open a run. The caller closes its engine.
 * @param run Folder of the run.
 * @throws {DataError} If there is no finished run, a file is damaged, or the clips are not those of the run.
 * @throws {UsageError} If alpha is out of range. @throws {EngineError} If the engine cannot run here. */
export async function openRun(run: string, options: ReportOptions = {}): Promise<OpenRun> {
  const { alpha = 0.05 } = options;
  checkSettings<ReportOptions>("report", { alpha }, { alpha: FRACTION });
  const results = await readResults(run);
  await verifyRun(run);
  const opened = await readClips(run, results, options.source);
  const engine = await openEngine(options.engine ?? "auto", 1), models = new Map<string, Detector>();
  try {
    for (const { category } of results.categories) {
      const model = await loadRunModel(run, category, engine);
      if (model) models.set(category, model);
    }
  } catch (error) {
    await engine.close();
    throw error;
  }
  return { name: runName(run), results, models, alpha, engine, ...opened };
}

/** Name of a run: that of its folder. */
export function runName(run: string): string {
  return basename(resolve(run));
}

/** Read the results of a run.
 * @throws {DataError} If the folder holds no finished run, or its results are damaged. */
export async function readResults(run: string): Promise<Results> {
  const file = `${run}/results.json`;
  let text: string;
  try {
    text = await readTextUpTo(file);
  } catch (cause) {
    throw new DataError(`Cannot open run ${run}: ${(cause as Error).message}`, file);
  }
  const results = parseJson(text, file);
  if (isResults(results)) return results;
  throw new DataError(
    `Cannot read ${file}: expected detector, data, macro, floors and scored categories`,
    file,
  );
}

function isResults(value: unknown): value is Results {
  const { detector, data, macro, floors, categories } = (value ?? {}) as Partial<Results>;
  return typeof detector === "string" && isNumber(macro?.auroc) && isObject(data) && isObject(floors) &&
    Array.isArray(categories) && categories.length > 0 && categories.every(isCategory);
}

function isCategory(value: unknown): boolean {
  const { category, auroc, ci, scores, floors } = (value ?? {}) as Partial<CategoryResult>;
  return typeof category === "string" && isNumber(auroc) && Array.isArray(ci) && ci.length === 2 &&
    ci.every(isNumber) && isObject(floors) && Object.values(floors!).every(isNumber) &&
    Array.isArray(scores) && scores.length > 0 && scores.every(isScore);
}

function isScore(value: unknown): boolean {
  const { clip, score, anomalous, p } = (value ?? {}) as Partial<ScoredClip>;
  return typeof clip === "string" && isNumber(score) && typeof anomalous === "boolean" &&
    (p === undefined || isNumber(p));
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function isNumber(value: unknown): boolean {
  return Number.isFinite(value);
}

/** Read the clips of a run from a source, or from where the run says. Returns the clips, or a note on why there are none.
 * @throws {DataError} If the data is not that of the run, or cannot be read from the given source. */
export async function readClips(
  run: string,
  results: Results,
  source?: DataSource,
): Promise<Pick<OpenRun, "clips" | "reading" | "note">> {
  const recorded = source ?? await readSource(run);
  if (!recorded) return { note: "The run does not say where its data is: give --data and --format" };
  let dataset;
  try {
    dataset = await openDataSource(recorded);
  } catch (error) {
    const missing = error instanceof IadnetError || error instanceof Deno.errors.NotFound;
    if (source || !missing) throw error;
    return { reading: await readingOf(recorded), note: `The run's data cannot be opened: ${error.message}` };
  }
  if (dataset.hash !== results.data.hash) {
    const [expected, got] = [results.data.hash, dataset.hash].map((hash) => hash.slice(0, 12));
    throw new DataError(
      `Cannot show the clips of ${run}: expected data with SHA-256 ${expected}, got ${got}`,
      run,
    );
  }
  const { train, test } = splitDataset(dataset, results.split, results.seed);
  const clips = { train, test: new Map(test.map((clip) => [clip.id, clip])) };
  return { clips, reading: await readingOf(recorded) };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DataError(`Cannot read ${file}: it is not JSON`, file);
  }
}
