// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * `score`: scores and p-values of clips by a saved model.
 *
 * @module
 */
import { parseSplit, splitDataset } from "../data/split.ts";
import type { EngineName } from "../engine/engine.ts";
import { IADNet } from "../iadnet.ts";
import { parseOptions } from "./args.ts";
import { DATA_FLAGS, DATA_OPTIONS, ENGINE_OPTIONS, openData } from "./data.ts";

/** Options of `score`. */
export const SCORE_OPTIONS = {
  values: {
    model: "model file, <run>/models/<category>.safetensors",
    ...DATA_OPTIONS,
    split: "score only the test clips of this split",
    seed: "seed of the split",
    ...ENGINE_OPTIONS,
  },
  flags: DATA_FLAGS,
};

/** Run `score`: one JSON object a line on standard output, `{ "clip", "score", "p" }`; p only where the model is calibrated. */
export async function score(args: readonly string[]): Promise<void> {
  const options = parseOptions("score", args, SCORE_OPTIONS);
  const split = options.value("split");
  if (split) parseSplit(split);
  const model = await IADNet.load(options.required("model"), {
    engine: (options.value("engine") ?? "auto") as EngineName | "auto",
    threads: options.integer("threads", 0, 0, 1024),
  });
  const dataset = await openData(options, options.value("format") ?? "sbu");
  const clips = split
    ? splitDataset(dataset, split, options.integer("seed", 0, 0, 2 ** 31 - 1)).test
    : dataset.clips;
  const scores = await model.score(clips);
  const pValues = model.calibration.length > 0 ? model.pValues(scores) : undefined;
  clips.forEach((clip, i) =>
    console.log(JSON.stringify({ clip: clip.id, score: scores[i], p: pValues?.[i] }))
  );
}
