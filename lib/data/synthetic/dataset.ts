/**
 * Synthetic interactions as a data set.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { UsageError } from "../../core/errors.ts";
import { categoriesOf, type Dataset } from "../dataset.ts";
import { foldsByGroup } from "../split.ts";
import { generateDataset, type SyntheticOptions } from "./mod.ts";

/** Generate synthetic interactions as a data set, with 5 folds by group.
 *
 * @throws {UsageError} If a category is unknown.
 */
export function syntheticDataset(options: SyntheticOptions): Dataset {
  const clips = generateDataset(options);
  const hash = createHash("sha256").update(JSON.stringify(options));
  for (const clip of clips) hash.update(clip.x).update(clip.y);
  return {
    format: "synthetic",
    clips,
    folds: foldsByGroup(clips),
    skipped: [],
    hash: hash.digest("hex"),
    categories: categoriesOf(clips),
  };
}

/** The format `synthetic`: all categories, generated from a seed.
 *
 * @throws {UsageError} If the seed is not an integer.
 */
export function openSynthetic(seed: string): Dataset {
  if (Number.isInteger(Number(seed))) return syntheticDataset({ seed: Number(seed) });
  throw new UsageError(`Cannot generate clips: the seed must be an integer, got ${seed}`);
}
