/**
 * `compare`: a detector against others, usually every floor, over several splits and seeds, with paired intervals.
 *
 * @module
 */
import { parseSplit } from "../data/split.ts";
import { FLOORS } from "../detectors/floors/floors.ts";
import { describeDetector } from "../detectors/registry.ts";
import { compareCells, renderComparison } from "../experiments/compare.ts";
import { makeManifest } from "../experiments/manifest.ts";
import type { Options } from "./args.ts";
import { DATA_FLAGS, DATA_OPTIONS, ENGINE_OPTIONS } from "./data.ts";
import {
  engineName,
  openSourced,
  OUT_OPTIONS,
  runExperiment,
  seedsOf,
  SHARING_OPTIONS,
  type Summary,
  threadsOf,
  type Work,
} from "./experiment.ts";
import { detectorOf } from "./train.ts";
import type { Verb } from "./verb.ts";

/** Compare detectors, the first with each other one. */
export const compare: Verb = {
  description: "Compare detectors, or a preset with every floor, over splits and seeds",
  options: {
    values: {
      ...DATA_OPTIONS,
      splits: "splits, separated by semicolons (fold:1;fold:2;fold:3;fold:4;fold:5)",
      preset: "short for iadnet:preset=<name> against every floor (default)",
      detectors: "the detectors, separated by semicolons; the others are compared with the first",
      seeds: "seeds, separated by commas (0,1,2)",
      ...ENGINE_OPTIONS,
      ...SHARING_OPTIONS,
      ...OUT_OPTIONS,
    },
    flags: { ...DATA_FLAGS, json: "one JSON list" },
  },
  async run(options, start) {
    const summary = summaryOf(options.flag("json"));
    await runExperiment("compare", options, () => compareWork(options), summary, start);
  },
};

async function compareWork(options: Options): Promise<Work> {
  const detectors = options.list("detectors", ";") ?? [detectorOf(options), ...FLOORS];
  for (const detector of detectors) describeDetector(detector);
  const splits = options.list("splits", ";") ?? [1, 2, 3, 4, 5].map((fold) => `fold:${fold}`);
  for (const split of splits) parseSplit(split);
  const seeds = seedsOf("compare", options, "0,1,2"), threads = threadsOf(options);
  const engine = await engineName(options, threads), { dataset, source } = await openSourced(options);
  const manifest = makeManifest({
    ...{ kind: "compare", dataset, source, engine, threads, detectors, splits, seeds },
    splitSeed: 0,
    skipIncomplete: true,
  });
  return { manifest, dataset };
}

const summaryOf = (asJson: boolean): Summary => (cells, { cells: all, data }, dataset) => {
  const distinct = <T>(values: readonly T[]) => [...new Set(values)];
  const rows = compareCells(distinct(all.map(({ detector }) => detector)), cells, data.groups);
  if (asJson) return { json: rows, table: JSON.stringify(rows) };
  const splits = distinct(all.map(({ split }) => split)), seeds = distinct(all.map(({ seed }) => seed));
  const head = `${rows[0].detector}, splits ${splits.join(", ")}, seeds ${seeds.join(", ")}, ` +
    `${dataset.clips.length} clips of ${dataset.format}`;
  return { json: rows, table: `${head}\n\n${renderComparison(rows)}` };
};
