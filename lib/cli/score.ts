// deno-lint-ignore-file no-console -- the command line is the one place that prints
/** `score`: scores and p-values of clips by a saved model. */
import { parseSplit, splitDataset } from "../data/split.ts";
import type { Detector, Prediction } from "../detectors/detector.ts";
import { UsageError } from "../core/errors.ts";
import { DATA_FLAGS, DATA_OPTIONS, ENGINE_OPTIONS, loadModel, openData, seedOf } from "./data.ts";
import { printError, warn } from "./stderr.ts";
import { scoreStream } from "./stream.ts";
import type { Options, Verb } from "./verb.ts";

/** Print one JSON object per clip: `{ "clip", "score", "p", "alarm" }`; p only where the model is calibrated, alarm only with
 * --alpha. */
export const score: Verb = {
  description: "Score clips with a saved model",
  options: {
    values: {
      model: "model file, <run>/models/<category>.safetensors; with --stream several, separated by commas",
      ...DATA_OPTIONS,
      split: "score only the test clips of this split",
      seed: "seed of the split",
      fps: "with --stream: frames per second (30)",
      up: "with --stream: axis that points up, such as y or -z (the skeleton's)",
      alpha: "alarm at p-values up to this: the rate of false alarms on normal clips",
      ...ENGINE_OPTIONS,
    },
    flags: {
      ...DATA_FLAGS,
      stream: "read frames from standard input, one JSON object per line, instead of --data",
    },
  },
  async run(options) {
    const split = options.value("split"), files = options.required("model").split(",");
    if (split) parseSplit(split);
    if (options.flag("stream")) {
      const models = await Promise.all(files.map((file) => loadModel(options, file, 1)));
      return await scoreStream(models, options, models.map((model) => checkAlpha(options, model))[0]);
    }
    if (files.length > 1) {
      throw new UsageError(`Cannot score clips with ${files.length} models: only --stream takes several`);
    }
    const model = await loadModel(options, files[0]);
    const dataset = await openData(options, "sbu");
    const clips = split ? splitDataset(dataset, split, seedOf(options)).test : dataset.clips;
    const alpha = checkAlpha(options, model);
    const results: readonly Partial<Prediction>[] = model.smallestP < 1
      ? await model.predict(clips, { alpha })
      : [...await model.score(clips)].map((score) => ({ score }));
    for (const [i, { score, p, alarm }] of results.entries()) {
      console.log(JSON.stringify({ clip: clips[i].id, score, p, ...(alpha !== undefined && { alarm }) }));
    }
  },
};

/** The option --alpha. Prints the smallest p-value that the model can give, and a warning where no alarm is possible.
 * @throws {UsageError} If alpha is not between 0 and 1, or the model has no p-values. */
function checkAlpha(options: Options, model: Detector): number | undefined {
  const alpha = options.fraction("alpha");
  if (alpha === undefined) return undefined;
  if (model.smallestP === 1) {
    throw new UsageError(
      `Cannot use --alpha: ${model.name} was fitted without calibration, or on too few clips`,
    );
  }
  const smallest = options.flag("stream") ? 1 / (1 + model.heldOut.windows.length) : model.smallestP;
  printError(`Smallest possible p-value: ${smallest.toPrecision(3)}`);
  if (alpha < smallest) warn(`No alarm is possible at alpha ${alpha}; train with more clips`);
  return alpha;
}
