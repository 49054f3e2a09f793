/** What a user must know about the splits of a run. */
import { findDuplicates } from "../data/checks.ts";
import type { Dataset } from "../data/dataset.ts";
import { splitDataset } from "../data/split.ts";
import { incompleteCategories } from "../experiments/cell.ts";
import type { Protocol } from "../experiments/protocol.ts";
import { warn } from "./stderr.ts";

/** Warn of categories that are left out, and of recordings that are on both sides of a split.
 * @throws {UsageError} If a split is unknown, or one side of it is empty. */
export function warnOfSplits(
  dataset: Dataset,
  names: readonly string[],
  { splitSeed, protocol }: { readonly splitSeed: number; readonly protocol?: Protocol },
): void {
  if (protocol?.kind === "variations") return;
  const duplicates = findDuplicates(dataset.clips);
  for (const name of names) {
    const split = splitDataset(dataset, name, splitSeed), trained = new Set(split.train.map(({ id }) => id));
    const tested = new Set(split.test.map(({ id }) => id));
    for (const { reason } of incompleteCategories(dataset.categories, split, protocol)) warn(reason);
    for (const same of duplicates) {
      const [own, other] = [same.find((id) => trained.has(id)), same.find((id) => tested.has(id))];
      if (own !== undefined && other !== undefined) {
        warn(`The same recording is on both sides of ${name}: ${own} for training and ${other} for testing`);
      }
    }
  }
}
