/**
 * One-class training and evaluation: one detector a category, scored on all test clips (section IV).
 *
 * @module
 */
import { createFloor } from "../detectors/floors/floors.ts";
import type { Clip } from "../data/clip.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Split } from "../data/split.ts";
import type { Detector } from "../detectors/detector.ts";
import type { FitProgress } from "../training/progress.ts";
import type { Engine, EngineName } from "../engine/engine.ts";
import { openEngine } from "../engine/select.ts";
import { UsageError } from "../core/errors.ts";
import { IADNet } from "../detectors/iadnet/detector.ts";
import { auroc } from "../metrics/auroc.ts";
import { delong } from "../metrics/delong.ts";
import { macroAuroc, type ScoredClip } from "../metrics/macro.ts";
import type { Preset } from "../detectors/iadnet/presets.ts";
import type { Checkpoints } from "../training/checkpoint/checkpoint.ts";
import { VERSION } from "../core/version.ts";
import { type CategoryResult, pair, type Results } from "./results.ts";

/** The floors that stand in every table. */
export const TABLE_FLOORS: readonly string[] = [
  "knn-poses",
  "knn-distances",
  "knn-statistics",
  "knn-log-statistics",
  "clip-length",
  "mean-distance",
];

/** What to run. */
export interface Evaluation {
  /** The data set, for its hash and categories. */
  readonly dataset: Dataset;
  /** Training and test clips. */
  readonly split: Split;
  /** The preset. */
  readonly preset: Preset;
  /** The engine. */
  readonly engine: EngineName | "auto";
  /** Threads of one operator; 0 (as many as cores) if absent. */
  readonly threads?: number;
  /** Seed of every random choice. */
  readonly seed: number;
  /** Categories; all of the data set if absent. */
  readonly categories?: readonly string[];
  /** Called after each training step. */
  readonly onProgress?: (category: string, progress: FitProgress) => void;
  /** Called when a category is done, with its fitted detector. */
  readonly onCategory?: (result: CategoryResult, detector: IADNet) => Promise<void>;
}

/** The categories to run, checked: each has a training clip, and test clips of itself and of others.
 *
 * @throws {UsageError} Naming the first category that cannot be run.
 */
export function checkCategories(
  { dataset, split, categories = dataset.categories }: Evaluation,
): readonly string[] {
  const twice = categories.find((category, i) => categories.indexOf(category) < i);
  if (twice !== undefined) throw new UsageError(`Cannot train on ${twice} twice`);
  for (const category of categories) {
    const count = (clips: readonly Clip[]) => clips.filter((clip) => clip.category === category).length;
    if (!dataset.categories.includes(category)) {
      throw new UsageError(
        `Cannot train on ${category}: known categories are ${dataset.categories.join(", ")}`,
      );
    }
    if (count(split.train) === 0) {
      throw new UsageError(`Cannot train on ${category}: split ${split.name} leaves no training clip of it`);
    }
    if (count(split.test) === 0 || count(split.test) === split.test.length) {
      throw new UsageError(
        `Cannot evaluate ${category}: split ${split.name} leaves no normal or no anomalous test clip`,
      );
    }
  }
  return categories;
}

/** Train and evaluate one detector a category.
 *
 * @throws {UsageError} As `checkCategories`. @throws {EngineError} If the engine cannot run here.
 */
export async function evaluate(evaluation: Evaluation): Promise<Results> {
  const categories = checkCategories(evaluation);
  const engine = await openEngine(evaluation.engine, evaluation.threads ?? 0);
  try {
    const results: CategoryResult[] = [];
    for (const category of categories) {
      const { result, detector } = await evaluateCategory(evaluation, engine, category);
      results.push(result);
      await evaluation.onCategory?.(result, detector);
    }
    return summarise(evaluation, engine.name, results);
  } finally {
    await engine.close();
  }
}

/** Train the detector of one category, and score all test clips by it and by the floors.
 *
 * @param checkpoints Where it is kept how far the training has come; nowhere if absent.
 */
export async function evaluateCategory(
  { split, preset, seed, onProgress }: Evaluation,
  engine: Engine,
  category: string,
  checkpoints?: Checkpoints,
): Promise<{ result: CategoryResult; detector: IADNet }> {
  const normal = split.train.filter((clip) => clip.category === category);
  const detector = new IADNet({ preset, engine });
  await detector.fit(normal, {
    seed,
    onProgress: (progress) => onProgress?.(category, progress),
    ...(checkpoints && { checkpoints }),
  });
  const scores = await scoreAll(detector, split.test, category);
  const floors: Record<string, number> = {};
  for (const name of TABLE_FLOORS) {
    const floor = createFloor(name, { calibrationFolds: 0 });
    await floor.fit(normal, { seed });
    floors[name] = auroc(...sides(await scoreAll(floor, split.test, category)));
  }
  const [normals, anomalies] = sides(scores);
  const { auroc: area, ci } = delong(normals, anomalies);
  const result: CategoryResult = {
    category,
    auroc: area,
    ci: pair(ci),
    normals: normals.length,
    anomalies: anomalies.length,
    scores,
    floors,
    warnings: detector.warnings,
  };
  return { result, detector };
}

/** The results of a run from those of its categories. */
export function summarise(
  { dataset, split, preset, seed }: Evaluation,
  engine: string,
  categories: readonly CategoryResult[],
): Results {
  const macro = macroAuroc(categories, { seed });
  const mean = (name: string) =>
    categories.reduce((sum, { floors }) => sum + floors[name], 0) / categories.length;
  return {
    version: VERSION,
    preset: preset.name,
    engine,
    seed,
    split: split.name,
    data: {
      format: dataset.format,
      hash: dataset.hash,
      train: split.train.length,
      test: split.test.length,
      skipped: dataset.skipped.length,
      ...(dataset.treatments && { treatments: dataset.treatments }),
    },
    macro: { auroc: macro.auroc, ci: pair(macro.ci) },
    floors: Object.fromEntries(TABLE_FLOORS.map((name) => [name, mean(name)])),
    categories,
  };
}

/** Every clip's score by a detector of one category. */
export async function scoreAll(
  detector: Detector,
  clips: readonly Clip[],
  category: string,
): Promise<ScoredClip[]> {
  const scores = await detector.score(clips);
  return clips.map((clip, i) => ({ clip: clip.id, score: scores[i], anomalous: clip.category !== category }));
}

/** Scores of the normal and of the anomalous clips. */
function sides(scores: readonly ScoredClip[]): [number[], number[]] {
  const of = (anomalous: boolean) => scores.filter((s) => s.anomalous === anomalous).map((s) => s.score);
  return [of(false), of(true)];
}
