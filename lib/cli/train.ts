/**
 * `train`: one detector a category, evaluated, into a run directory; and `demo`, the same on built-in interactions.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";
import { syntheticDataset } from "../data/synthetic/mod.ts";
import { parseSplit, PUBLISHED_SPLITS, splitDataset } from "../data/split.ts";
import { PRESETS } from "../detectors/iadnet/presets.ts";
import { describeDetector } from "../detectors/registry.ts";
import { makeManifest } from "../experiments/manifest.ts";
import { resultsTable, summarise, TABLE_FLOORS } from "../experiments/results.ts";
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
import type { Verb } from "./verb.ts";

/** Train one detector per category into a run directory. */
export const train: Verb = {
  description: "Train one detector per category and evaluate them",
  options: {
    values: {
      ...DATA_OPTIONS,
      split: `fold:<number>, group:<names>, group:<fraction>, ${PUBLISHED_SPLITS.join(", ")}`,
      detector: "the detector, such as iadnet, stg-nf:epochs=8 or knn-poses (iadnet)",
      preset: `short for --detector iadnet:preset=<name>: ${Object.keys(PRESETS).join(", ")}; ` +
        "only paper trains the encoder, the others keep a random one",
      ...ENGINE_OPTIONS,
      ...SHARING_OPTIONS,
      seed: "seed of every random choice (0)",
      category: "only these categories, separated by commas",
      ...OUT_OPTIONS,
    },
    flags: DATA_FLAGS,
  },
  async run(options, start) {
    if (options.value("resume") === undefined) options.required("out");
    await runExperiment("train", options, () => trainWork(options), summary, start);
  },
};

/** Train the default preset on six categories of synthetic interactions, with a fold of two pairs of people as test. */
export const demo: Verb = {
  description: "Train and evaluate detectors on built-in synthetic interactions",
  options: {
    values: { seed: "seed of every random choice (0)", out: OUT_OPTIONS.out },
  },
  async run(options, start) {
    await runExperiment("train", options, () => demoWork(options), summary, start);
  },
};

/** What `train` is asked for, each option checked before the data is read. */
async function trainWork(options: Options): Promise<Work> {
  const seed = seedOf(options), threads = threadsOf(options), detector = detectorOf(options);
  const split = options.required("split");
  parseSplit(split);
  options.required("format");
  const engine = await engineName(options, threads), { dataset, source } = await openSourced(options);
  return work({
    dataset,
    source,
    engine,
    threads,
    detector,
    split,
    seed,
    categories: options.list("category"),
  });
}

async function demoWork(options: Options): Promise<Work> {
  const seed = seedOf(options), categories = ["handshake", "high-five", "hug", "kick", "push", "wave"];
  const synthetic = { seed, clipsPerCategory: 30, categories }, dataset = syntheticDataset(synthetic);
  const engine = await engineName(options, 1), detector = "iadnet:preset=default";
  return work({ dataset, source: { synthetic }, engine, threads: 1, detector, split: "fold:5", seed });
}

/** A run of one detector, with the floors beside it. */
function work(
  { detector, split, seed, ...common }:
    & Pick<Parameters<typeof makeManifest>[0], "dataset" | "source" | "engine" | "threads" | "categories">
    & {
      readonly detector: string;
      readonly split: string;
      readonly seed: number;
    },
): Work {
  const manifest = makeManifest({
    ...common,
    kind: "train",
    detectors: [detector, ...TABLE_FLOORS],
    splits: [split],
    splitSeed: seed,
    seeds: [seed],
    models: detector,
  });
  return { manifest, dataset: common.dataset };
}

/** The detector that the options name.
 *
 * @throws {UsageError} If both --detector and --preset are given, or it is unknown. */
export function detectorOf(options: Options, usual = "default"): string {
  const detector = options.value("detector"), preset = options.value("preset");
  if (detector !== undefined && preset !== undefined) {
    throw new UsageError(
      "Cannot use --detector together with --preset: write --detector iadnet:preset=<name>",
    );
  }
  const spec = detector ?? `iadnet:preset=${preset ?? usual}`;
  describeDetector(spec);
  return spec === "iadnet" ? `iadnet:preset=${usual}` : spec;
}

const summary: Summary = (cells, { models: detector = "", engine, splitSeed: seed }, dataset) => {
  const split = splitDataset(dataset, cells[0].cell.split, seed);
  const results = summarise({ detector, engine, seed, dataset, split }, cells);
  return { json: results, table: resultsTable(results) };
};
