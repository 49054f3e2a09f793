/**
 * The macro mean of AUROC over categories, with a bootstrap over the test clips that the categories share.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { auroc, type Interval } from "./auroc.ts";
import { percentiles } from "./quantile.ts";

/** One test clip's score by one category's detector. */
export interface ScoredClip {
  /** Clip id. */
  readonly clip: string;
  /** Higher = more anomalous. */
  readonly score: number;
  /** Whether the clip is of another category than the detector's. */
  readonly anomalous: boolean;
}

/** Scores of the normal and of the anomalous clips, each in the order of the list.
 *
 * @example
 * ```ts
 * import { sidesOf } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const scores = [{ clip: "a", score: 1, anomalous: false }, { clip: "b", score: 5, anomalous: true }];
 * assertEquals(sidesOf(scores), { normal: [1], anomalous: [5] });
 * ```
 */
export function sidesOf(scores: readonly ScoredClip[]): { normal: number[]; anomalous: number[] } {
  const side = (anomalous: boolean) =>
    scores.filter((own) => own.anomalous === anomalous).map(({ score }) => score);
  return { normal: side(false), anomalous: side(true) };
}

/** All test clips' scores by one category's detector. */
export interface CategoryScores {
  /** The category that is normal. */
  readonly category: string;
  /** Each test clip once. */
  readonly scores: readonly ScoredClip[];
}

/** Options of the bootstrap. */
export interface BootstrapOptions {
  /** Seed of the draws. */
  readonly seed: number;
  /** Replicates; 2000 if absent. */
  readonly replicates?: number;
  /** The unit that is drawn: clips of one group are drawn together. Each clip by itself if absent. */
  readonly groupOf?: (clip: string) => string;
}

/** The macro mean and its uncertainty. */
export interface MacroEstimate {
  /** Plain mean of the categories' AUROCs, in [0, 1]. */
  readonly auroc: number;
  /** 95 % interval: the 2.5th and 97.5th percentile over the replicates. */
  readonly ci: Interval;
  /** Part of all (replicate, category) pairs that had to be skipped, in [0, 1). Far from 0, the interval means little. */
  readonly skipped: number;
}

/** One category's scores in ascending order: whose they are, of which side, and where runs of equal scores end. */
interface Sorted {
  readonly unit: Uint32Array;
  readonly anomalous: Uint8Array;
  readonly runEnds: Uint32Array;
}

/** Plain mean of the categories' AUROCs, and its 95 % interval by a percentile bootstrap. A category that is given several
 * times (folds, seeds) counts once: by the mean of its cells. Test clips (or groups) are drawn
 * with replacement once a replicate FOR ALL categories, since they share them; a cell that a replicate leaves without
 * a normal or without an anomalous clip is skipped in that replicate. The model is taken as given: the interval is about
 * the choice of test clips, not about seeds or training clips.
 *
 * @throws {UsageError} If there is no category, one has only normal or only anomalous clips or the same clip twice, a
 * score is NaN, or the number of replicates is not a positive integer.
 * @example
 * ```ts
 * import { macroAuroc } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const scores = [0, 1, 2, 3].map((k) => ({ clip: `c${k}`, score: k, anomalous: k > 1 }));
 * assertEquals(macroAuroc([{ category: "hug", scores }], { seed: 0 }).auroc, 1);
 * ```
 */
export function macroAuroc(categories: readonly CategoryScores[], options: BootstrapOptions): MacroEstimate {
  const mean = macroMean(categories);
  const { values, skipped } = draw([categories], options, ([own]) => own);
  return { auroc: mean, ci: percentiles(values), skipped };
}

/** A difference of two macro means and its uncertainty. */
export interface MacroDifference {
  /** Macro mean of the first less that of the second, in [-1, 1]. */
  readonly difference: number;
  /** 95 % interval. If it does not contain 0, the two detectors differ. */
  readonly ci: Interval;
}

/** Difference of two detectors' macro means over the same cells (categories, folds, seeds), with a percentile bootstrap that
 * draws the same clips or groups for both.
 *
 * @throws {UsageError} As `macroAuroc`, or if the two differ in their cells or clips.
 * @example
 * ```ts
 * import { macroDifference } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const cell = (score: (k: number) => number) => [{
 *   category: "hug",
 *   scores: [0, 1, 2, 3].map((k) => ({ clip: `c${k}`, score: score(k), anomalous: k > 1 })),
 * }];
 * assertEquals(macroDifference(cell((k) => k), cell((k) => -k), { seed: 0 }).difference, 1);
 * ```
 */
export function macroDifference(
  first: readonly CategoryScores[],
  second: readonly CategoryScores[],
  options: BootstrapOptions,
): MacroDifference {
  const clips = (cells: readonly CategoryScores[]) =>
    cells.map(({ category, scores }) => `${category}: ${scores.map(({ clip }) => clip).sort()}`).join(";");
  if (clips(first) !== clips(second)) {
    throw new UsageError("Cannot compare detectors: they scored different cells or clips");
  }
  const difference = macroMean(first) - macroMean(second);
  const { values } = draw([first, second], options, ([a, b]) => a - b);
  return { difference, ci: percentiles(values) };
}

