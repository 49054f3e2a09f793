/** `explain`: the contributions of frames, joints and distances to a clip's score. */
import type { Clip } from "../data/clip.ts";
import { DataError, UsageError } from "../core/errors.ts";
import { explain as explainClip, type Explanation } from "../analysis/explain.ts";
import { requireIADNet } from "../detectors/iadnet/detector.ts";
import { readClips, readResults } from "../report/run.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { DATA_FLAGS, DATA_OPTIONS, ENGINE_OPTIONS, loadModel } from "./data.ts";
import { openLearned } from "./learned.ts";
import { modelFile, runOf } from "./model_files.ts";
import type { Options, Verb } from "./verb.ts";
import { print } from "./stdout.ts";

/** Print the nearest normal clip, and what the clip's score differs by. */
export const explain: Verb = {
  description: DESCRIPTIONS.explain,
  example: "--model runs/sbu5/models/hugging.safetensors --clip p01/06/001",
  options: {
    values: {
      model: "model file of an IADNet, <run>/models/<category>.safetensors",
      clip: "clip to explain",
      run: "run whose training clips are the normal ones (that of the model file)",
      ...DATA_OPTIONS,
      data: "where the clip is (the run's data)",
      ...ENGINE_OPTIONS,
    },
    flags: DATA_FLAGS,
    required: { model: [], clip: [] },
  },
  async run(options) {
    const id = options.required("clip"), file = modelFile(options, "explain"), run = runWith(options, file);
    const model = requireIADNet(await loadModel(options, file), "explain");
    const results = await readResults(run), { clips: known, note: why } = await readClips(run, results);
    if (!known) throw new DataError(`Cannot explain with the training clips of ${run}: ${why}`, run);
    const given = options.value("data"), own = [...known.train, ...known.test.values()];
    const dataset = given === undefined ? undefined : await openLearned(options, file, model);
    const clip = (dataset?.clips ?? own).find((clip) => clip.id === id);
    if (!clip) throw new UsageError(`Cannot find clip ${id} in ${given ?? `the data of ${run}`}`);
    const isKnown = (other: Clip) => other.id === id && (!dataset || dataset.hash === results.data.hash); // the same clip, opened twice
    const normals = known.train.filter((other) => other.category === model.category && !isKnown(other));
    const explanation = await explainClip(model, clip, normals);
    if (!options.flag("json")) return printAll(id, model.category, explanation, clip.skeleton.joints);
    const asList = (value: unknown) => ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
    print(JSON.stringify({ clip: id, ...explanation }, (_, value) => asList(value)));
  },
};

/** The run that knows the training clips of a model file.
 * @throws {UsageError} If --run is missing, and the file is in no run. */
function runWith(options: Options, file: string): string {
  const run = options.value("run") ?? runOf(file);
  if (run !== undefined) return run;
  throw new UsageError(
    `Cannot explain with ${file}: it is in no run that knows its training clips; give --run`,
  );
}

function printAll(id: string, category: string, explanation: Explanation, joints: readonly string[]): void {
  const { score, nearest, nearestScore, frames, byFrame, byJoint, byPair } = explanation;
  const overTime = (values: Float64Array) => {
    const out = new Float64Array(values.length / frames);
    values.forEach((value, i) => out[i % out.length] += value);
    return out;
  };
  const rank = (title: string, values: Float64Array, name: (i: number) => string) => {
    print(title);
    const ranked = [...values].map((value, i) => ({ value, i })).sort((a, b) => b.value - a.value);
    for (const { value, i } of ranked.slice(0, 5)) {
      print(`  ${value >= 0 ? "+" : ""}${value.toFixed(2)}  ${name(i)}`);
    }
  };
  print(
    `${id}: score ${score.toFixed(2)}, a ${category} scores ${nearestScore.toFixed(2)} (${nearest})`,
  );
  rank(`Frames (of ${frames}):`, byFrame, (t) => `frame ${t}`);
  byJoint.forEach((values, k) => rank(`Joints of person ${k + 1}:`, overTime(values), (i) => joints[i]));
  const pair = (i: number) => `${joints[Math.floor(i / joints.length)]}, ${joints[i % joints.length]}`;
  rank("Distances (person 1, person 2):", overTime(byPair), pair);
}
