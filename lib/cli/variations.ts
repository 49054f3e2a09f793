/** `variations`: how well detectors find subtle variations of generated interactions. */
import { UsageError } from "../core/errors.ts";
import { SYNTHETIC_CATEGORIES } from "../data/synthetic/scripts.ts";
import { VARIATIONS, variationsOf } from "../data/synthetic/variations.ts";
import { clipEstimator } from "../experiments/estimators.ts";
import { setTable } from "../experiments/score_table.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { seedOf } from "./data.ts";
import { experimentVerb, seedsOf } from "./experiment.ts";
import { CATEGORY_OPTION, DETECTOR_OPTIONS, detectorsOf, distinct, tableResults } from "./score_tables.ts";
import type { Options, Verb } from "./verb.ts";

/** Print AUROC by variation, one row per detector. */
export const variations: Verb = experimentVerb({
  kind: "variations",
  example: '--category hug,kick --detectors "iadnet;knn-poses"',
  description: DESCRIPTIONS.variations,
  values: {
    seed: "seed of the clips (0)",
    ...DETECTOR_OPTIONS,
    ...CATEGORY_OPTION,
    train: "normal training clips of each category (160)",
    normals: "normal test clips of each category (40)",
    anomalies: "test clips of each variation (24)",
    noise: "standard deviation of the sensor's noise, metres, above 0 and below 1 (0.01)",
    seeds: "seeds of the fits, separated by commas (0)",
  },
  isGenerated: true,
  plan(options) {
    const seed = seedOf(options), noise = options.fraction("noise") ?? 0.01;
    const count = (name: string, fallback: number) => options.integer(name, fallback, 1, 10_000);
    return {
      source: {
        synthetic: { seed, clipsPerCategory: count("train", 160), categories: categoriesOf(options), noise },
      },
      detectors: detectorsOf(options),
      splits: [],
      splitSeed: 0,
      seeds: seedsOf("variations", options, "0"),
      protocol: {
        kind: "variations",
        example: '--category hug,kick --detectors "iadnet;knn-poses"',
        ...{ seed, normals: count("normals", 40), anomalies: count("anomalies", 24), noise },
      },
    };
  },
  summarise(cells, manifest, dataset) {
    const estimator = clipEstimator("test clips, each with its variations", (clip) => clip.split("~")[0]);
    const table = setTable(distinct(manifest, "detector"), VARIATIONS, cells, estimator);
    return tableResults(table, manifest, dataset);
  },
});

/** Categories to generate: all that have variations if the options name none.
 * @throws {UsageError} If one has no variation. */
function categoriesOf(options: Options): string[] {
  const known = SYNTHETIC_CATEGORIES.filter((category) => variationsOf(category).length > 0);
  const categories = options.names("category", known) ?? known;
  const other = categories.find((category) => !known.includes(category));
  if (other === undefined) return [...categories];
  throw new UsageError(`Cannot vary ${other}: categories with variations are ${known.join(", ")}`);
}
