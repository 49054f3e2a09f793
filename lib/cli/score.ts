// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * `score`: scores and p-values of clips by a saved model.
 *
 * @module
 */
import { parseSplit, splitDataset } from "../data/split.ts";
import type { Detector } from "../detectors/detector.ts";
import { UsageError } from "../core/errors.ts";
import { type Options, parseOptions } from "./args.ts";
import { DATA_FLAGS, DATA_OPTIONS, ENGINE_OPTIONS, loadModel, openData, seedOf } from "./data.ts";
import { scoreStream } from "./stream.ts";

/** Options of `score`. */
export const SCORE_OPTIONS = {
  values: {
    model: "model file, <run>/models/<category>.safetensors; with --stream several, separated by commas",
    ...DATA_OPTIONS,
    split: "score only the test clips of this split",
    seed: "seed of the split",
    fps: "with --stream: frame rate (30)",
    up: "with --stream: axis that points up, such as y or -z (the skeleton's)",
    alpha: "alarm at p-values up to this: the rate of false alarms on normal clips",
    ...ENGINE_OPTIONS,
  },
  flags: {
    ...DATA_FLAGS,
    stream: "read frames from standard input, one JSON object a line, instead of --data",
  },
};

/** Run `score`: one JSON object a line on standard output, `{ "clip", "score", "p", "alarm" }`; p only where the model is
 * calibrated, alarm only with --alpha. */
export async function score(args: readonly string[]): Promise<void> {
  const options = parseOptions("score", args, SCORE_OPTIONS);
  const split = options.value("split");
  if (split) parseSplit(split);
  const files = options.required("model").split(",");
  if (options.flag("stream")) {
    const models = await Promise.all(files.map((file) => loadModel(options, file, 1)));
    return await scoreStream(models, options, models.map((model) => parseAlpha(options, model))[0]);
  }
  if (files.length > 1) {
    throw new UsageError(`Cannot score clips by ${files.length} models: only --stream takes several`);
  }
  const model = await loadModel(options, files[0]);
  const dataset = await openData(options, options.value("format") ?? "sbu");
  const clips = split ? splitDataset(dataset, split, seedOf(options)).test : dataset.clips;
  const alpha = parseAlpha(options, model);
  if (model.smallestP === 1) {
    const scores = await model.score(clips);
    clips.forEach((clip, i) => console.log(JSON.stringify({ clip: clip.id, score: scores[i] })));
    return;
  }
  const predictions = await model.predict(clips, { alpha });
  clips.forEach((clip, i) => {
    const { score, p, alarm } = predictions[i];
    console.log(JSON.stringify({ clip: clip.id, score, p, ...(alpha !== undefined && { alarm }) }));
  });
}

/** The option --alpha; says when no p-value of this model can be so small.
 *
 * @throws {UsageError} If it is not between 0 and 1, or the model has no p-values.
 */
export function parseAlpha(options: Options, model: Detector): number | undefined {
  const text = options.value("alpha");
  if (text === undefined) return undefined;
  const alpha = Number(text);
  if (!(alpha > 0 && alpha < 1)) {
    throw new UsageError(`Cannot alarm: --alpha must be between 0 and 1, got ${text}`);
  }
  if (model.smallestP === 1) {
    throw new UsageError(
      `Cannot alarm: ${model.name} was fitted without calibration, or on too few clips`,
    );
  }
  const smallest = options.flag("stream") ? 1 / (1 + model.heldOut.windows.length) : model.smallestP;
  console.error(`Smallest possible p-value: ${smallest.toPrecision(3)}`);
  if (alpha < smallest) {
    console.error(`Warning: no alarm can come at alpha ${alpha}; train with more clips`);
  }
  return alpha;
}
