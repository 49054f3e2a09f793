/** The ONNX Runtime engines. A program is traced once for each shape of its batch, together with its gradients and the
 * update of its parameters; every step is then one native call. */
import { EngineError } from "../../core/errors.ts";
import type { Engine, EngineName, Named, Precision, Program } from "../engine.ts";
import { checkPrecision } from "../abilities.ts";
import { MemoryValues, type Run, TensorValues } from "../held.ts";
import { upload } from "../tfjs.ts";
import { ProgramTrainer } from "../trainer.ts";
import { OnnxDevice } from "./gpu.ts";
import { OnnxRunner } from "./runner.ts";
import { OnnxRuntime, type Ort } from "./runtime.ts";

/** Turn off the telemetry that ONNX Runtime sends to its maker. The variable must be set before the library is loaded; a
 * process without the permission to set it has to be started with it, as `deno task` does. */
function disableTelemetry(): void {
  try {
    if (Deno.env.get("ORT_DISABLE_TELEMETRY") === undefined) Deno.env.set("ORT_DISABLE_TELEMETRY", "1");
  } catch { /* no permission */ }
}

/** Open the ONNX Runtime engine of one execution provider.
 * @param name Name of the engine. @param threads Threads per operator; 0 = the number of cores.
 * @throws {EngineError} If the native library or the provider does not load. */
export async function openOnnx(name: EngineName, threads: number): Promise<Engine> {
  let ort: Ort;
  disableTelemetry();
  try {
    ort = (await import("onnxruntime-node")).default as unknown as Ort;
  } catch (cause) {
    throw new EngineError(
      `Cannot load ONNX Runtime: ${(cause as Error).message}`,
      "Run `deno install`, and allow ffi, read, env and sys",
    );
  }
  ort.env.logLevel = "fatal"; // errors are thrown as well
  const runtime = new OnnxRuntime(ort, name, threads);
  const runner = async (program: Program, parameters: Named, precision?: Precision) =>
    new OnnxRunner(runtime, program, await runtime.place(parameters), precision);
  const run: Run = async (program, inputs, into) => await (await runner(program, {})).run(inputs, into);
  return {
    name,
    get bytesMoved() {
      return runtime.moved;
    },
    trainer: (...given) =>
      ProgramTrainer.create(
        runtime.keepsValues ? new TensorValues(new OnnxDevice(runtime)) : new MemoryValues(run),
        ...given,
      ),
    runner: async (program, parameters, constants) => {
      if (constants === undefined) return await runner(program, parameters);
      checkPrecision(name, constants);
      return await runner((_, inputs) => program(upload(parameters), inputs), {}, constants);
    },
    close: () => runtime.close(),
  };
}
