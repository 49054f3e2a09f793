// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * `localize`: where a recording is anomalous; `explain`: why.
 *
 * @module
 */
import { parseSplit, splitDataset } from "../data/split.ts";
import { UsageError } from "../core/errors.ts";
import { explain } from "../analysis/explain.ts";
import { requireIADNet } from "../detectors/iadnet/detector.ts";
import { localize } from "../analysis/localize.ts";
import { parseOptions } from "./args.ts";
import { DATA_FLAGS, DATA_OPTIONS, ENGINE_OPTIONS, loadModel, openData, seedOf } from "./data.ts";

/** Options of `localize`. */
export const LOCALIZE_OPTIONS = {
  values: {
    model: "model file of preset window, <run>/models/<category>.safetensors",
    ...DATA_OPTIONS,
    clip: "only this clip",
    alpha: "a frame is anomalous at p up to this (0.05)",
    ...ENGINE_OPTIONS,
  },
  flags: { ...DATA_FLAGS, frames: "print the score of every frame, too" },
};

/** Options of `explain`. */
export const EXPLAIN_OPTIONS = {
  values: {
    model: "model file",
    ...DATA_OPTIONS,
    clip: "the clip to explain",
    split: "compare with its training clips only",
    seed: "seed of the split",
    ...ENGINE_OPTIONS,
  },
  flags: { ...DATA_FLAGS, json: "everything, as one JSON object" },
};

/** Run `localize`: one JSON object a clip, `{ "clip", "intervals": [{ "start", "end", "score", "p" }] }`, in frames. */
export async function runLocalize(args: readonly string[]): Promise<void> {
  const options = parseOptions("localize", args, LOCALIZE_OPTIONS);
  const model = requireIADNet(await loadModel(options, options.required("model")), "localize").compile();
  const dataset = await openData(options, options.value("format") ?? "sbu");
  const only = options.value("clip");
  const clips = only === undefined ? dataset.clips : dataset.clips.filter(({ id }) => id === only);
  if (clips.length === 0) throw new UsageError(`Cannot find clip ${only} in ${options.required("data")}`);
  for (const clip of clips) {
    const { intervals, scores, p } = await localize(model, clip, {
      alpha: Number(options.value("alpha") ?? 0.05),
    });
    const frames = options.flag("frames") ? { scores: [...scores], p: [...p] } : {};
    console.log(JSON.stringify({ clip: clip.id, fps: clip.fps, intervals, ...frames }));
  }
}

/** Run `explain`: the nearest normal clip, and what makes the difference. */
export async function runExplain(args: readonly string[]): Promise<void> {
  const options = parseOptions("explain", args, EXPLAIN_OPTIONS);
  const split = options.value("split"), id = options.required("clip");
  if (split) parseSplit(split);
  const model = await loadModel(options, options.required("model"));
  const dataset = await openData(options, options.value("format") ?? "sbu");
  const clip = dataset.clips.find((clip) => clip.id === id);
  if (!clip) throw new UsageError(`Cannot find clip ${id} in ${options.required("data")}`);
  const known = split ? splitDataset(dataset, split, seedOf(options)).train : dataset.clips;
  const normals = known.filter((other) => other.category === model.category && other !== clip);
  const why = await explain(model, clip, normals);
  if (options.flag("json")) {
    const plain = Object.entries(why).map(([key, value]) => [
      key,
      ArrayBuffer.isView(value)
        ? [...value as Float64Array]
        : Array.isArray(value)
        ? value.map((part) => [...part])
        : value,
    ]);
    return console.log(JSON.stringify({ clip: id, ...Object.fromEntries(plain) }));
  }
  const { joints } = clip.skeleton;
  console.log(
    `${id}: score ${why.score.toFixed(2)}, a ${model.category} scores ${
      why.nearestScore.toFixed(2)
    } (${why.nearest})`,
  );
  const rank = (values: Float64Array, name: (i: number) => string) =>
    [...values].map((value, i) => ({ value, i })).sort((a, b) => b.value - a.value).slice(0, 5)
      .map(({ value, i }) => `  ${value >= 0 ? "+" : ""}${value.toFixed(2)}  ${name(i)}`).join("\n");
  const overTime = (values: Float64Array) => {
    const width = values.length / why.frames, out = new Float64Array(width);
    values.forEach((value, i) => out[i % width] += value);
    return out;
  };
  console.log(`Frames (of ${why.frames}):\n${rank(why.byFrame, (t) => `frame ${t}`)}`);
  why.byJoint.forEach((values, person) =>
    console.log(`Joints of person ${person + 1}:\n${rank(overTime(values), (i) => joints[i])}`)
  );
  const pairs = overTime(why.byPair);
  console.log(
    `Distances (person 1, person 2):\n${
      rank(pairs, (i) => `${joints[Math.floor(i / joints.length)]}, ${joints[i % joints.length]}`)
    }`,
  );
}
