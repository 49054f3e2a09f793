import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { IadnetError } from "../../lib/core/errors.ts";
import { Random } from "../../lib/core/random.ts";
import { upload } from "../../lib/engine/tfjs.ts";
import {
  filled,
  fixed,
  inline,
  layer,
  normal,
  repeat,
  statistic,
  uniform,
  unitRows,
} from "../../lib/model/layer.ts";
import { linear } from "../../lib/model/layers.ts";

const scale = layer({ factor: uniform([2], 0.5) }, ({ factor }) => (x: tf.Tensor) => tf.mul(x, factor));
const network = layer({
  first: scale,
  plain: inline(scale),
  absent: undefined,
  units: repeat(
    2,
    (k) => layer({ shift: filled([2], k) }, ({ shift }) => (x: tf.Tensor) => tf.add(x, shift)),
  ),
  table: normal([1, 2], 0.1),
}, (parts) => parts);

Deno.test("Weights are named by keys, dot after dot, in the order of the parts; inline parts have no name of their own", () => {
  const names = [...network.shapes()].map(({ name, shape }) => `${name} ${shape}`);
  assertEquals(names, ["first.factor 2", "factor 2", "units.0.shift 2", "units.1.shift 2", "table 1,2"]);
  assertEquals(Object.keys(network.initial(new Random(0))), names.map((name) => name.split(" ")[0]));
});

Deno.test("Initial values are drawn one weight after the other from one generator", () => {
  const weights = network.initial(new Random(3)), random = new Random(3);
  for (const name of ["first.factor", "factor"]) {
    assertEquals(weights[name].values, new Float32Array(2).map(() => random.uniform(-0.5, 0.5)));
  }
  assertEquals([...weights["units.1.shift"].values], [1, 1]);
  assertEquals(weights.table.values, new Float32Array(2).map(() => random.normal(0, 0.1)));
  const rows = layer({ u: unitRows([3, 4]) }, () => undefined).initial(random).u.values;
  for (let at = 0; at < 12; at += 4) assertAlmostEquals(Math.hypot(...rows.subarray(at, at + 4)), 1, 1e-6);
});

Deno.test("A layer that is bound to weights computes with them", async () => {
  await tf.setBackend("cpu");
  const weights = upload(network.initial(new Random(1)));
  const { first, plain, absent, units, table } = network.bind(weights);
  const x = tf.tensor([1, 2]);
  assertEquals([...first(x).dataSync()], [...tf.mul(x, weights["first.factor"]).dataSync()]);
  assertEquals([...plain(x).dataSync()], [...tf.mul(x, weights.factor).dataSync()]);
  assertEquals([...units[1](units[0](x)).dataSync()], [2, 3]);
  assertEquals([absent, table], [undefined, weights.table]);
});

Deno.test("A name that no part has is a type error", () => {
  // @ts-expect-error -- there is no `qeury`
  layer({ query: linear(2, 2) }, ({ qeury }) => qeury);
});

Deno.test("A weight that is missing or has another shape is refused by name when the layer is bound", async () => {
  await tf.setBackend("cpu");
  const { factor: _, ...weights } = upload(network.initial(new Random(1)));
  assertThrows(() => network.bind(weights), IadnetError, "weight factor of shape [2], it is missing");
  const wrong = { ...weights, factor: tf.zeros([3]) };
  assertThrows(() => network.bind(wrong), IadnetError, "weight factor of shape [2], got [3]");
});

Deno.test("Running statistics and fixed weights are not trained; statistics are updated in training alone", async () => {
  await tf.setBackend("cpu");
  const parts = { mean: statistic([1], 0.5), graph: fixed([2]), gain: filled([1], 1) };
  const norm = layer({ norm: layer(parts, (parts) => parts) }, ({ norm }) => norm);
  assertEquals([...norm.fixedNames()], ["norm.mean", "norm.graph"]);
  const weights = upload(norm.initial(new Random(0))), updates: Record<string, tf.Tensor> = {};
  assertEquals([...weights["norm.mean"].dataSync(), ...weights["norm.graph"].dataSync()], [0.5, 0, 0]);
  assertEquals(norm.bind(weights).mean.update, undefined);
  const next = tf.scalar(2), { mean } = norm.bind(weights, updates);
  mean.update?.(next);
  assertEquals([mean.value, updates], [weights["norm.mean"], { "state:norm.mean": next }]);
});

Deno.test("Names come one by one, however many layers a configuration asks for", () => {
  const [first] = repeat(1e9, () => linear(2 ** 40, 2 ** 40)).shapes();
  assertEquals(first, { ...first, name: "0.weight", shape: [2 ** 40, 2 ** 40] });
});
