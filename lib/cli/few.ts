/** `few`: detectors that learn from few clips of a category. */
import { UsageError } from "../core/errors.ts";
import { DRAW_ESTIMATOR } from "../experiments/estimators.ts";
import { shotTable } from "../experiments/score_table.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { experimentVerb } from "./experiment.ts";
import {
  CATEGORY_OPTION,
  DETECTOR_OPTIONS,
  distinct,
  planOf,
  SPLIT_OPTION,
  tableResults,
} from "./score_tables.ts";
import type { Options, Verb } from "./verb.ts";

/** Print AUROC by number of training clips, one row per detector. */
export const few: Verb = experimentVerb({
  kind: "few",
  example: '--data 0 --format synthetic --splits fold:5 --shots 1,4 --detectors "iadnet;knn-poses"',
  description: DESCRIPTIONS.few,
  values: {
    ...SPLIT_OPTION,
    ...DETECTOR_OPTIONS,
    ...CATEGORY_OPTION,
    shots: "numbers of training clips, separated by commas (1,2,4,8)",
    seeds: "seeds of the fits and of the draws of training clips, separated by commas (0,1,2)",
  },
  plan: (options) => ({ ...planOf("few", options), shots: shotsOf(options) }),
  summarise: (cells, manifest, dataset) =>
    tableResults(
      shotTable(distinct(manifest, "detector"), cells, DRAW_ESTIMATOR),
      manifest,
      dataset,
    ),
});

/** The option --shots.
 * @throws {UsageError} If they are not different integers from 1. */
function shotsOf(options: Options): number[] {
  const shots = (options.value("shots") ?? "1,2,4,8").split(",").map(Number);
  const areCounts = shots.every((count) => Number.isInteger(count) && count >= 1 && count <= 1e6);
  if (areCounts && new Set(shots).size === shots.length) return shots.sort((a, b) => a - b);
  throw new UsageError(
    `Cannot run few: --shots must be different integers from 1 to 1000000, got ${options.value("shots")}`,
  );
}
