/** Macro mean of AUROC over categories, with a bootstrap over the test clips that the categories share. */
import { UsageError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import type { Interval } from "./auroc.ts";
import { type CategoryScores, cellAuroc, type ScoredClip } from "./cells.ts";
import { checkReplicates, percentileInterval } from "./statistics.ts";

export type { CategoryScores, ScoredClip };

/** Options of a bootstrap over test clips. */
export interface BootstrapOptions {
  /** Seed of the draws. */
  readonly seed: number;
  /** Replicates; 2000 if absent. */
  readonly replicates?: number;
  /** Returns the group of a clip; the clips of a group are drawn together. Each clip is drawn by itself if absent. */
  readonly groupOf?: (clip: string) => string;
}

/** A macro mean and its uncertainty. */
export interface MacroEstimate {
  /** Mean of the categories' AUROCs, in [0, 1]. */
  readonly auroc: number;
  /** 95 % interval: the 2.5th and 97.5th percentiles of the replicates. */
  readonly ci: Interval;
  /** Fraction of (replicate, cell) pairs that were skipped, in [0, 1). The interval is unreliable if it is large. */
  readonly skipped: number;
}

/** Scores of a cell in ascending order: the unit and class of each, and the ends of runs of equal scores. */
interface Sorted {
  readonly unit: Uint32Array;
  readonly anomalous: Uint8Array;
  readonly runEnds: Uint32Array;
}

/** Macro mean: the mean of the categories' AUROCs, with a 95 % percentile bootstrap interval. A category with several cells
 * (folds, seeds) counts once, by the mean of its cells.
 *
 * Categories share their test clips, so each replicate draws the clips (or groups) with replacement once for ALL categories.
 * A cell that is left without a normal or an anomalous clip is skipped in that replicate. A cell of one group, as in
 * leave-one-group-out, counts as often as its group is drawn. The interval covers the choice of test clips, not that of seeds or
 * training clips. Where all replicates are alike, it is not a point, but as wide as a perfect category's.
 * @throws {UsageError} If there is no category, a cell has clips of one class only or a clip twice, a score is NaN, or the
 * number of replicates is not a positive integer.
 * @example
 * ```ts
 * import { macroAuroc } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * const scores = [0, 1, 2, 3].map((k) => ({ clip: `c${k}`, score: k, anomalous: k > 1 }));
 * assertEquals(macroAuroc([{ category: "hug", scores }], { seed: 0 }).auroc, 1);
 * ```
 */
export function macroAuroc(categories: readonly CategoryScores[], options: BootstrapOptions): MacroEstimate {
  const auroc = macroMean(categories);
  const { means: [values], skipped } = draw([categories], options);
  const ci = notAPoint(replicateInterval(values), categories, options.groupOf);
  return { auroc, ci: { low: Math.max(0, ci.low), high: Math.min(1, ci.high) }, skipped };
}

/** Difference of two macro means and its uncertainty. */
export interface MacroDifference {
  /** Macro mean of the first minus that of the second, in [-1, 1]. */
  readonly difference: number;
  /** 95 % interval; without 0 in it, the detectors differ. */
  readonly ci: Interval;
}

/** Difference of the macro means of two detectors on the same cells (categories, folds, seeds). The percentile bootstrap draws
 * the same clips or groups for both.
 * @throws {UsageError} As `macroAuroc`, or if the detectors have different cells or clips.
 * @example
 * ```ts
 * import { macroDifference } from "@lab/iadnet/metrics";
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
    throw new UsageError("Cannot compare detectors: they have different cells or clips");
  }
  const difference = macroMean(first) - macroMean(second);
  const [a, b] = macroReplicates([first, second], options);
  const interval = replicateInterval(a.map((mean, i) => mean - b[i]));
  const ci = difference === 0 ? interval : notAPoint(interval, first, options.groupOf);
  return { difference, ci: { low: Math.max(-1, ci.low), high: Math.min(1, ci.high) } };
}

/** An interval of no width, as of clips that are all told apart or of a single group, says nothing of other clips. It is widened by
 * 1 - 0.025^(1/k), the reach of DeLong's interval at an AUROC of 1, with k the number of independent pairs of clips (or groups) of the
 * cell that has the fewest: the mean is then no surer than the least sure category. */
function notAPoint(
  { low, high }: Interval,
  cells: readonly CategoryScores[],
  groupOf = (clip: string) => clip,
): Interval {
  if (high > low) return { low, high };
  const units = (scores: readonly ScoredClip[], anomalous: boolean) =>
    new Set(scores.filter((own) => own.anomalous === anomalous).map(({ clip }) => groupOf(clip))).size;
  const pairs = cells.map(({ scores }) => Math.min(units(scores, false), units(scores, true)));
  const reach = 1 - Math.pow(0.025, 1 / Math.min(...pairs));
  return { low: low - reach, high: high + reach };
}

/** Macro mean: the mean over categories of the mean AUROC over their cells, in [0, 1].
 * @throws {UsageError} As `macroAuroc`.
 * @example
 * ```ts
 * import { macroMean } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * const scores = [0, 1, 2, 3].map((k) => ({ clip: `c${k}`, score: k, anomalous: k > 1 }));
 * assertEquals(macroMean([{ category: "hug", scores }]), 1);
 * ```
 */
export function macroMean(categories: readonly CategoryScores[]): number {
  if (categories.length === 0) {
    throw new UsageError("Cannot average AUROC: expected at least one category, got none");
  }
  return weightedMean(categories.map(cellAuroc), cellWeights(categories));
}

/** Weight of each cell: one over the number of cells of its category, so that all categories have equal weight. */
function cellWeights(cells: readonly CategoryScores[]): Float64Array {
  const counts = new Map<string, number>();
  for (const { category } of cells) counts.set(category, (counts.get(category) ?? 0) + 1);
  return Float64Array.from(cells, ({ category }) => 1 / counts.get(category)!);
}

/** Weighted mean of the values that are not NaN; NaN if there is none. */
function weightedMean(values: readonly number[], weights: ArrayLike<number>): number {
  let sum = 0, total = 0;
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    sum += weights[i] * value;
    total += weights[i];
  });
  return sum / total;
}

