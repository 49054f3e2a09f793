/**
 * An open run: results, clips, detectors and the engine, all that a report and a server need.
 *
 * @module
 */
import type { Results } from "../experiments/results.ts";
import type { DataSource } from "../data/data_source.ts";
import type { Detector } from "../detectors/detector.ts";
import type { EngineName, OpenEngine } from "../engine/engine.ts";
import { openEngine } from "../engine/select.ts";
import { UsageError } from "../core/errors.ts";
import { loadRunModel } from "./model.ts";
import { readClips, readResults, type RunClips, runName } from "./run.ts";

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
  /** Its clips; absent if they cannot be opened. */
  readonly clips?: RunClips;
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
 *
 * @param run Folder of the run.
 * @throws {DataError} If there is no finished run, a file is damaged, or the clips are not those of the run.
 * @throws {UsageError} If alpha is out of range. @throws {EngineError} If the engine cannot run here.
 */
export async function openRun(run: string, options: ReportOptions = {}): Promise<OpenRun> {
  const { alpha = 0.05 } = options;
  if (!(alpha > 0 && alpha < 1)) {
    throw new UsageError(`Cannot report: alpha must be between 0 and 1, got ${alpha}`);
  }
  const results = await readResults(run), opened = await readClips(run, results, options.source);
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
  const found = typeof opened === "string" ? { note: opened } : { clips: opened };
  return { name: runName(run), results, models, alpha, engine, ...found };
}
