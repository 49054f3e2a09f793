import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../lib/core/random.ts";
import type { Values } from "../../lib/core/tensors.ts";
import type { Program } from "../../lib/engine/engine.ts";
import { openEngine } from "../../lib/engine/select.ts";
import { distanceMaps, drem } from "../../lib/model/drem.ts";
import { drawNormal } from "../support/gradients.ts";

Deno.test("Distance maps are unchanged by a common rigid motion, at most 0, and transpose with the people", async () => {
  const engine = await openEngine("onnx-cpu", 1), random = new Random(4);
  const shape = [1, 3, 5, 3];
  const x = drawNormal(shape, random), y = drawNormal(shape, random);
  const runner = await engine.runner((_, i) => ({ m: distanceMaps(i.x, i.y) }), {});
  const move = ({ values }: Values): Values => {
    const out = values.slice(), c = Math.cos(1), s = Math.sin(1);
    for (let p = 0; p < out.length; p += 3) {
      out[p] = c * values[p] - s * values[p + 1] + 3;
      out[p + 1] = s * values[p] + c * values[p + 1] - 1;
      out[p + 2] = values[p + 2] + 2;
    }
    return { shape, values: out };
  };
  const { m } = await runner.run({ x, y });
  const moved = (await runner.run({ x: move(x), y: move(y) })).m,
    swapped = (await runner.run({ x: y, y: x })).m;
  m.forEach((value, at) => {
    assert(value <= 0);
    assertAlmostEquals(moved[at], value, 1e-5);
    const [t, i, j] = [Math.floor(at / 25), Math.floor(at / 5) % 5, at % 5];
    assertEquals(swapped[t * 25 + j * 5 + i], value);
  });
});

Deno.test("DREM gives person y what it gives person x for transposed maps, and both at once what it gives each", async () => {
  const engine = await openEngine("onnx-cpu", 1), random = new Random(5), D = 4;
  const module = drem(D, 6, 1);
  const program: Program = (w, { maps }) => {
    const relate = module.bind(w);
    return {
      x: relate(maps, ["x"]),
      y: relate(maps, ["y"]),
      transposed: relate(tf.transpose(maps, [0, 1, 3, 2]), ["x"]),
      both: relate(maps, ["x", "y"]),
    };
  };
  const maps = drawNormal([2, 3, D, D], random);
  const { x, y, transposed, both } = await (await engine.runner(program, module.initial(random))).run({
    maps,
  });
  y.forEach((value, i) => assertAlmostEquals(value, transposed[i], 1e-6));
  const width = 3 * 6; // values of one person and frame
  [x, y].forEach((own, person) =>
    own.forEach((value, i) => {
      const t = Math.floor(i / width);
      assertAlmostEquals(both[(2 * t + person) * width + i % width], value, 1e-6);
    })
  );
});