/** Macro means of several lists of cells in each replicate of the bootstrap of `macroAuroc`, with the same draws for all: lists may be
 * detectors, or test sets, and their replicates can be subtracted. A list of scores that occurs in several lists is ranked once.
 * @returns For each list its macro mean in each replicate; NaN where no cell has both classes.
 * @throws {UsageError} If the number of replicates is not a positive integer.
 * @example
 * ```ts
 * import { macroReplicates } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * const scores = [0, 1, 2, 3].map((k) => ({ clip: `c${k}`, score: k, anomalous: k > 1 }));
 * const [a, b] = macroReplicates([[{ category: "hug", scores }], [{ category: "kick", scores }]], { seed: 0 });
 * assertEquals(a, b);
 * ```
 */
export function macroReplicates(
  lists: readonly (readonly CategoryScores[])[],
  options: BootstrapOptions,
): Float64Array[] {
  return lists.length === 0 ? [] : draw(lists, options).means;
}

/** The 95 % percentile interval of replicates, without those that are NaN. */
export function replicateInterval(replicates: Float64Array): Interval {
  return percentileInterval(replicates.filter((value) => !Number.isNaN(value)).sort());
}

/** Macro means of each list over the replicates, and the fraction of pairs of a replicate and a cell of the first list that were
 * skipped. */
function draw(
  lists: readonly (readonly CategoryScores[])[],
  { seed, replicates = 2000, groupOf = (clip: string) => clip }: BootstrapOptions,
): { means: Float64Array[]; skipped: number } {
  checkReplicates(replicates);
  const different = [...new Set(lists.flatMap((cells) => cells.map(({ scores }) => scores)))];
  const units = [...new Set(different.flatMap((scores) => scores.map(({ clip }) => groupOf(clip))))].sort();
  const unitIndex = new Map(units.map((unit, i) => [unit, i]));
  const sorted = different.map((scores) => sortScores(scores, (clip) => unitIndex.get(groupOf(clip))!));
  const lone = sorted.map(({ unit }) => unit.every((other) => other === unit[0]) ? unit[0] : undefined);
  const place = new Map(different.map((scores, i) => [scores, i]));
  const places = lists.map((cells) => cells.map(({ scores }) => place.get(scores)!));
  const random = new Random(seed), counts = new Float64Array(units.length), weights = lists.map(cellWeights);
  const means = lists.map(() => new Float64Array(replicates));
  let skipped = 0;
  for (let replicate = 0; replicate < replicates; replicate++) {
    counts.fill(0);
    for (let draw = 0; draw < units.length; draw++) counts[random.integer(units.length)]++;
    const areas = sorted.map((cell) => weightedArea(cell, counts));
    // Cells without a class in this replicate are skipped. Which ones depends on the clips, not on the detector.
    skipped += places[0].filter((i) => Number.isNaN(areas[i])).length;
    const times = lone.map((unit) => unit === undefined ? 1 : counts[unit]);
    places.forEach((own, k) => {
      const drawn = own.map((i, cell) => weights[k][cell] * times[i]);
      means[k][replicate] = weightedMean(own.map((i) => areas[i]), drawn);
    });
  }
  return { means, skipped: skipped / (replicates * lists[0].length) };
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

/** AUROC of sorted scores in which clip i counts `counts[unit[i]]` times; NaN if a class is empty. */
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
