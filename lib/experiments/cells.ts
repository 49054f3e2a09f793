/**
 * The cells of an experiment: detector x seed x split x category.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";
import type { Clip } from "../data/clip.ts";
import type { Dataset } from "../data/dataset.ts";
import { type Split, splitDataset } from "../data/split.ts";
import { describeDetector } from "../detectors/registry.ts";
import type { Cell } from "./cell.ts";

/** What cells are made from. */
export interface CellsRequest {
  readonly dataset: Dataset;
  /** The detectors as `createDetector` takes them. */
  readonly detectors: readonly string[];
  /** Names of the splits. */
  readonly splits: readonly string[];
  /** Seed of splits that are drawn. */
  readonly splitSeed: number;
  /** Seeds of detectors that are trained; a floor has the first one alone. */
  readonly seeds: readonly number[];
  /** All of the data set if absent. */
  readonly categories?: readonly string[];
  /** Leave out a category on a split that lacks clips of it, instead of refusing it. */
  readonly skipIncomplete?: boolean;
}

/** Make cells, each once.
 *
 * @throws {UsageError} If a detector, category or split is unknown, or a category lacks training or test clips.
 */
export function makeCells(request: CellsRequest): Cell[] {
  const { dataset, splitSeed, skipIncomplete = false, categories = dataset.categories } = request;
  const runnable = request.splits.map((name) => {
    const split = splitDataset(dataset, name, splitSeed);
    const isLeftOut = (category: string) =>
      skipIncomplete && dataset.categories.includes(category) && lacking(category, split) !== undefined;
    const own = categories.filter((category) => !isLeftOut(category));
    checkCategories(own, dataset, split);
    return { split: name, categories: own };
  });
  return [...new Set(request.detectors)].flatMap((detector) => {
    const isFloor = describeDetector(detector).status === "floor";
    const seeds = isFloor ? request.seeds.slice(0, 1) : request.seeds;
    return seeds.flatMap((seed) =>
      runnable.flatMap(({ split, categories }) =>
        categories.map((category): Cell => ({ detector, category, split, seed }))
      )
    );
  });
}

/** Check that each category can be run on a split: it has training clips, and normal and anomalous test clips.
 *
 * @throws {UsageError} If a category is unknown, named twice, or lacks clips.
 */
export function checkCategories(categories: readonly string[], dataset: Dataset, split: Split): void {
  for (const [i, category] of categories.entries()) {
    if (categories.indexOf(category) < i) {
      throw new UsageError(`Cannot run category ${category}: it is named twice`);
    }
    if (!dataset.categories.includes(category)) {
      throw new UsageError(
        `Cannot run category ${category}: expected one of ${dataset.categories.join(", ")}`,
      );
    }
    const lacks = lacking(category, split);
    if (lacks) throw new UsageError(`Cannot run category ${category}: split ${split.name} leaves ${lacks}`);
  }
}

/** What a split lacks of a category, in words; undefined if nothing. */
function lacking(category: string, { train, test }: Split): string | undefined {
  const count = (clips: readonly Clip[]) => clips.filter((clip) => clip.category === category).length;
  if (count(train) === 0) return "no training clip of it";
  const normal = count(test);
  return normal === 0 || normal === test.length ? "no normal or no anomalous test clip" : undefined;
}
