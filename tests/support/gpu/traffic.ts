// deno-lint-ignore-file no-console -- it reports by printing
/** Trains 100,000 parameters for 500 steps on a GPU engine, and counts what passes between the processor and the device.
 * `gpu_test.ts` runs it in a process of its own, because a Vulkan driver is chosen when a process starts.
 *
 * Usage: traffic.ts <engine>. Prints one line of JSON, a `Traffic`.
 */
import * as tf from "@tensorflow/tfjs";
import ort from "onnxruntime-node";
import type { EngineName, Named, Program } from "../../../lib/engine/engine.ts";
import { openEngine } from "../../../lib/engine/select.ts";

/** What was counted. */
export interface Traffic {
  /** Bytes of the parameters, with their moments and a frozen one. */
  readonly held: number;
  /** Bytes of the inputs of a step, and of the outputs that it returns. */
  readonly given: number;
  readonly returned: number;
  /** Bytes that the engine says to have moved in a step after the first. */
  readonly moved: number;
  /** The same for ONNX Runtime as seen from outside: data of tensors in the processor's memory that its runs took and gave. */
  readonly seen: number | undefined;
  /** Growth of the process from step 100 to step 500, MB. A software device has its memory there. */
  readonly growth: number;
  /** Largest difference of a parameter from `onnx-cpu`'s after all steps, relative to the largest parameter. */
  readonly difference: number;
}

const STEPS = 500, ROWS = 250, WIDTH = 400;
const start: Named = {
  w: { shape: [ROWS, WIDTH], values: Float32Array.from({ length: ROWS * WIDTH }, (_, i) => Math.sin(i)) },
  frozen: { shape: [WIDTH], values: new Float32Array(WIDTH).fill(0.5) },
};
const inputs: Named = { x: { shape: [2, ROWS], values: new Float32Array(2 * ROWS).fill(0.01) } };
const program: Program = ({ w, frozen }, { x }) => {
  const y = tf.sub(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), frozen);
  return { loss: tf.mean(tf.square(y)), rows: tf.sum(y, 1) };
};

let seen = 0;
const measured = { moved: 0, seen: 0, returned: 0 };
/** Count the bytes of tensors in the processor's memory that sessions take and return. */
function watch(): void {
  const bytes = (tensors: object) => {
    for (const tensor of Object.values(tensors) as ort.Tensor[]) {
      if (tensor.location === "cpu") seen += (tensor.data as Float32Array).byteLength;
    }
  };
  const { create } = ort.InferenceSession;
  ort.InferenceSession.create = (async (...given: Parameters<typeof create>) => {
    const session = await create.apply(ort.InferenceSession, given), run = session.run.bind(session);
    session.run = (async (feeds: ort.InferenceSession.FeedsType, ...rest: []) => {
      bytes(feeds);
      const results = await run(feeds, ...rest);
      bytes(results);
      return results;
    }) as typeof session.run;
    return session;
  }) as typeof create;
}

async function train(
  name: EngineName,
  steps: number,
  report?: (step: number) => void,
): Promise<Float32Array> {
  const engine = await openEngine(name, 1);
  const trainer = await engine.trainer(program, start, { frozen: (name) => name === "frozen" });
  for (let step = 1; step <= steps; step++) {
    const before = engine.bytesMoved, seenBefore = seen;
    const outputs = await trainer.step(inputs, 1e-3);
    if (step === 2) {
      measured.moved = engine.bytesMoved - before;
      measured.seen = seen - seenBefore;
      measured.returned = Object.values(outputs).reduce((sum, { byteLength }) => sum + byteLength, 0);
    }
    report?.(step);
  }
  const { w } = await trainer.parameters();
  trainer.close();
  await engine.close();
  return w.values;
}

const name = Deno.args[0] as EngineName;
const expected = await train("onnx-cpu", STEPS);
watch();
const rss: Record<number, number> = {};
const actual = await train(name, STEPS, (step) => {
  if (step === 100 || step === STEPS) rss[step] = Deno.memoryUsage().rss / 2 ** 20;
});
const numbers = 3; // rate, epsilon, decay
const traffic: Traffic = {
  held: 4 * (3 * ROWS * WIDTH + WIDTH),
  given: 4 * (2 * ROWS + numbers),
  ...measured,
  seen: name.startsWith("onnx-") ? measured.seen : undefined,
  growth: rss[STEPS] - rss[100],
  difference: Math.max(...actual.map((value, i) => Math.abs(value - expected[i]))) /
    Math.max(...expected.map(Math.abs)),
};
console.log(JSON.stringify(traffic));
