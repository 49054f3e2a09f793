/** `compare`: one detector against others, usually every floor, over several splits and seeds, with paired intervals. */
import { FLOORS } from "../detectors/floors/floors.ts";
import { compareCells, renderComparison } from "../experiments/compare.ts";
import { experimentVerb, seedsOf } from "./experiment.ts";
import { detectorOf, refusePair } from "./train.ts";
import type { Verb } from "./verb.ts";

/** Compare the first detector with each other one. */
export const compare: Verb = experimentVerb({
  kind: "compare",
  description: "Compare detectors, or a preset with every floor, over splits and seeds",
  values: {
    splits: "splits, separated by semicolons (fold:1;fold:2;fold:3;fold:4;fold:5)",
    preset: "short for iadnet:preset=<name> against every floor (default)",
    detectors: "the detectors, separated by semicolons; the others are compared with the first",
    seeds: "seeds, separated by commas (0,1,2)",
  },
  flags: { json: "print one JSON list" },
  plan(options) {
    refusePair(options, "detectors");
    return {
      detectors: options.list("detectors", ";") ?? [detectorOf(options), ...FLOORS],
      splits: options.list("splits", ";") ?? [1, 2, 3, 4, 5].map((fold) => `fold:${fold}`),
      splitSeed: 0,
      seeds: seedsOf("compare", options, "0,1,2"),
      skipIncomplete: true,
    };
  },
  summarise(cells, manifest, dataset, options) {
    const distinct = (key: "detector" | "split" | "seed") => [
      ...new Set(manifest.cells.map((cell) => String(cell[key]))),
    ];
    const rows = compareCells(distinct("detector"), cells, manifest.data.groups);
    if (options.flag("json")) return { json: rows, table: JSON.stringify(rows) };
    const head =
      `${rows[0].detector}, splits ${distinct("split").join(", ")}, seeds ${distinct("seed").join(", ")}, ` +
      `${dataset.clips.length} clips of ${dataset.format}`;
    return { json: rows, table: `${head}\n\n${renderComparison(rows)}` };
  },
});
