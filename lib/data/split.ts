/**
 * Splits into training and test clips, by published fold or by group; and holding out part of the training clips.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import type { Clip } from "./clip.ts";
import type { Dataset } from "./dataset.ts";
import type { SplitSide } from "./source.ts";

/** Training and test clips, in the data set's order. */
export interface Split {
  /** What was asked for, such as `fold:5`. */
  readonly name: string;
  /** Clips to learn from. */
  readonly train: readonly Clip[];
  /** Clips to evaluate on; never used for any choice. */
  readonly test: readonly Clip[];
}

/** What a split's name asks for. */
export type SplitRequest =
  | { readonly kind: "fold"; readonly fold: number }
  | { readonly kind: "groups"; readonly groups: readonly string[] }
  | { readonly kind: "part"; readonly part: number }
  | { readonly kind: "published"; readonly name: string };

/** Names of splits that a data set may publish. */
export const PUBLISHED_SPLITS: readonly string[] = [
  "paper",
  "official",
  "group",
  "cross-subject",
  "cross-setup",
];

/** Understand a split's name without a data set: `fold:5`, `group:p01,p02`, `group:0.2` (a part of the groups), or one
 * of `PUBLISHED_SPLITS`.
 *
 * @throws {UsageError} If it is none of these.
 * @example
 * ```ts
 * import { parseSplit } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseSplit("group:p01,p02"), { kind: "groups", groups: ["p01", "p02"] });
 * ```
 */
export function parseSplit(name: string): SplitRequest {
  const [, kind, value] = /^(fold|group):(.+)$/s.exec(name) ?? [];
  if (kind === "fold" && /^\d{1,9}$/.test(value)) return { kind: "fold", fold: Number(value) };
  if (kind === "group" && /^0?\.\d+$/.test(value)) {
    if (Number(value) === 0) throw new UsageError(`Cannot split by ${name}: the part must be more than 0`);
    return { kind: "part", part: Number(value) };
  }
  if (kind === "group") return { kind: "groups", groups: value.split(",") };
  if (PUBLISHED_SPLITS.includes(name)) return { kind: "published", name };
  throw new UsageError(
    `Cannot split by "${name}": expected fold:<number>, group:<names>, group:<part>, ${
      PUBLISHED_SPLITS.join(", ")
    }`,
  );
}

/** Split a data set: `fold:K` tests on fold K; `group:a,b` tests on the groups a and b; `group:0.2` tests on that part of
 * the groups, drawn by `seed`; any other name is a split that the data set publishes. A group never stands on both sides
 * of a `group` split.
 *
 * @throws {UsageError} If the split is not understood or not published, or one side would be empty.
 * @example
 * ```ts
 * import { splitDataset, syntheticDataset } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const dataset = syntheticDataset({ seed: 0, clipsPerCategory: 10, categories: ["hug", "kick"] });
 * const { train, test } = splitDataset(dataset, "fold:5", 0);
 * assertEquals(train.length + test.length, 20);
 * ```
 */
export function splitDataset(dataset: Dataset, name: string, seed: number): Split {
  const request = parseSplit(name);
  let isTest: (clip: Clip) => boolean, isTrain = (clip: Clip) => !isTest(clip);
  if (request.kind === "fold") {
    const { fold } = request, known = [...new Set(dataset.folds.values())].sort((a, b) => a - b);
    if (!known.includes(fold)) {
      throw new UsageError(`Cannot split by fold ${fold}: known are ${known.join(", ")}`);
    }
    isTest = (clip) => dataset.folds.get(clip.id) === fold;
  } else if (request.kind === "published") {
    const sides = publishedSplit(dataset, request.name);
    isTest = (clip) => sides.get(clip.id) === "test";
    isTrain = (clip) => sides.get(clip.id) === "train";
  } else {
    const groups = chooseGroups(dataset, request, seed);
    isTest = (clip) => groups.has(clip.group);
  }
  const train = dataset.clips.filter(isTrain), test = dataset.clips.filter(isTest);
  if (train.length === 0 || test.length === 0) {
    throw new UsageError(`Cannot split by ${name}: ${train.length} training and ${test.length} test clips`);
  }
  return { name, train, test };
}

