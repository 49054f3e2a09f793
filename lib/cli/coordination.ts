/** `coordination`: how well detectors find what is wrong only between the people. */
import { COORDINATION_KINDS } from "../data/transforms/coordination.ts";
import { clipEstimator } from "../experiments/estimators.ts";
import { setTable } from "../experiments/score_table.ts";
import { experimentVerb, seedsOf } from "./experiment.ts";
import { DETECTOR_OPTIONS, detectorsOf, distinct, splitsOf, tableResults } from "./score_tables.ts";
import type { Verb } from "./verb.ts";

/** Print AUROC by what is wrong between the people, one row per detector. */
export const coordination: Verb = experimentVerb({
  kind: "coordination",
  description:
    "Compare detectors on clips that are wrong only between the people, made from normal test clips, " +
    'such as --data 0 --format synthetic --splits fold:5 --detectors "iadnet;knn-poses"',
  values: {
    splits: "splits, separated by semicolons (fold:1;fold:2;fold:3;fold:4;fold:5)",
    ...DETECTOR_OPTIONS,
    seeds: "seeds of the fits, separated by commas (0,1,2)",
  },
  flags: { json: "print one JSON object" },
  plan: (options) => ({
    detectors: detectorsOf(options),
    splits: splitsOf(options),
    splitSeed: 0,
    seeds: seedsOf("coordination", options, "0,1,2"),
    skipIncomplete: true,
    protocol: { kind: "coordination" },
  }),
  summarise(cells, manifest, dataset, options) {
    const { groups } = manifest.data, sourceOf = (clip: string) => clip.split("~")[0];
    const covers = "test clips, or groups of them where that is wider";
    const estimator = clipEstimator(covers, sourceOf, (clip) => groups[sourceOf(clip)]);
    const table = setTable(distinct(manifest, "detector"), COORDINATION_KINDS, cells, estimator);
    return tableResults(table, manifest, dataset, options);
  },
});
