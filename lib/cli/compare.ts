/** `compare`: one detector against others, usually every floor, over several splits and seeds, with paired intervals. */
import { compareCells, renderComparison } from "../experiments/compare.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { experimentVerb } from "./experiment.ts";
import { DETECTOR_OPTIONS, distinct, planOf, SPLIT_OPTION } from "./score_tables.ts";
import type { Verb } from "./verb.ts";

/** Compare the first detector with each other one. */
export const compare: Verb = experimentVerb({
  kind: "compare",
  example: '--data ../shared/data/sbu --format sbu --detectors "iadnet;stg-nf;knn-poses" --seeds 0',
  description: DESCRIPTIONS.compare,
  values: {
    ...SPLIT_OPTION,
    ...DETECTOR_OPTIONS,
    seeds: "seeds, separated by commas (0,1,2)",
  },
  plan: (options) => planOf("compare", options),
  summarise(cells, manifest, dataset) {
    const rows = compareCells(distinct(manifest, "detector"), cells, manifest.data.groups);
    const splits = distinct(manifest, "split").join(", "), seeds = distinct(manifest, "seed").join(", ");
    const head = `${rows[0].detector}, splits ${splits}, seeds ${seeds}, ` +
      `${dataset.clips.length} clips of ${dataset.format}`;
    return { json: rows, table: `${head}\n\n${renderComparison(rows)}` };
  },
});
