/** What engines can do, by name. */
import { EngineError } from "../core/errors.ts";
import type { EngineName, Precision } from "./engine.ts";

/** Whether an engine computes on a GPU. */
export function isOnGpu(name: EngineName): boolean {
  return !["onnx-cpu", "wasm", "cpu"].includes(name);
}

/** Check that an engine can multiply in a precision.
 * @throws {EngineError} If it cannot. */
export function checkPrecision(name: EngineName, precision: Precision | undefined): void {
  if (precision !== "int8" || name === "onnx-cpu") return;
  throw new EngineError(`Cannot multiply in int8 on engine ${name}: only onnx-cpu does`);
}
