/** Splits into training and test clips, by published fold or by group, and held-out training clips. */
import { UsageError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { balancedFolds } from "./balanced_folds.ts";
import type { Clip } from "./clip.ts";
import type { Dataset } from "./dataset.ts";
import type { SplitSide } from "./clip_source.ts";
import { recordingOf } from "./transforms/windows.ts";

/** Training and test clips, in the data set's order. */
export interface Split {
  /** Name of the split, such as `fold:5`. */
  readonly name: string;
  /** Clips to train on. */
  readonly train: readonly Clip[];
  /** Clips to evaluate on; never used for any choice. */
  readonly test: readonly Clip[];
}

/** Meaning of a split's name. */
export type SplitRequest =
  | { readonly kind: "fold"; readonly fold: number; readonly folds?: number }
  | { readonly kind: "groups"; readonly groups: readonly string[] }
  | { readonly kind: "fraction"; readonly fraction: number }
  | { readonly kind: "each-group" }
  | { readonly kind: "published"; readonly name: string };

/** Names of the splits that data sets publish. */
export const PUBLISHED_SPLITS: readonly string[] = [
  "paper",
  "official",
  "group",
  "cross-subject",
  "cross-setup",
];

/** Name that stands for one split per group. */
const EACH_GROUP = "leave-one-group-out";

/** Names of splits, for the help. */
export const SPLIT_NAMES: string =
  `fold:<number>, fold:<k>/<n>, group:<names>, group:<fraction>, ${EACH_GROUP}, ${
    PUBLISHED_SPLITS.join(", ")
  }`;

/** Parse a split's name without a data set: `fold:5`, `fold:2/10` (of 10 folds), `group:p01,p02`, `group:0.2` (a fraction of the
 * groups), `leave-one-group-out`, or one of `PUBLISHED_SPLITS`.
 * @throws {UsageError} If it is none of these.
 * @example
 * ```ts
 * import { parseSplit } from "@lab/iadnet/data";
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseSplit("group:p01,p02"), { kind: "groups", groups: ["p01", "p02"] });
 * ```
 */
export function parseSplit(name: string): SplitRequest {
  const [, kind, value] = /^(fold|group):(.+)$/s.exec(name) ?? [];
  if (kind === "fold" && /^\d{1,9}$/.test(value)) return { kind: "fold", fold: Number(value) };
  if (kind === "fold" && /^\d{1,9}\/\d{1,9}$/.test(value)) {
    const [fold, folds] = value.split("/").map(Number);
    if (fold >= 1 && fold <= folds && folds >= 2) return { kind: "fold", fold, folds };
    throw new UsageError(
      `Cannot split by ${name}: expected fold:<k>/<n> with k from 1 to n, and n at least 2`,
    );
  }
  if (kind === "group" && /^0?\.\d+$/.test(value)) {
    if (Number(value) === 0) {
      throw new UsageError(`Cannot split by ${name}: the fraction must be more than 0`);
    }
    return { kind: "fraction", fraction: Number(value) };
  }
  if (kind === "group") return { kind: "groups", groups: value.split(",") };
  if (name === EACH_GROUP) return { kind: "each-group" };
  if (PUBLISHED_SPLITS.includes(name)) return { kind: "published", name };
  throw new UsageError(`Cannot split by "${name}": expected ${SPLIT_NAMES}`);
}

/** Names of the splits that a name stands for: `group:<name>` of each group for `leave-one-group-out`, else the name itself.
 * @throws {UsageError} If the name is not that of a split, or there is only one group to leave out.
 * @example
 * ```ts
 * import { syntheticDataset } from "@lab/iadnet";
 * import { expandSplit } from "@lab/iadnet/data";
 * import { assertEquals } from "@std/assert";
 * const dataset = syntheticDataset({ seed: 0, clipsPerCategory: 4, groups: 2, categories: ["hug", "kick"] });
 * assertEquals(expandSplit(dataset, "leave-one-group-out").length, 2);
 * ```
 */
export function expandSplit({ clips }: Pick<Dataset, "clips">, name: string): string[] {
  if (parseSplit(name).kind !== "each-group") return [name];
  const groups = groupsOf(clips);
  if (groups.length > 1) return groups.map((group) => `group:${group}`);
  throw new UsageError(`Cannot split by ${name}: all clips are of group ${groups[0]}`);
}

/** Split a data set:
 *
 * - `fold:K` tests on fold K of the data set's own folds;
 * - `fold:K/N` tests on fold K of N folds of whole groups, balanced by category;
 * - `group:a,b` tests on the groups a and b, and `group:0.2` on that fraction of the groups, drawn by `seed`; a name that is that of
 *   a group as a whole means this group;
 * - any other name is a split that the data set publishes.
 *
 * A group is never on both sides of a split of the second and third kind. `leave-one-group-out` is as many splits as there are groups:
 * `expandSplit` names them.
 * @throws {UsageError} If the name is not that of one split, the split is not published, or one side would be empty.
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
  const sideOf = sidesOf(dataset, readRequest(dataset, name), seed);
  const train = dataset.clips.filter((clip) => sideOf(clip) === "train");
  const test = dataset.clips.filter((clip) => sideOf(clip) === "test");
  if (train.length > 0 && test.length > 0) return { name, train, test };
  throw new UsageError(`Cannot split by ${name}: ${train.length} training and ${test.length} test clips`);
}

/** The meaning of a split's name for a data set, whose groups may have any name, such as `0.2` or `a,b`. */
function readRequest({ clips }: Dataset, name: string): Exclude<SplitRequest, { kind: "each-group" }> {
  const request = parseSplit(name), own = name.slice("group:".length);
  if (request.kind === "each-group") {
    throw new UsageError(`Cannot split by ${name}: it stands for one split per group, expected one of them`);
  }
  const isGroup = name.startsWith("group:") && clips.some(({ group }) => group === own);
  return isGroup ? { kind: "groups", groups: [own] } : request;
}

/** The side of a split on which each clip is, if any. */
function sidesOf(
  { clips, folds, format, splits = new Map() }: Dataset,
  request: Exclude<SplitRequest, { kind: "each-group" }>,
  seed: number,
): (clip: Clip) => SplitSide | undefined {
  const refuse = (what: string, known: readonly unknown[]) =>
    new UsageError(`Cannot split by ${what} known are ${known.join(", ") || "none"}`);
  if (request.kind === "published") {
    const sides = splits.get(request.name);
    if (sides) return ({ id }) => sides.get(id);
    throw refuse(`${request.name}: ${format} publishes no such split,`, [...splits.keys()]);
  }
  if (request.kind === "fold" && request.folds !== undefined) {
    const { fold, folds } = request, count = groupsOf(clips).length;
    if (folds > count) {
      throw new UsageError(
        `Cannot split by fold:${fold}/${folds}: ${count} groups give at most ${count} folds`,
      );
    }
    const foldOf = balancedFolds(clips, folds);
    return ({ group }) => foldOf.get(group) === fold ? "test" : "train";
  }
  if (request.kind === "fold") {
    const { fold } = request, known = [...new Set(folds.values())].sort((a, b) => a - b);
    if (known.includes(fold)) return ({ id }) => folds.get(id) === fold ? "test" : "train";
    throw refuse(`fold ${fold}:`, known);
  }
  const known = groupsOf(clips);
  const groups = request.kind === "groups"
    ? request.groups
    : new Random(seed).shuffle(known).slice(0, Math.max(1, Math.round(known.length * request.fraction)));
  const unknown = groups.find((group) => !known.includes(group));
  if (unknown !== undefined) throw refuse(`group ${unknown}:`, known);
  const tested = new Set(groups);
  return ({ group }) => tested.has(group) ? "test" : "train";
}

function groupsOf(clips: readonly Pick<Clip, "group">[]): string[] {
  return [...new Set(clips.map(({ group }) => group))].sort();
}

/** Five folds of whole groups: the groups, sorted, are dealt out one by one. */
export function foldsByGroup(clips: readonly Pick<Clip, "id" | "group">[]): Map<string, number> {
  const groups = groupsOf(clips);
  const fold = new Map(groups.map((group, i) => [group, i % 5 + 1]));
  return new Map(clips.map((clip) => [clip.id, fold.get(clip.group)!]));
}

/** Clips from which calibration has the asked number of folds; fewer clips have more folds. */
const MANY = 30;

/** Folds for calibration: each clip is held out once. `[kept, held out]` each.
 *
 * - Fewer than 30 clips have more folds, so that a fold's model is trained on nearly all clips: as many as cost what `count` folds of
 *   30 clips cost, at most one for each unit, which is leave-one-out.
 * - From three groups on, the units are whole groups, so that a model never saw the people that it is tested on; there are at most as
 *   many folds as groups. With one or two groups the units are recordings, which are clips or all windows of one: the p-values then
 *   hold for new recordings of the same people, not for new people.
 * @param count Folds of 30 or more clips; 0 or 1 = no folds.
 * @returns No folds with fewer than two units. */
export function holdOutFolds(clips: readonly Clip[], count: number, seed: number): [Clip[], Clip[]][] {
  const groups = groupsOf(clips);
  const unitOf = ({ id, group }: Clip) => groups.length >= 3 ? group : recordingOf(id);
  const units = new Random(seed).shuffle(groups.length >= 3 ? groups : [...new Set(clips.map(unitOf))]);
  const folds = Math.min(units.length, Math.max(count, Math.round(count * MANY / clips.length)));
  if (count < 2 || folds < 2) return [];
  const foldOf = new Map(units.map((unit, i) => [unit, i % folds]));
  return Array.from({ length: folds }, (_, fold) => {
    const isHeld = (clip: Clip) => foldOf.get(unitOf(clip)) === fold;
    return [clips.filter((clip) => !isHeld(clip)), clips.filter(isHeld)];
  });
}
