/** Options that several verbs share, for data, model, engine and seed, and what they open. */
import { UsageError } from "../core/errors.ts";
import { type DataSource, openDataSource } from "../data/data_source.ts";
import type { Dataset, OpenOptions } from "../data/dataset.ts";
import { describeMending } from "../data/mending.ts";
import { FORMATS } from "../data/formats/registry.ts";
import { LONGEST_GAP, MISSING_POLICIES, type MissingOptions } from "../data/transforms/missing.ts";
import { UNIT_NAMES } from "../data/units.ts";
import { checkWindows, type WindowOptions } from "../data/windowed.ts";
import type { Detector } from "../detectors/detector.ts";
import { requireIADNet } from "../detectors/iadnet/detector.ts";
import { loadDetector } from "../detectors/registry.ts";
import type { EngineName } from "../engine/engine.ts";
import { stage } from "./progress.ts";
import { note, printError, warn } from "./stderr.ts";
import type { Options } from "./verb.ts";

/** Options that name the data. */
export const DATA_OPTIONS = {
  data: "data set: a folder, zip or file, or a .list of files (for --format synthetic: a seed)",
  format: FORMATS.join(", "),
  treat: "filters and repairs, in order, separated by commas: drop-frozen, drop-jumps, drop-short, unswap",
  missing: `missing joints: ${
    MISSING_POLICIES.join(", ")
  } (refuse; interx and ntu120: interpolate, without limit)`,
  "longest-gap": `longest gap that --missing interpolate fills, seconds (${LONGEST_GAP})`,
  units: `custom: unit of the files, whatever their description says: ${UNIT_NAMES.join(", ")}`,
  window: "cut recordings into windows of so many seconds",
  stride: "distance of the beginnings of windows, seconds (half a window)",
  every: "interx: read every n-th frame only (4 gives 30 frames per second)",
  camera: "ntu120, ntu120-smplx: camera 1, 2 or 3 (1)",
  rest: "ntu120-smplx: .npy file [55,3] of the body model's joints at rest, metres",
};

/** Flags that say how to read the data. */
export const DATA_FLAGS = {
  lenient: "skip clips that cannot be read, and name each",
  "actor-first": "interx: put the acting person first",
};

/** Options that name the engine. */
export const ENGINE_OPTIONS = {
  engine: "auto, onnx-cpu, wasm, ...: doctor lists them (auto)",
  threads: "threads per operator, 0 = one per core (1 for runs and streams, else 0)",
};

/** Options of a model that scores. */
export const SCORING_OPTIONS = {
  ...ENGINE_OPTIONS,
  precision:
    "float32, or int8: faster for large networks of IADNet on onnx-cpu, nearly the same scores (float32)",
};

/** The option --engine. */
export function engineOf(options: Options): EngineName | "auto" {
  return (options.value("engine") ?? "auto") as EngineName | "auto"; // checked where it is opened
}

/** The option --seed; 0 if absent.
 * @throws {UsageError} If it is not an integer from 0 to 2^31 - 1. */
export function seedOf(options: Options): number {
  return options.integer("seed", 0, 0, 2 ** 31 - 1);
}

/** Load a model file on the engine that the options name, and prepare it for their precision.
 * @param threads Threads per operator if the options give none.
 * @throws {DataError} If the file is missing, damaged, or not a model. @throws {UsageError} If it cannot score in that precision. */
export async function loadModel(options: Options, file: string, threads = 0): Promise<Detector> {
  const precision = options.choice("precision", ["float32", "int8"]);
  const model = await loadDetector(file, {
    engine: engineOf(options),
    threads: options.integer("threads", threads, 0, 1024),
  });
  if (precision === "int8") requireIADNet(model, "score in int8").compile(precision);
  return model;
}

/** The data source that the options name, with the paths as given.
 * @param usual What is used if the options give none.
 * @throws {UsageError} If an option is missing. */
export function sourceOf(
  options: Options,
  usual: { readonly data?: string; readonly format?: string } = {},
): Extract<DataSource, { path: string }> {
  const how: OpenOptions = {
    format: options.value("format") ?? usual.format ?? options.required("format"),
    lenient: options.flag("lenient"),
    ...missingOf(options),
    ...windowsOf(options),
    units: options.choice("units", UNIT_NAMES),
    actorFirst: options.flag("actor-first"),
    every: options.integer("every", 1, 1, 1000),
    camera: options.integer("camera", 1, 1, 3),
    restSkeleton: options.value("rest"),
  };
  const path = options.value("data") ?? usual.data ?? options.required("data");
  return { path, options: how, treatments: options.list("treat") ?? [] };
}

/** Where the options say that a run's data is now; undefined if they do not.
 * @throws {UsageError} If only one of data and format is given. */
export function sourceGiven(options: Options): DataSource | undefined {
  const given = ["data", "format"].filter((name) => options.value(name) !== undefined);
  if (given.length === 0) return undefined;
  if (given.length === 2) return sourceOf(options);
  throw new UsageError("Cannot open the data of the run: give both --data and --format");
}

/** The options --missing and --longest-gap.
 * @throws {UsageError} If the policy is unknown. */
function missingOf(options: Options): MissingOptions {
  const missing = options.choice("missing", MISSING_POLICIES), gap = options.value("longest-gap");
  if (gap !== undefined && !Number.isFinite(Number(gap))) {
    throw new UsageError(`Cannot use --longest-gap ${gap}: expected a positive number of seconds`);
  }
  return { ...(missing && { missing }), ...(gap !== undefined && { longestGap: Number(gap) }) };
}

/** The options --window and --stride.
 * @throws {UsageError} If one is not a positive number. */
function windowsOf(options: Options): WindowOptions {
  const [window, stride] = ["window", "stride"].map((name) => options.value(name));
  const cut = {
    ...(window !== undefined && { window: Number(window) }),
    ...(stride !== undefined && { stride: Number(stride) }),
  };
  checkWindows(cut);
  return cut;
}

/** Clips and files that are named one by one. */
const MOST_NAMED = 20;

/** Print what was left out, and of a long list the number. */
export function printSkipped(skipped: Dataset["skipped"]): void {
  for (const { reason } of skipped.slice(0, MOST_NAMED)) printError(`Skipped: ${reason}`);
  if (skipped.length > MOST_NAMED) {
    printError(`Skipped: ${skipped.length - MOST_NAMED} more, ${skipped.length} in all`);
  }
}

/** Open the data that the options name, and print what was skipped, cut or interpolated.
 * @param format Format if the options give none. */
export async function openData(options: Options, format?: string): Promise<Dataset> {
  const source = sourceOf(options, { format });
  stage("Reading data");
  const dataset = await openDataSource(source);
  tellOf(dataset);
  return dataset;
}

/** Print what a user must know about a data set: its warnings, and what was skipped, cut or interpolated. */
export function tellOf(dataset: Dataset): void {
  for (const warning of dataset.warnings ?? []) warn(warning);
  printSkipped(dataset.skipped);
  for (const line of describeMending(dataset.clips)) note(line);
}
