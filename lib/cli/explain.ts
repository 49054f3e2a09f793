// deno-lint-ignore-file no-console -- the command line is the one place that prints
/** `explain`: the contributions of frames, joints and distances to a clip's score. */
import { parseSplit, splitDataset } from "../data/split.ts";
import { UsageError } from "../core/errors.ts";
import { explain as explainClip, type Explanation } from "../analysis/explain.ts";
import { requireIADNet } from "../detectors/iadnet/detector.ts";
import { DATA_FLAGS, DATA_OPTIONS, ENGINE_OPTIONS, loadModel, seedOf } from "./data.ts";
import { openLearned } from "./learned.ts";
import { modelFile } from "./model_files.ts";
import type { Verb } from "./verb.ts";

/** Print the nearest normal clip, and what the clip's score differs by. */
export const explain: Verb = {
  description: "Show which frames, joints and distances make up a clip's score, and the nearest normal clip",
  example: "--model runs/sbu5/models/hugging.safetensors --data ../shared/data/sbu --clip p01/06/001",
  options: {
    values: {
      model: "model file of an IADNet, <run>/models/<category>.safetensors",
      ...DATA_OPTIONS,
      clip: "clip to explain",
      split: "compare with the training clips of this split only",
      seed: "seed of the split",
      ...ENGINE_OPTIONS,
    },
    flags: DATA_FLAGS,
    required: { model: [], data: [], clip: [] },
  },
  async run(options) {
    const split = options.value("split"), id = options.required("clip");
    if (split) parseSplit(split);
    const file = modelFile(options, "explain");
    const model = requireIADNet(await loadModel(options, file), "explain");
    const dataset = await openLearned(options, file, model);
    const clip = dataset.clips.find((clip) => clip.id === id);
    if (!clip) throw new UsageError(`Cannot find clip ${id} in ${options.required("data")}`);
    const known = split ? splitDataset(dataset, split, seedOf(options)).train : dataset.clips;
    const normals = known.filter((other) => other.category === model.category && other !== clip);
    const explanation = await explainClip(model, clip, normals);
    if (!options.flag("json")) return print(id, model.category, explanation, clip.skeleton.joints);
    const asList = (value: unknown) => ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
    console.log(JSON.stringify({ clip: id, ...explanation }, (_, value) => asList(value)));
  },
};

function print(id: string, category: string, explanation: Explanation, joints: readonly string[]): void {
  const { score, nearest, nearestScore, frames, byFrame, byJoint, byPair } = explanation;
  const overTime = (values: Float64Array) => {
    const out = new Float64Array(values.length / frames);
    values.forEach((value, i) => out[i % out.length] += value);
    return out;
  };
  const rank = (title: string, values: Float64Array, name: (i: number) => string) => {
    console.log(title);
    const ranked = [...values].map((value, i) => ({ value, i })).sort((a, b) => b.value - a.value);
    for (const { value, i } of ranked.slice(0, 5)) {
      console.log(`  ${value >= 0 ? "+" : ""}${value.toFixed(2)}  ${name(i)}`);
    }
  };
  console.log(
    `${id}: score ${score.toFixed(2)}, a ${category} scores ${nearestScore.toFixed(2)} (${nearest})`,
  );
  rank(`Frames (of ${frames}):`, byFrame, (t) => `frame ${t}`);
  byJoint.forEach((values, k) => rank(`Joints of person ${k + 1}:`, overTime(values), (i) => joints[i]));
  const pair = (i: number) => `${joints[Math.floor(i / joints.length)]}, ${joints[i % joints.length]}`;
  rank("Distances (person 1, person 2):", overTime(byPair), pair);
}
