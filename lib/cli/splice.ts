/** `splice`: how well localisation works on recordings spliced from test clips. */
import { mean } from "../metrics/statistics.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { seedOf } from "./data.ts";
import { experimentVerb } from "./experiment.ts";
import { detectorOf } from "./train.ts";
import type { Verb } from "./verb.ts";

/** Print frame AUROC and interval IoU on spliced recordings, one row per category. */
export const splice: Verb = experimentVerb({
  kind: "splice",
  example: "--data ../shared/data/sbu --format sbu --split fold:5",
  description: DESCRIPTIONS.splice,
  values: {
    split: "fold:<number>, group:<names> or group:<fraction>",
    detector: "an IADNet whose preset reads windows (iadnet:preset=window)",
    preset: "short for --detector iadnet:preset=<name> (window)",
    category: "only these categories, separated by commas (all)",
    recordings: "spliced recordings per category (20)",
    alpha: "a frame is anomalous at p-values up to this (0.05)",
    seed: "seed of every random choice (0)",
  },
  flags: { json: "print one JSON object per line" },
  required: { data: ["resume"], format: ["resume"], split: ["resume"] },
  plan(options) {
    const seed = seedOf(options), recordings = options.integer("recordings", 20, 1, 100_000);
    return {
      detectors: [detectorOf(options, "window")],
      splits: [options.required("split")],
      splitSeed: seed,
      seeds: [seed],
      protocol: { kind: "localization", recordings, alpha: options.fraction("alpha") ?? 0.05, seed },
    };
  },
  summarise(cells, { protocol }) {
    const rows = cells.map(({ cell: { category }, localization }) => ({ category, ...localization! }));
    const width = Math.max(20, ...rows.map(({ category }) => category.length));
    const line = (name: string, { frameAuroc, iou }: { frameAuroc: number; iou: number }) =>
      `${name.padEnd(width)} frame AUROC ${frameAuroc.toFixed(3)}, interval IoU ${iou.toFixed(3)}`;
    const means = {
      frameAuroc: mean(rows.map((row) => row.frameAuroc)),
      iou: mean(rows.map((row) => row.iou)),
    };
    const lines = rows.map((row) => line(row.category, row));
    const alpha = protocol?.kind === "localization" ? protocol.alpha : 0.05;
    const few = cells.filter(({ smallestP = 1 }) => smallestP > alpha).map(({ cell }) => cell.category);
    const note = `Too few training clips to assure a rate of false alarms of ${alpha}: ${few.join(", ")}`;
    return { json: rows, table: [...lines, line("mean", means), ...few.length > 0 ? [note] : []].join("\n") };
  },
  toJson: (rows) => (rows as unknown[]).map((row) => JSON.stringify(row)).join("\n"),
});
