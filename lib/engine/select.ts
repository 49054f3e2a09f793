/** Open an engine by name, and report which engines work on this machine. */
import * as tf from "@tensorflow/tfjs";
import { EngineError, UsageError } from "../core/errors.ts";
import { openEager } from "./tfjs.ts";
import type { Engine, EngineName, OpenEngine } from "./engine.ts";
import { openOnnx } from "./onnx/open.ts";

/** Names of all engines, the usually fastest ones first. */
export const ENGINES: readonly EngineName[] = [
  "onnx-cpu",
  "onnx-cuda",
  "onnx-webgpu",
  "tensorflow-gpu",
  "webgpu",
  "wasm",
  "cpu",
];

/** Open an engine by name. `auto` opens `onnx-cuda` if its provider works here, else `onnx-cpu`.
 * @param name Name of the engine, or `auto`. @param threads Threads per operator; 0 = the number of cores.
 * @throws {UsageError} If the name is unknown. @throws {EngineError} If the engine cannot run here. */
export async function openEngine(name: EngineName | "auto" = "auto", threads = 0): Promise<Engine> {
  if (name === "auto") {
    return await probeCuda() ? await openOnnx("onnx-cuda", threads) : await openOnnx("onnx-cpu", threads);
  }
  if (!ENGINES.includes(name)) {
    throw new UsageError(`Cannot use engine ${name}: expected one of auto, ${ENGINES.join(", ")}`);
  }
  const engine = name.startsWith("onnx-") ? await openOnnx(name, threads) : await openEager(name);
  if (name !== "onnx-cpu") await probe(engine);
  return engine;
}

/** Open an engine that several detectors share, so that a program is compiled once for all of them.
 * @param name Name of the engine, or `auto`. @param threads Threads per operator; 0 = the number of cores.
 * @throws {UsageError} If the name is unknown. @throws {EngineError} If the engine cannot run here.
 * @example
 * ```ts
 * import { generateDataset, IADNet, openSharedEngine } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const engine = await openSharedEngine("onnx-cpu", 1);
 * const hugs = generateDataset({ seed: 0, clipsPerCategory: 6, categories: ["hug"] });
 * for (const seed of [0, 1]) {
 *   const detector = new IADNet({ preset: "tiny", engine });
 *   await detector.fit(hugs, { seed });
 *   assertEquals((await detector.score(hugs)).length, 6);
 * }
 * await engine.close();
 * ```
 */
export const openSharedEngine: (name?: EngineName | "auto", threads?: number) => Promise<OpenEngine> =
  openEngine;

/** What `doctor` found out about one engine. */
export interface EngineReport {
  /** Name of the engine. */
  readonly engine: EngineName;
  /** Whether it ran one training step with the right result. */
  readonly usable: boolean;
  /** Why it is not usable; empty if it is. */
  readonly reason: string;
  /** What to run or install; empty if it is usable. */
  readonly install: string;
}

/** Test engines on this machine with one training step each.
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

/** Whether ONNX Runtime's CUDA provider loads and computes. The runtime lists the provider as "not bundled" on every Linux
 * machine, installed or not, so it has to be tried. */
async function probeCuda(): Promise<boolean> {
  try {
    await probe(await openOnnx("onnx-cuda", 0));
    return true;
  } catch {
    return false;
  }
}

/** Run one Adam step on |p . i|^2 from p = (1, -2), i = (3, 1): the loss is 1, and the update is rate * sign(gradient).
 * @throws {EngineError} If the step fails, or its numbers are wrong. */
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
      `Cannot use engine ${engine.name}: a test step failed: ${(cause as Error).message}`,
    );
  }
  const p = (await trainer.parameters()).p.values;
  trainer.close();
  const off = (value: number, right: number) => !(Math.abs(value - right) < 1e-4);
  if (off(loss, 1) || off(p[0], 0.9) || off(p[1], -2.1)) {
    throw new EngineError(
      `Cannot use engine ${engine.name}: a test step gave loss ${loss} and parameters ${p}`,
    );
  }
}
