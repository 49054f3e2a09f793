/** `train`: one detector per category, evaluated, into a run directory; and `demo`, the same on built-in interactions. */
import { UsageError } from "../core/errors.ts";
import { SPLIT_NAMES, splitDataset } from "../data/split.ts";
import { PRESETS } from "../detectors/iadnet/presets.ts";
import { describeDetector } from "../detectors/registry.ts";
import { summarise, TABLE_FLOORS } from "../experiments/results.ts";
import { resultsTable } from "../experiments/tables/results_table.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { seedOf, sourceOf } from "./data.ts";
import { type Experiment, experimentVerb, OUT_OPTIONS, type Plan } from "./experiment.ts";
import { note } from "./stderr.ts";
import { quoted } from "./stdout.ts";
import type { Options, Verb } from "./verb.ts";

/** What `train` uses if no data is named. */
const BUILT_IN = { data: "0", format: "synthetic", split: "fold:5" };

const TRAIN: Experiment = {
  kind: "train",
  description: DESCRIPTIONS.train,
  example: "--data ../shared/data/sbu --format sbu --split fold:5 --out runs/sbu5",
  required: {},
  values: {
    data: "data set: a folder, zip or file, or a .list of files (built-in interactions)",
    split: `${SPLIT_NAMES} (${BUILT_IN.split}, on built-in data)`,
    detector: "the detector, such as iadnet, stg-nf:epochs=8 or knn-poses (iadnet)",
    preset: `short for --detector iadnet:preset=<name>: ${Object.keys(PRESETS).join(", ")}; ` +
      "paper and paper-literal train the encoder, that of frozen and tiny is random, the others' is pre-trained (default)",
    seed: "seed of every random choice (0)",
    category: "only these categories, separated by commas (all)",
  },
  plan(options) {
    const skipIncomplete = options.value("category") === undefined, own = detectorOf(options);
    const given = options.given(), isBuiltIn = !given.includes("data") && !given.includes("format");
    if (!isBuiltIn) options.need("data", "format", "split");
    const split = options.value("split") ?? BUILT_IN.split;
    return { ...plan(own, split, seedOf(options)), skipIncomplete, ...(isBuiltIn && builtIn(options)) };
  },
  summarise(cells, { models: detector = "", engine, splitSeed: seed }, dataset) {
    const split = splitDataset(dataset, cells[0].cell.split, seed);
    const results = summarise({ detector, engine, seed, dataset, split }, cells);
    return { json: results, table: resultsTable(results) };
  },
  next: (out) => `report ${quoted(out)}`,
};

/** The built-in data, as the options name it, and how it is told. */
function builtIn(options: Options): Pick<Plan, "source"> {
  note(`Built-in data: --data ${BUILT_IN.data} --format ${BUILT_IN.format} --split ${BUILT_IN.split}`);
  return { source: sourceOf(options, BUILT_IN) };
}

/** Train one detector per category into a run directory. */
export const train: Verb = experimentVerb(TRAIN);

/** Train the default preset on six categories of synthetic interactions; the test fold has two pairs of people. */
export const demo: Verb = {
  ...experimentVerb({
    ...TRAIN,
    description: DESCRIPTIONS.demo,
    example: "",
    plan(options) {
      const seed = seedOf(options), categories = ["handshake", "high-five", "hug", "kick", "push", "wave"];
      const source = { synthetic: { seed, clipsPerCategory: 30, categories } };
      return { ...plan("iadnet:preset=default", "fold:5", seed), source };
    },
  }),
  options: { values: { seed: TRAIN.values.seed, out: OUT_OPTIONS.out } },
};

/** Cells of one detector and of the floors beside it. */
function plan(detector: string, split: string, seed: number): Plan {
  const detectors = [detector, ...TABLE_FLOORS];
  return { detectors, splits: [split], splitSeed: seed, seeds: [seed], models: detector };
}

/** The detector that the options name.
 * @param preset IADNet's preset if the options name none.
 * @throws {UsageError} If both --detector and --preset are given, or the detector is unknown. */
export function detectorOf(options: Options, preset = "default"): string {
  const detector = options.value("detector"), given = options.value("preset");
  refusePair(options, "detector");
  const spec = detector ?? `iadnet:preset=${given ?? preset}`;
  describeDetector(spec);
  return spec === "iadnet" ? `iadnet:preset=${preset}` : spec;
}

/** Refuse --preset beside the option that names detectors.
 * @throws {UsageError} If both are given. */
export function refusePair(options: Options, name: "detector" | "detectors"): void {
  const given = options.given();
  if (given.includes(name) && given.includes("preset")) {
    throw new UsageError(`Cannot use --${name} with --preset: write --${name} iadnet:preset=<name>`);
  }
}
