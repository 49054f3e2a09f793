/**
 * Choosing an engine, and saying why another one is not usable here.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { EngineError, UsageError } from "../core/errors.ts";
import { openEager } from "./tfjs.ts";
import type { Engine, EngineName } from "./engine.ts";
import { openOnnx } from "./onnx/session.ts";

/** All engine names, in the order in which a machine's best one is usually found. */
export const ENGINES: readonly EngineName[] = [
  "onnx-cpu",
  "onnx-cuda",
  "onnx-webgpu",
  "tensorflow-gpu",
  "tensorflow",
  "webgpu",
  "wasm",
  "cpu",
];

/** Open an engine by name. `auto` is `onnx-cuda` where ONNX Runtime has its CUDA provider, else `onnx-cpu`.
 *
 * @param name An engine's name or `auto`. @param threads Threads of one operator; 0 = as many as there are cores.
 * @throws {UsageError} If the name is unknown. @throws {EngineError} If the engine cannot run here.
 */
export async function openEngine(name: EngineName | "auto" = "auto", threads = 0): Promise<Engine> {
  if (name === "auto") {
    return await probeCuda() ? await openOnnx("onnx-cuda", threads) : await openOnnx("onnx-cpu", threads);
  }
  if (!ENGINES.includes(name)) {
    throw new UsageError(`Cannot use engine ${name}: known are auto, ${ENGINES.join(", ")}`);
  }
  const engine = name.startsWith("onnx-") ? await openOnnx(name, threads) : await openEager(name);
  if (name !== "onnx-cpu") await probe(engine);
  return engine;
}

/** One engine's state on this machine. */
export interface EngineReport {
  /** The engine. */
  readonly engine: EngineName;
  /** Whether a small training step ran and gave the right answer. */
  readonly usable: boolean;
  /** Why not. Empty when usable. */
  readonly reason: string;
  /** What to run or install. Empty when usable. */
  readonly install: string;
}

/** Try every engine with one real training step.
 *
 * @example
 * ```ts
 * import { doctor } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const reports = await doctor(["onnx-cpu"]);
 * assert(reports[0].usable);
 * ```
 */
export async function doctor(names: readonly EngineName[] = ENGINES): Promise<EngineReport[]> {
  const reports: EngineReport[] = [];
  for (const engine of names) {
    try {
      await probe(engine.startsWith("onnx-") ? await openOnnx(engine, 0) : await openEager(engine));
      reports.push({ engine, usable: true, reason: "", install: "" });
    } catch (cause) {
      const install = cause instanceof EngineError && cause.install || "";
      reports.push({ engine, usable: false, reason: (cause as Error).message, install });
    }
  }
  return reports;
}

/** Whether ONNX Runtime's CUDA provider is installed, starts and computes. Only a try tells: the runtime lists the
 * provider as "not bundled" on every Linux machine, whether it has been installed or not. */
async function probeCuda(): Promise<boolean> {
  try {
    await probe(await openOnnx("onnx-cuda", 0));
    return true;
  } catch {
    return false;
  }
}

/** One Adam step on |p . i|^2 from p = (1, -2), i = (3, 1): the loss must be 1, and the step rate * sign(gradient).
 *
 * @throws {EngineError} If it does not run, or the numbers are wrong.
 */
async function probe(engine: Engine): Promise<void> {
  const trainer = await engine.trainer(
    ({ p }, { i }) => ({ loss: tf.sum(tf.square(tf.matMul(p as tf.Tensor2D, i as tf.Tensor2D))) }),
    { p: { shape: [1, 2], values: Float32Array.of(1, -2) } },
  );
  let loss = NaN;
  try {
    loss = (await trainer.step({ i: { shape: [2, 1], values: Float32Array.of(3, 1) } }, 0.1)).loss[0];
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError(
      `Cannot use engine ${engine.name}: a probe step failed: ${(cause as Error).message}`,
    );
  }
  const p = trainer.parameters().p.values;
  const off = (value: number, right: number) => !(Math.abs(value - right) < 1e-4);
  if (off(loss, 1) || off(p[0], 0.9) || off(p[1], -2.1)) {
    throw new EngineError(
      `Cannot use engine ${engine.name}: a probe step gave loss ${loss}, parameters ${p}`,
    );
  }
}
