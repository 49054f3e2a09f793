/** One-class training and evaluation in this process: one detector per category, scored on all test clips (section IV). */
import { checkOptions } from "../core/options.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Split } from "../data/split.ts";
import type { Detector, DetectorOptions } from "../detectors/detector.ts";
import { createDetector } from "../detectors/registry.ts";
import type { Engine, EngineName, OpenEngine } from "../engine/engine.ts";
import { openEngine } from "../engine/select.ts";
import type { FitProgress } from "../training/history.ts";
import { type CellResult, checkCategories } from "./cell.ts";
import { type CategoryResult, type Results, summarise, TABLE_FLOORS } from "./results.ts";
import { runCell } from "./runner.ts";
import { splitTrial } from "./trial.ts";

/** Creates a detector with these options, not fitted. */
export type DetectorFactory = (options: DetectorOptions) => Detector;

/** Options for `evaluate`. */
export interface Evaluation {
  /** The data set, for its hash and categories. */
  readonly dataset: Dataset;
  /** Training and test clips. */
  readonly split: Split;
  /** The detector as `createDetector` takes it, such as `iadnet:preset=tiny`; or a function that creates a custom detector. */
  readonly detector: string | DetectorFactory;
  /** The engine: its name, or an open one; `auto` if absent. */
  readonly engine?: EngineName | "auto" | OpenEngine;
  /** Threads of one operator where the engine is a name; 0 (as many as cores) if absent. */
  readonly threads?: number;
  /** Seed of every random choice. */
  readonly seed: number;
  /** Categories; all of the data set if absent. */
  readonly categories?: readonly string[];
  /** Called after each training step. */
  readonly onProgress?: (category: string, progress: FitProgress) => void;
  /** When it is aborted, the evaluation rejects with its reason after the current step. */
  readonly signal?: AbortSignal;
  /** Called after each category, with its fitted detector. */
  readonly onCategory?: (result: CategoryResult, detector: Detector) => Promise<void> | void;
}

/** Fit one detector per category, score all test clips with it and with the floors, and summarise.
 * @throws {UsageError} If an option or a category is unknown, or a category lacks training or test clips.
 * @throws {EngineError} If the engine cannot run here.
 * @example
 * ```ts
 * import { evaluate, splitDataset, syntheticDataset } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const dataset = syntheticDataset({ seed: 0, clipsPerCategory: 10, categories: ["hug", "kick"] });
 * const split = splitDataset(dataset, "fold:5", 0);
 * const { macro } = await evaluate({ dataset, split, detector: "knn-poses", seed: 0 });
 * assert(macro.auroc > 0.9);
 * ```
 */
export async function evaluate(evaluation: Evaluation): Promise<Results> {
  const known = "dataset,split,detector,engine,threads,seed,categories,onProgress,signal,onCategory";
  checkOptions("evaluate", evaluation, known.split(","));
  const {
    dataset,
    split,
    detector,
    seed,
    engine: given = "auto",
    threads = 0,
    onProgress,
    signal,
    onCategory,
  } = evaluation;
  const { categories = dataset.categories } = evaluation;
  checkCategories(categories, dataset, split);
  const engine = typeof given === "string" ? await openEngine(given, threads) : given as Engine; // every open engine is one
  const create = typeof detector === "string"
    ? (options: DetectorOptions) => createDetector(detector, options)
    : detector;
  const name = typeof detector === "string" ? detector : create({}).name, cells: CellResult[] = [];
  const context = { detector: name, engine: engine.name, seed, dataset, split };
  try {
    for (const category of categories) {
      const cell = { detector: name, category, split: split.name, seed };
      const report = (progress: FitProgress) => onProgress?.(category, progress);
      const trial = splitTrial(split, category);
      const own = await runCell(cell, { trial, detector: create({ engine }), onProgress: report, signal });
      const results = [own.result];
      for (const floor of TABLE_FLOORS.filter((floor) => floor !== name)) {
        const detector = createDetector(floor, { calibrationFolds: 0 });
        results.push((await runCell({ ...cell, detector: floor }, { trial, detector, signal })).result);
      }
      cells.push(...results);
      await onCategory?.(summarise(context, results).categories[0], own.detector);
    }
    return summarise(context, cells);
  } finally {
    if (typeof given === "string") await engine.close();
  }
}
