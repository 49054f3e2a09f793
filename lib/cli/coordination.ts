/** `coordination`: how well detectors find what is wrong only between the people. */
import { COORDINATION_KINDS } from "../data/transforms/coordination.ts";
import { clipEstimator } from "../experiments/estimators.ts";
import { setTable } from "../experiments/score_table.ts";
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
import type { Verb } from "./verb.ts";

/** Print AUROC by what is wrong between the people, one row per detector. */
export const coordination: Verb = experimentVerb({
  kind: "coordination",
  example: '--data 0 --format synthetic --splits fold:5 --detectors "iadnet;knn-poses"',
  description: DESCRIPTIONS.coordination,
  values: {
    ...SPLIT_OPTION,
    ...DETECTOR_OPTIONS,
    ...CATEGORY_OPTION,
    seeds: "seeds of the fits, separated by commas (0,1,2)",
  },
  plan: (options) => ({ ...planOf("coordination", options), protocol: { kind: "coordination" } }),
  summarise(cells, manifest, dataset) {
    const { groups } = manifest.data, sourceOf = (clip: string) => clip.split("~")[0];
    const covers = "test clips, or groups of them where that is wider";
    const estimator = clipEstimator(covers, sourceOf, (clip) => groups[sourceOf(clip)]);
    const table = setTable(distinct(manifest, "detector"), COORDINATION_KINDS, cells, estimator);
    return tableResults(table, manifest, dataset);
  },
});
