/** Products in int8: against their definition, and what they do to scores. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { EngineError } from "../../../lib/core/errors.ts";
import { Random } from "../../../lib/core/random.ts";
import type { Program } from "../../../lib/engine/engine.ts";
import { openEngine } from "../../../lib/engine/select.ts";
import { auroc, generateDataset, IADNet } from "../../../mod.ts";

const ROWS = 5, IN = 80, OUT = 64;
const random = new Random(7);
const draw = (length: number) => Float32Array.from({ length }, () => random.normal(0.3, 1));
const x = draw(ROWS * IN), w = draw(IN * OUT), bias = draw(OUT);
/** A product with weights, of a product that leaves the rows as they are: only what follows a product is rounded. */
const linear: Program = ({ w, bias, same }, { x }) => ({
  y: tf.add(tf.matMul(tf.matMul(x as tf.Tensor2D, same as tf.Tensor2D), w as tf.Tensor2D), bias),
});
const same = Float32Array.from({ length: IN * IN }, (_, i) => i % (IN + 1) === 0 ? 1 : 0);
const parameters = {
  w: { shape: [IN, OUT], values: w },
  bias: { shape: [OUT], values: bias },
  same: { shape: [IN, IN], values: same },
};
const inputs = { x: { shape: [ROWS, IN], values: x } };

Deno.test("A product in int8 is that of the rounded rows and weights: rows on one scale, weights on one a column", async () => {
  const engine = await openEngine("onnx-cpu", 1);
  const { y } = await (await engine.runner(linear, parameters, "int8")).run(inputs);
  const { y: exact } = await (await engine.runner(linear, parameters, "float32")).run(inputs);
  const low = Math.min(0, ...x), step = (Math.max(0, ...x) - low) / 255;
  const rounded = x.map((value) => (Math.round(value / step)) * step);
  let most = 0, apart = 0;
  for (let column = 0; column < OUT; column++) {
    const own = Array.from({ length: IN }, (_, k) => w[k * OUT + column]);
    const scale = Math.max(...own.map(Math.abs)) / 63;
    for (let row = 0; row < ROWS; row++) {
      const expected = own.reduce(
        (sum, value, k) => sum + rounded[row * IN + k] * Math.round(value / scale) * scale,
        bias[column],
      );
      most = Math.max(most, Math.abs(y[row * OUT + column] - expected));
      apart = Math.max(apart, Math.abs(y[row * OUT + column] - exact[row * OUT + column]));
    }
  }
  assert(most < 1e-3, `${most} from the definition`);
  assert(apart > 1e-3, "the product is not rounded");
  assert(apart < 0.5, `${apart} from the product in float32, whose deviation is ${Math.sqrt(IN).toFixed(1)}`);
  await engine.close();
});

Deno.test("Products of inputs, and of small or varying matrices, stay in float32, and other engines refuse int8", async () => {
  const engine = await openEngine("onnx-cpu", 1),
    small: Program = ({ w, same }, { x }) => ({
      y: tf.matMul(tf.slice(x as tf.Tensor2D, [0, 0], [ROWS, 8]), w as tf.Tensor2D),
      input: tf.matMul(x as tf.Tensor2D, same as tf.Tensor2D),
      square: tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D, false, true),
    });
  const few = { ...parameters, w: { shape: [8, 8], values: w.subarray(0, 64) } };
  const run = async (precision: "float32" | "int8") =>
    await (await engine.runner(small, few, precision)).run(inputs);
  assertEquals(await run("int8"), await run("float32"));
  await engine.close();
  const other = await openEngine("cpu");
  await assertRejects(
    () => other.runner(linear, parameters, "int8"),
    EngineError,
    "Cannot multiply in int8 on engine cpu",
  );
});

Deno.test("Scores in int8 have the AUROC of float32 within 0.001, and none depends on other clips", async () => {
  const hugs = generateDataset({ seed: 0, clipsPerCategory: 24, categories: ["hug"] });
  const clips = generateDataset({ seed: 1, clipsPerCategory: 16, categories: ["hug", "push", "pull"] });
  const detector = new IADNet({ engine: "onnx-cpu", threads: 1, calibrationFolds: 0 });
  await detector.fit(hugs, { seed: 0 });
  const plain = await detector.score(clips), rounded = await detector.compile("int8").score(clips);
  assert(rounded.some((score, i) => Math.abs(score - plain[i]) > 1e-3), "nothing is rounded");
  const isHug = clips.map(({ category }) => category === "hug");
  const apart = Math.max(...rounded.map((score, i) => Math.abs(score - plain[i])));
  const spread = Math.max(...plain) - Math.min(...plain);
  assert(apart < spread / 50, `a score differs by ${apart}, all scores span ${spread}`);
  const of = (scores: ArrayLike<number>) =>
    auroc(Array.from(scores).filter((_, i) => isHug[i]), Array.from(scores).filter((_, i) => !isHug[i]));
  assert(Math.abs(of(rounded) - of(plain)) <= 0.001, `AUROC ${of(rounded)}, in float32 ${of(plain)}`);
  assertEquals([...await detector.score(clips.slice(5, 8))], [...rounded].slice(5, 8));
});