function publishedSplit(
  { format, splits = new Map() }: Dataset,
  name: string,
): ReadonlyMap<string, SplitSide> {
  const split = splits.get(name);
  if (split) return split;
  const known = [...splits.keys()].join(", ") || "none";
  throw new UsageError(`Cannot split by ${name}: ${format} publishes no such split, known are ${known}`);
}

function chooseGroups(
  dataset: Dataset,
  request: Extract<SplitRequest, { kind: "groups" | "part" }>,
  seed: number,
): Set<string> {
  const known = [...new Set(dataset.clips.map((clip) => clip.group))].sort();
  if (request.kind === "part") {
    return new Set(
      new Random(seed).shuffle(known).slice(0, Math.max(1, Math.round(known.length * request.part))),
    );
  }
  const unknown = request.groups.find((group) => !known.includes(group));
  if (unknown !== undefined) {
    throw new UsageError(`Cannot split by group ${unknown}: known are ${known.join(", ")}`);
  }
  return new Set(request.groups);
}

/** Hold out about `part` of the clips, whole groups where there are at least three: [kept, held out]. Neither is empty
 * unless there is only one clip, which is then kept. The choice depends on the seed and the ids, not on the clips' order.
 *
 * @param part About how much to hold out, between 0 and 1. Whole groups may come to more.
 * @throws {UsageError} If the part is not between 0 and 1.
 * @example
 * ```ts
 * import { generateDataset, holdOut } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const clips = generateDataset({ seed: 0, clipsPerCategory: 10, categories: ["hug"] });
 * const [kept, held] = holdOut(clips, 0.2, 0);
 * assertEquals(kept.length + held.length, 10);
 * ```
 */
export function holdOut(clips: readonly Clip[], part: number, seed: number): [Clip[], Clip[]] {
  if (!(part > 0 && part < 1)) {
    throw new UsageError(`Cannot hold out clips: the part must be between 0 and 1, got ${part}`);
  }
  const groups = [...new Set(clips.map((clip) => clip.group))].sort();
  const byGroup = groups.length >= 3;
  const units = byGroup ? groups : clips.map((clip) => clip.id).sort();
  const size = (unit: string) => byGroup ? clips.filter((clip) => clip.group === unit).length : 1;
  const held = new Set<string>();
  let count = 0;
  for (const unit of new Random(seed).shuffle(units)) {
    if (count >= part * clips.length || held.size === units.length - 1) break;
    held.add(unit);
    count += size(unit);
  }
  const isHeld = (clip: Clip) => held.has(byGroup ? clip.group : clip.id);
  return [clips.filter((clip) => !isHeld(clip)), clips.filter(isHeld)];
}

/** Folds for calibration: each clip is held out once, whole groups where there are enough. `[kept, held out]` each.
 * With fewer than two units, or `count` 0, there are no folds. */
export function holdOutFolds(clips: readonly Clip[], count: number, seed: number): [Clip[], Clip[]][] {
  const groups = [...new Set(clips.map((clip) => clip.group))].sort();
  const byGroup = groups.length >= 3;
  const units = new Random(seed).shuffle(byGroup ? groups : clips.map((clip) => clip.id));
  const folds = Math.min(count, units.length);
  if (folds < 2) return [];
  const foldOf = new Map(units.map((unit, i) => [unit, i % folds]));
  return Array.from({ length: folds }, (_, fold) => {
    const isHeld = (clip: Clip) => foldOf.get(byGroup ? clip.group : clip.id) === fold;
    return [clips.filter((clip) => !isHeld(clip)), clips.filter(isHeld)];
  });
}
