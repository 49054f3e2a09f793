/** Trials: the clips that a cell trains on, and those that its fitted detector is evaluated on. */
import { UsageError } from "../core/errors.ts";
import { hashSeed, Random } from "../core/random.ts";
import type { Clip } from "../data/clip.ts";
import type { Split } from "../data/split.ts";
import { generateDataset } from "../data/synthetic/mod.ts";
import { generateVariations } from "../data/synthetic/variation_set.ts";
import { COORDINATION_KINDS, coordinationClips } from "../data/transforms/coordination.ts";
import type { Cell } from "./cell.ts";
import type { Protocol, VariationTest } from "./protocol.ts";

/** Clips of a cell. */
export interface Trial {
  /** Training clips, all of the cell's category. */
  readonly train: readonly Clip[];
  /** Test clips, each once. */
  readonly test: readonly Clip[];
  /** Whether each test clip is anomalous. */
  readonly anomalous: readonly boolean[];
  /** Test sets by name, each as indices of test clips; one of all test clips if absent. */
  readonly sets?: Readonly<Record<string, readonly number[]>>;
}

/** The clips of a category on a split: other categories are anomalous. */
export function splitTrial({ train, test }: Split, category: string): Trial {
  const isNormal = (clip: Clip) => clip.category === category;
  return { train: train.filter(isNormal), test, anomalous: test.map((clip) => !isNormal(clip)) };
}

/** The clips of a cell.
 * @param split The cell's split, or all clips as training clips where the protocol generates the test clips.
 * @param seed Seed of the choices in making coordination clips. */
export function trialOf(cell: Cell, split: Split, protocol: Protocol | undefined, seed: number): Trial {
  const { category, shots } = cell, { train, test, anomalous } = splitTrial(split, category);
  if (protocol?.kind === "coordination") {
    const normals = test.filter((_, i) => !anomalous[i]);
    return {
      train,
      ...joinSets(COORDINATION_KINDS.map((kind) => [kind, coordinationClips(normals, kind, seed)])),
    };
  }
  if (protocol?.kind === "variations") return { train, ...variationSets(category, protocol) };
  return { train: shots === undefined ? train : drawShots(train, cell, shots), test, anomalous };
}

/** Training clips drawn by the cell's seed. Fewer of them are some of more. */
function drawShots(train: readonly Clip[], { category, split, seed }: Cell, shots: number): Clip[] {
  if (train.length < shots) {
    throw new UsageError(`Cannot draw ${shots} clips of ${category}: split ${split} has ${train.length}`);
  }
  return new Random(hashSeed(seed, `${split} ${category}`)).shuffle(train).slice(0, shots);
}

/** A clip and its variations have the same circumstances, which no training clip has; the people are those of the training clips. */
function variationSets(category: string, { seed, normals, anomalies, noise }: VariationTest) {
  const options = { seed: hashSeed(seed, "test"), noise };
  const normal = generateDataset({ ...options, clipsPerCategory: normals, categories: [category] });
  const varied = generateVariations({ ...options, category, clipsPerVariation: anomalies });
  const byVariation = Map.groupBy(varied, ({ variation }) => variation);
  return joinSets([...byVariation].map(([variation, own]) => [
    variation,
    { normal, anomalous: own.map(({ clip }) => clip) },
  ]));
}

type TestSet = Record<"normal" | "anomalous", readonly Clip[]>;

/** Test sets in one list of clips, so that a clip of several sets is scored once. A set without a normal or an anomalous clip is left
 * out. */
function joinSets(named: readonly (readonly [string, TestSet])[]): Omit<Trial, "train"> {
  const index = new Map<string, number>(), test: Clip[] = [], anomalous: boolean[] = [];
  const add = (clip: Clip, isAnomalous: boolean) => {
    const known = index.get(clip.id);
    if (known !== undefined) return known;
    index.set(clip.id, test.length);
    anomalous.push(isAnomalous);
    return test.push(clip) - 1;
  };
  const whole = named.filter(([, set]) => set.normal.length > 0 && set.anomalous.length > 0);
  const sets = whole.map(([name, set]) => [
    name,
    [...set.normal.map((clip) => add(clip, false)), ...set.anomalous.map((clip) => add(clip, true))],
  ]);
  return { test, anomalous, sets: Object.fromEntries(sets) };
}
