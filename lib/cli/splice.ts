/**
 * `splice`: how well localisation works on recordings spliced from test clips.
 *
 * @module
 */
import { parseSplit } from "../data/split.ts";
import { makeManifest } from "../experiments/manifest.ts";
import type { Options } from "./args.ts";
import { DATA_FLAGS, DATA_OPTIONS, ENGINE_OPTIONS, seedOf } from "./data.ts";
import {
  engineName,
  openSourced,
  OUT_OPTIONS,
  runExperiment,
  SHARING_OPTIONS,
  type Summary,
  threadsOf,
  type Work,
} from "./experiment.ts";
import { detectorOf } from "./train.ts";
import type { Verb } from "./verb.ts";

/** Print frame AUROC and interval IoU on spliced recordings, one row per category. */
export const splice: Verb = {
  description: "Evaluate localisation on recordings spliced from test clips",
  options: {
    values: {
      ...DATA_OPTIONS,
      split: "fold:<number>, group:<names> or group:<fraction>",
      preset: "a preset that reads windows (window)",
      category: "only these categories, separated by commas",
      recordings: "spliced recordings a category (20)",
      alpha: "a frame is anomalous at p up to this (0.05)",
      seed: "seed of every random choice (0)",
      ...ENGINE_OPTIONS,
      ...SHARING_OPTIONS,
      ...OUT_OPTIONS,
    },
    flags: { ...DATA_FLAGS, json: "one JSON object a line" },
  },
  async run(options, start) {
    const summary = summaryOf(options.flag("json"));
    await runExperiment("splice", options, () => spliceWork(options), summary, start);
  },
};

async function spliceWork(options: Options): Promise<Work> {
  const seed = seedOf(options), threads = threadsOf(options), detector = detectorOf(options, "window");
  const recordings = options.integer("recordings", 20, 1, 100_000), alpha = options.fraction("alpha", 0.05);
  const split = options.required("split");
  parseSplit(split);
  const engine = await engineName(options, threads), { dataset, source } = await openSourced(options);
  const categories = options.list("category");
  const manifest = makeManifest({
    ...{
      kind: "splice",
      dataset,
      source,
      engine,
      threads,
      detectors: [detector],
      splits: [split],
      seeds: [seed],
    },
    ...{ splitSeed: seed, localization: { recordings, alpha, seed }, categories },
  });
  return { manifest, dataset };
}

const summaryOf = (asJson: boolean): Summary => (cells) => {
  const rows = cells.map(({ cell: { category }, localization }) => ({ category, ...localization! }));
  if (asJson) return { json: rows, table: rows.map((row) => JSON.stringify(row)).join("\n") };
  const width = Math.max(20, ...rows.map(({ category }) => category.length));
  const line = (name: string, frameAuroc: number, iou: number) =>
    `${name.padEnd(width)} frame AUROC ${frameAuroc.toFixed(3)}, interval IoU ${iou.toFixed(3)}`;
  const mean = (key: "frameAuroc" | "iou") => rows.reduce((sum, row) => sum + row[key], 0) / rows.length;
  const lines = rows.map((row) => line(row.category, row.frameAuroc, row.iou));
  return { json: rows, table: [...lines, line("mean", mean("frameAuroc"), mean("iou"))].join("\n") };
};
