/** Sessions of ONNX Runtime. */
import { assertEquals, assertNotEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import ort from "onnxruntime-node";
import type { Program } from "../../../lib/engine/engine.ts";
import { OnnxRuntime, type Ort } from "../../../lib/engine/onnx/runtime.ts";

const WIDTH = 64;
const values = Float32Array.from({ length: WIDTH * WIDTH }, (_, i) => Math.sin(i));
const inputs = { x: { shape: [1, WIDTH], values: values.subarray(7, 7 + WIDTH) } };

Deno.test("A program is compiled anew for another precision", async () => {
  const runtime = new OnnxRuntime(ort as unknown as Ort, "onnx-cpu", 1);
  const w = () => tf.tensor2d(values, [WIDTH, WIDTH]);
  const program: Program = (_, { x }) => ({ y: tf.matMul(tf.matMul(x as tf.Tensor2D, w()), w()) });
  const run = async (precision?: "float32" | "int8") => {
    const compiled = await runtime.compile(program, {}, inputs, { precision });
    return (await runtime.run(compiled, { "i:x": runtime.tensors(inputs).x })).y.data;
  };
  const exact = await run();
  assertNotEquals(await run("int8"), exact);
  assertEquals(await run("float32"), exact);
  await runtime.close();
});
