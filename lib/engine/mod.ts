/**
 * Engines: run and train tensor programs that are written in TensorFlow.js operators.
 *
 * Use this module to write a trained detector of your own, or to choose and test an engine. A program is a function from named
 * parameters and inputs to named outputs. The ONNX Runtime engines trace it once and run it natively, gradients included; the
 * tfjs engines run it operator by operator.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { openEngine, type Program } from "@lab/iadnet/engine";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const line: Program = ({ slope }, { x, y }) => ({ loss: tf.mean(tf.square(tf.sub(tf.mul(slope, x), y))) });
 * const engine = await openEngine("onnx-cpu", 1);
 * const trainer = await engine.trainer(line, { slope: { shape: [], values: Float32Array.of(0) } });
 * const batch = {
 *   x: { shape: [3], values: Float32Array.of(1, 2, 3) },
 *   y: { shape: [3], values: Float32Array.of(2, 4, 6) },
 * };
 * for (let step = 0; step < 200; step++) await trainer.step(batch, 0.1);
 * assertAlmostEquals((await trainer.parameters()).slope.values[0], 2, 1e-2);
 * await engine.close();
 * ```
 *
 * @module
 */
export type {
  Engine,
  EngineName,
  OpenEngine,
  Optimiser,
  Precision,
  Program,
  Runner,
  Tensor,
  Tensors,
  Trainer,
  TrainerOptions,
  TrainerState,
} from "./engine.ts";
export { type Named, sizeOf, type Values } from "../core/tensors.ts";
export { doctor, type EngineReport, ENGINES, openEngine, openSharedEngine } from "./select.ts";
export { CHUNK, outputsInChunks, runInChunks } from "./chunks.ts";
