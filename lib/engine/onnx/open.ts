/** The ONNX Runtime engines. A program is traced once for each shape of its batch, together with its gradients and the
 * update of its parameters; every step is then one native call. */
import { EngineError } from "../../core/errors.ts";
import type { Engine, EngineName, Named, Program } from "../engine.ts";
import { upload } from "../tfjs.ts";
import { ProgramTrainer, type Run } from "../trainer.ts";
import { type Compile, type Compiled, OnnxRunner, type Ort } from "./runner.ts";
import { trace } from "./trace.ts";

/** What to install for an execution provider that does not start. */
const INSTALL: Partial<Record<EngineName, string>> = {
  "onnx-cuda":
    "On Linux, x86-64: install CUDA 12 and cuDNN 9, set `nodeModulesDir` to `auto` in deno.json, then run " +
    "`ONNXRUNTIME_NODE_INSTALL=cuda12 deno install --allow-scripts=npm:onnxruntime-node`",
  "onnx-webgpu": "Install a driver of your GPU; on Linux (x86-64 only) its Vulkan driver and libvulkan1",
};

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
  let runtime: Ort;
  disableTelemetry();
  try {
    runtime = (await import("onnxruntime-node")).default as unknown as Ort;
  } catch (cause) {
    throw new EngineError(
      `Cannot load ONNX Runtime: ${(cause as Error).message}`,
      "Run `deno install`, and allow ffi, read, env and sys",
    );
  }
  runtime.env.logLevel = "fatal"; // errors are thrown as well
  const provider = name.slice("onnx-".length);
  const start = async (record: Parameters<typeof trace>[0]): Promise<Compiled> => {
    const { graph, outputs } = trace(record, provider !== "webgpu");
    try {
      const session = await runtime.InferenceSession.create(graph.build(), {
        executionProviders: [provider],
        intraOpNumThreads: threads,
        graphOptimizationLevel: "all",
        logSeverityLevel: 3,
      });
      return { session, outputs };
    } catch (cause) {
      throw new EngineError(
        `Cannot start engine ${name}: ${(cause as Error).message.split("\n")[0]}`,
        INSTALL[name],
      );
    }
  };
  // One session for each program and shape: trainers and runners of the same program object share it.
  const sessions = new WeakMap<Program, Map<string, Promise<Compiled>>>();
  const started: Promise<Compiled>[] = [];
  const compile: Compile = (program, key, record) => {
    const known = sessions.get(program) ?? new Map<string, Promise<Compiled>>();
    sessions.set(program, known);
    let session = known.get(key);
    if (!session) {
      known.set(key, session = start(record));
      started.push(session);
    }
    return session;
  };
  const runner = (program: Program, parameters: Named) =>
    new OnnxRunner(runtime, compile, program, parameters);
  const run: Run = (program, inputs, into) => runner(program, {}).run(inputs, into);
  return {
    name,
    trainer: (...given) => Promise.resolve(new ProgramTrainer(run, ...given)),
    runner: (program, parameters, constant = false) =>
      Promise.resolve(
        constant
          ? runner((_, inputs) => program(upload(parameters), inputs), {})
          : runner(program, parameters),
      ),
    close: async () => {
      for (const made of await Promise.allSettled(started.splice(0))) {
        if (made.status === "fulfilled") await made.value.session.release();
      }
    },
  };
}