/** Mean over categories of the mean AUROC over a category's cells, in [0, 1].
 *
 * @throws {UsageError} As `macroAuroc`.
 * @example
 * ```ts
 * import { macroMean } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const scores = [0, 1, 2, 3].map((k) => ({ clip: `c${k}`, score: k, anomalous: k > 1 }));
 * assertEquals(macroMean([{ category: "hug", scores }]), 1);
 * ```
 */
export function macroMean(categories: readonly CategoryScores[]): number {
  if (categories.length === 0) throw new UsageError("Cannot average AUROC over no category");
  return weightedMean(categories.map(categoryAuroc), cellWeights(categories));
}

/** One over the number of a cell's category's cells: categories count alike. */
function cellWeights(cells: readonly CategoryScores[]): Float64Array {
  const counts = new Map<string, number>();
  for (const { category } of cells) counts.set(category, (counts.get(category) ?? 0) + 1);
  return Float64Array.from(cells, ({ category }) => 1 / counts.get(category)!);
}

/** Weighted mean of the values that are not NaN; NaN if there is none. */
function weightedMean(values: readonly number[], weights: Float64Array): number {
  let sum = 0, total = 0;
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    sum += weights[i] * value;
    total += weights[i];
  });
  return sum / total;
}

/** A statistic of the detectors' macro means over the replicates, in ascending order. */
function draw(
  detectors: readonly (readonly CategoryScores[])[],
  { seed, replicates = 2000, groupOf = (clip: string) => clip }: BootstrapOptions,
  statistic: (means: readonly number[]) => number,
): { values: Float64Array; skipped: number } {
  const [categories] = detectors;
  if (!(Number.isInteger(replicates) && replicates > 0)) {
    throw new UsageError(`Cannot draw a bootstrap: replicates must be a positive integer, got ${replicates}`);
  }
  const units = [...new Set(categories.flatMap(({ scores }) => scores.map(({ clip }) => groupOf(clip))))]
    .sort();
  const unitIndex = new Map(units.map((unit, i) => [unit, i]));
  const sorted = detectors.map((cells) =>
    cells.map(({ scores }) => sortScores(scores, (clip) => unitIndex.get(groupOf(clip))!))
  );
  const random = new Random(seed), counts = new Float64Array(units.length), values: number[] = [];
  const weights = cellWeights(categories);
  let skipped = 0;
  for (let replicate = 0; replicate < replicates; replicate++) {
    counts.fill(0);
    for (let draw = 0; draw < units.length; draw++) counts[random.integer(units.length)]++;
    const areas = sorted.map((cells) => cells.map((cell) => weightedArea(cell, counts)));
    // A cell that this replicate leaves without one side is skipped; that depends on the clips, not on the detector.
    const empty = areas[0].filter(Number.isNaN).length;
    skipped += empty;
    if (empty < categories.length) values.push(statistic(areas.map((own) => weightedMean(own, weights))));
  }
  return { values: Float64Array.from(values).sort(), skipped: skipped / (replicates * categories.length) };
}

function categoryAuroc({ category, scores }: CategoryScores): number {
  if (new Set(scores.map(({ clip }) => clip)).size < scores.length) {
    throw new UsageError(`Cannot average AUROC: category ${category} has a clip twice`);
  }
  const { normal, anomalous } = sidesOf(scores);
  return auroc(normal, anomalous);
}

function sortScores(scores: readonly ScoredClip[], unitOf: (clip: string) => number): Sorted {
  const order = [...scores].sort((a, b) => a.score < b.score ? -1 : a.score > b.score ? 1 : 0);
  return {
    unit: Uint32Array.from(order, ({ clip }) => unitOf(clip)),
    anomalous: Uint8Array.from(order, ({ anomalous }) => Number(anomalous)),
    runEnds: Uint32Array.from(
      order.map((_, i) => i + 1).filter((end) =>
        end === order.length || order[end].score !== order[end - 1].score
      ),
    ),
  };
}

/** AUROC of sorted scores in which clip i counts `counts[unit[i]]` times; NaN if a side is empty. */
function weightedArea({ unit, anomalous, runEnds }: Sorted, counts: Float64Array): number {
  let below = 0, area = 0, positives = 0, at = 0;
  for (let run = 0; run < runEnds.length; run++) {
    let normals = 0, anomalies = 0;
    for (; at < runEnds[run]; at++) {
      const count = counts[unit[at]];
      if (anomalous[at] === 1) anomalies += count;
      else normals += count;
    }
    area += anomalies * (below + normals / 2);
    below += normals;
    positives += anomalies;
  }
  return area / (positives * below);
}
