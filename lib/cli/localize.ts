/** `localize`: the anomalous intervals of recordings. */
import { UsageError } from "../core/errors.ts";
import { localize as localizeClip } from "../analysis/localize.ts";
import { requireIADNet } from "../detectors/iadnet/detector.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { DATA_FLAGS, DATA_OPTIONS, loadModel, SCORING_OPTIONS } from "./data.ts";
import { openLearned } from "./learned.ts";
import { modelFile } from "./model_files.ts";
import { advance, stage } from "./progress.ts";
import { printSmallestP } from "./smallest_p.ts";
import type { Verb } from "./verb.ts";
import { print } from "./stdout.ts";

/** Print one JSON object per clip: `{ "clip", "fps", "smallestP", "intervals": [{ "start", "end", "score", "p" }] }`, in
 * frames. */
export const localize: Verb = {
  description: DESCRIPTIONS.localize,
  example: "--model runs/window/models/hugging.safetensors --data ../shared/data/sbu",
  options: {
    values: {
      model: "model file of preset window, <run>/models/<category>.safetensors",
      ...DATA_OPTIONS,
      clip: "only this clip",
      alpha: "a frame is anomalous at p-values up to this (0.05)",
      ...SCORING_OPTIONS,
    },
    flags: {
      ...DATA_FLAGS,
      frames: "print score and p-value of every frame as well",
      json: "print JSON: that is so anyway",
    },
    required: { model: [], data: [] },
  },
  async run(options) {
    const alpha = options.fraction("alpha") ?? 0.05, only = options.value("clip");
    const file = modelFile(options, "localize");
    const model = requireIADNet(await loadModel(options, file), "localize").compile();
    printSmallestP(model, "windows", alpha);
    const dataset = await openLearned(options, file, model);
    const clips = only === undefined ? dataset.clips : dataset.clips.filter(({ id }) => id === only);
    if (clips.length === 0) throw new UsageError(`Cannot find clip ${only} in ${options.required("data")}`);
    stage("Localising", 0);
    for (const [i, clip] of clips.entries()) {
      advance(i / clips.length, clip.id);
      const { intervals, scores, p, smallestP } = await localizeClip(model, clip, { alpha });
      const frames = options.flag("frames") ? { scores: [...scores], p: [...p] } : {};
      print(JSON.stringify({ clip: clip.id, fps: clip.fps, smallestP, intervals, ...frames }));
    }
  },
};
