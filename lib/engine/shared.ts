/**
 * An engine that several detectors share.
 *
 * @module
 */
import type { EngineName, OpenEngine } from "./engine.ts";
import { openEngine } from "./select.ts";

/** Open an engine that several detectors share, so that a program is compiled once for all of them.
 *
 * @param name Name of the engine, or `auto`. @param threads Threads per operator; 0 = the number of cores.
 * @throws {UsageError} If the name is unknown. @throws {EngineError} If the engine cannot run here.
 * @example
 * ```ts
 * import { generateDataset, IADNet } from "@lab/iadnet";
 * import { openSharedEngine } from "@lab/iadnet";
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
export async function openSharedEngine(name: EngineName | "auto" = "auto", threads = 0): Promise<OpenEngine> {
  return await openEngine(name, threads);
}
