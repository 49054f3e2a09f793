/**
 * A run with all that is needed to show it and to score by it: results, clips, models, an engine.
 *
 * @module
 */
import type { Results } from "../experiments/results.ts";
import type { DataSource } from "../data/data_source.ts";
import type { EngineName, OpenEngine } from "../engine/engine.ts";
import { openEngine } from "../engine/select.ts";
import { UsageError } from "../core/errors.ts";
import { openRunModel, type RunModel } from "./model.ts";
import { readClips, readResults, type RunClips } from "./run.ts";

/** How to make a report. */
export interface ReportOptions {
  /** Where the run's clips are, if not where the run says. */
  readonly source?: DataSource;
  /** False-alarm rate of the alarm line, between 0 and 1; 0.05 if absent. */
  readonly alpha?: number;
  /** The engine that explains; `auto` if absent. */
  readonly engine?: EngineName | "auto";
}

/** An open run. */
export interface OpenRun {
  /** Name of its folder. */
  readonly name: string;
  readonly results: Results;
  /** Its clips; why there are none in `note`. */
  readonly clips?: RunClips;
  readonly note?: string;
  /** The model of each category that has one. */
  readonly models: ReadonlyMap<string, RunModel>;
  readonly alpha: number;
  readonly engine: OpenEngine;
}

/** Open a run. Its engine has to be closed afterwards.
 *
 * @param run The run's folder.
 * @throws {DataError} If there is no finished run, a file of it is damaged, or the clips are not those of the run.
 * @throws {UsageError} If alpha is out of range. @throws {EngineError} If the engine cannot run here.
 */
export async function openRun(run: string, options: ReportOptions = {}): Promise<OpenRun> {
  const { alpha = 0.05 } = options;
  if (!(alpha > 0 && alpha < 1)) {
    throw new UsageError(`Cannot report: alpha must be between 0 and 1, got ${alpha}`);
  }
  const results = await readResults(run), opened = await readClips(run, results, options.source);
  const engine = await openEngine(options.engine ?? "auto", 1), models = new Map<string, RunModel>();
  try {
    for (const { category } of results.categories) {
      const model = await openRunModel(run, category, engine);
      if (model) models.set(category, model);
    }
  } catch (error) {
    await engine.close();
    throw error;
  }
  const name = (await Deno.realPath(run)).split(/[/\\]/).at(-1)!;
  const found = typeof opened === "string" ? { note: opened } : { clips: opened };
  return { name, results, models, alpha, engine, ...found };
}
