/**
 * One preset against the floors over folds and seeds, with paired intervals.
 *
 * @module
 */
import { createFloor, FLOORS } from "../detectors/floors/floors.ts";
import type { Clip } from "../data/clip.ts";
import type { Dataset } from "../data/dataset.ts";
import { splitDataset } from "../data/split.ts";
import type { Detector } from "../detectors/detector.ts";
import type { OpenEngine } from "../engine/engine.ts";
import { IADNet } from "../detectors/iadnet/detector.ts";
import { type CategoryScores, macroAuroc, macroDifference } from "../metrics/macro.ts";
import type { Preset } from "../detectors/iadnet/presets.ts";
import { scoreAll } from "./evaluate.ts";

/** What to compare. */
export interface Comparison {
  /** The data set. */
  readonly dataset: Dataset;
  /** Names of the splits, such as `fold:1`. */
  readonly splits: readonly string[];
  /** Seeds of the preset. The floors have none. */
  readonly seeds: readonly number[];
  /** The preset. */
  readonly preset: Preset;
  /** Called before each fit. */
  readonly onCell?: (detector: string, split: string, category: string, seed: number) => void;
}

/** One detector of a comparison. */
export interface ComparedDetector {
  /** `iadnet`, or the floor's name. */
  readonly detector: string;
  /** Mean AUROC over all cells (splits x categories x seeds), and its bootstrap interval over groups of test clips. */
  readonly auroc: number;
  /** 95 % interval. */
  readonly ci: readonly [number, number];
  /** Mean AUROC of each seed; one value for a floor. */
  readonly seeds: readonly number[];
  /** The preset's mean less this one's; absent for the preset itself. */
  readonly difference?: { readonly value: number; readonly ci: readonly [number, number] };
}

/** Fit and score the preset and every floor in every cell; the preset first, then the floors by AUROC. */
export async function compare(comparison: Comparison, engine: OpenEngine): Promise<ComparedDetector[]> {
  const { dataset, seeds, preset, splits, onCell } = comparison;
  const groups = new Map(dataset.clips.map((clip) => [clip.id, clip.group]));
  const bootstrap = { seed: 0, groupOf: (clip: string) => groups.get(clip)! };
  const cells = async (name: string, make: () => Detector, seed: number) => {
    const out: CategoryScores[] = [];
    for (const splitName of splits) {
      const { train, test } = splitDataset(dataset, splitName, 0);
      for (const category of dataset.categories) {
        const isNormal = (clip: Clip) => clip.category === category;
        if (!test.some(isNormal) || test.every(isNormal)) continue;
        onCell?.(name, splitName, category, seed);
        const detector = make();
        await detector.fit(train.filter(isNormal), { seed });
        out.push({ category, scores: await scoreAll(detector, test, category) });
      }
    }
    return out;
  };
  const own: CategoryScores[][] = [];
  for (const seed of seeds) own.push(await cells("iadnet", () => new IADNet({ preset, engine }), seed));
  const describe = (detector: string, bySeed: readonly CategoryScores[][]) => {
    const { auroc, ci } = macroAuroc(bySeed.flat(), bootstrap);
    const each = bySeed.map((scores) => macroAuroc(scores, { ...bootstrap, replicates: 1 }).auroc);
    return { detector, auroc, ci: [ci.low, ci.high] as const, seeds: each };
  };
  const floors: ComparedDetector[] = [];
  for (const name of FLOORS) {
    const scores = await cells(name, () => createFloor(name, { calibrationFolds: 0 }), 0);
    const repeated = seeds.flatMap(() => scores);
    const { difference, ci } = macroDifference(own.flat(), repeated, bootstrap);
    floors.push({ ...describe(name, [scores]), difference: { value: difference, ci: [ci.low, ci.high] } });
  }
  return [describe("iadnet", own), ...floors.sort((a, b) => b.auroc - a.auroc)];
}
