/** Data that is read as the data of a model's run was read. */
import { exists } from "../core/files.ts";
import { openDataSource, type PathSource } from "../data/data_source.ts";
import type { Dataset } from "../data/dataset.ts";
import { singleFormat } from "../data/formats/single.ts";
import { type LearnedData, readingOf, sourceLike } from "../data/source_like.ts";
import { parseDescription } from "../data/formats/description.ts";
import type { UpAxis } from "../data/skeleton.ts";
import { matchRate } from "../data/transforms/rate.ts";
import type { Detector } from "../detectors/detector.ts";
import { readSource } from "../experiments/source_file.ts";
import { openData, sourceOf, tellOf } from "./data.ts";
import { descriptionsOf, runOf } from "./model_files.ts";
import { note, warn } from "./stderr.ts";
import type { Options } from "./verb.ts";
import { readTextUpTo } from "../core/read_file.ts";

/** Options on the data that take the place of what a run did. */
const OVERRIDES: Readonly<Record<string, keyof PathSource["options"]>> = {
  lenient: "lenient",
  missing: "missing",
  "longest-gap": "longestGap",
  "actor-first": "actorFirst",
  every: "every",
  camera: "camera",
  rest: "restSkeleton",
};

/** Open the data that the options name, at the frame rate that the model learned, and print what was skipped, cut or interpolated.
 * Without --format, the data is read as that of the model's run was; a single table or array with an `iadnet.json` beside or above it
 * is read as that says.
 * @param file The model's file.
 * @throws {UsageError} If nothing says how to read a table or an array. @throws {DataError} If the data cannot be read. */
export async function openLearned(options: Options, file: string, model: Detector): Promise<Dataset> {
  const { clips, ...dataset } = await openAsLearned(options, file, model);
  if (model.fps === undefined) return { ...dataset, clips };
  const matched = matchRate(clips, model.fps);
  if (matched.warning) warn(matched.warning);
  return { ...dataset, clips: matched.clips };
}

async function openAsLearned(options: Options, file: string, model: Detector): Promise<Dataset> {
  if (options.value("format") !== undefined) return await openData(options);
  const path = options.required("data"), { skeleton, fps } = model;
  const run = runOf(file), kept = run === undefined ? undefined : await readSource(run);
  let reading: LearnedData["reading"] = kept && await readingOf(kept), by = `the data of ${run}`;
  for (const name of descriptionsOf(path)) {
    if (!await exists(name)) continue;
    const description = await readTextUpTo(name);
    reading = { options: { format: "custom" }, treatments: [], ...reading, description };
    by = `${name} says`;
    break;
  }
  if (!reading && singleFormat(path) === undefined) return await openData(options, "sbu");
  const source = await sourceLike(path, { reading, skeleton, fps }, path),
    named = sourceOf(options, { format: "sbu" });
  const given = options.given().flatMap((name) => Object.hasOwn(OVERRIDES, name) ? [OVERRIDES[name]] : []);
  const overrides = Object.fromEntries(given.map((key) => [key, named.options[key]]));
  const dataset = await openDataSource({
    path,
    options: { ...source.options, ...overrides },
    treatments: options.list("treat") ?? source.treatments,
  });
  if (reading) note(`Reading ${path} as ${by}`);
  tellOf(dataset);
  return dataset;
}

/** What the frames of a model's data are like, where its run says so. */
export interface LearnedFrames {
  /** The axis that points up. */
  readonly up?: UpAxis;
  /** Whether a joint at exactly the origin is missing. */
  readonly zerosMissing?: boolean;
}

/** Formats of a sensor that writes zeros for a joint that it did not see. */
const ZEROS_MISSING = ["sbu", "ntu120"];

/** What the frames of a model's data are like.
 * @param file The model's file. */
export async function learnedFrames(file: string): Promise<LearnedFrames> {
  return await framesOfRun(runOf(file));
}

/** What the frames of a run's data are like; nothing is known without a run. */
export async function framesOfRun(run: string | undefined): Promise<LearnedFrames> {
  const source = run === undefined ? undefined : await readSource(run);
  if (source === undefined || "synthetic" in source) return {};
  const { description, options: { format } } = source;
  if (description === undefined) return { zerosMissing: ZEROS_MISSING.includes(format) };
  const { up, zerosMissing } = parseDescription(new TextEncoder().encode(description), `${run}/source.json`);
  return { up, zerosMissing };
}
