/** ONNX Runtime with one execution provider: compiles programs, runs them, and places values where the provider computes. */
import type * as ort from "onnxruntime-node";
import { EngineError } from "../../core/errors.ts";
import { type Named, prefixed, sizeOf } from "../../core/tensors.ts";
import type { EngineName, Precision, Program, Tensors } from "../engine.ts";
import { isOnGpu } from "../abilities.ts";
import { multiplyInInt8 } from "./int8.ts";
import { type Placeholder, trace } from "./trace.ts";

/** The module of ONNX Runtime. */
export type Ort = typeof ort;

/** Values of ONNX Runtime by name. Their data are in the processor's memory or, with `location` `gpu-buffer`, on a GPU. */
export type Placed = Readonly<Record<string, ort.Tensor>>;

/** A session and the shapes of its outputs. */
export interface Compiled {
  readonly session: ort.InferenceSession;
  readonly outputs: ReadonlyMap<string, readonly number[]>;
}

/** How a program is compiled. */
export interface How {
  /** Which outputs stay on the device, the same ones for all uses of a program; none if absent. */
  readonly stays?: (output: string) => boolean;
  /** Precision of products with constants; float32 if absent. */
  readonly precision?: Precision;
}

/** What to install for an execution provider that does not start. */
const INSTALL: Partial<Record<EngineName, string>> = {
  "onnx-cuda":
    "On Linux, x86-64: install CUDA 12 and cuDNN 9, set `nodeModulesDir` to `auto` in deno.json, then run " +
    "`ONNXRUNTIME_NODE_INSTALL=cuda12 deno install --allow-scripts=npm:onnxruntime-node`",
  "onnx-webgpu": "Install a driver of your GPU; on Linux (x86-64 only) its Vulkan driver and libvulkan1",
};

/** The programs that copy values to the GPU and back. */
const UPLOAD: Program = (_, values) => values, DOWNLOAD: Program = (_, values) => values;

/** One provider of ONNX Runtime, opened. */
export class OnnxRuntime {
  /** Whether values can stay on the device between two runs: for the WebGPU provider only. For CUDA, the package for Node
   * neither takes nor returns tensors on the device. */
  readonly keepsValues: boolean;
  /** Bytes that runs have passed from the processor's memory to the device, and back. */
  moved = 0;
  readonly #provider: string;
  // One session for each program and shape: trainers and runners of the same program object share it.
  readonly #sessions = new WeakMap<Program, Map<string, Promise<Compiled>>>();
  readonly #started: Promise<Compiled>[] = [];

  /** @param name Name of the engine. @param threads Threads per operator; 0 = the number of cores. */
  constructor(readonly ort: Ort, readonly name: EngineName, readonly threads: number) {
    this.#provider = name.slice("onnx-".length);
    this.keepsValues = this.#provider === "webgpu";
  }

  /** The session of a program for these inputs, traced and compiled the first time.
   * @param parameters Parameters of the program, if any.
   * @throws {EngineError} If the provider does not start, or the program cannot be traced. */
  compile(
    program: Program,
    parameters: Shapes,
    inputs: Shapes,
    how: How = {},
  ): Promise<Compiled> {
    const known = this.#sessions.get(program) ?? new Map<string, Promise<Compiled>>();
    this.#sessions.set(program, known);
    const key = `${how.precision ?? "float32"} ${shapeKey(inputs)} ${shapeKey(parameters)}`;
    let session = known.get(key);
    if (!session) {
      const record = (placeholder: Placeholder) => {
        const declare = (shapes: Shapes, prefix: string): Tensors =>
          Object.fromEntries(
            Object.entries(shapes).map(([name, { shape }]) => [name, placeholder(prefix + name, shape)]),
          );
        return program(declare(parameters, PARAMETER), declare(inputs, INPUT));
      };
      known.set(key, session = this.#start(record, how));
      this.#started.push(session);
    }
    return session;
  }

  /** Run a session.
   * @param into Buffers for some of the outputs; the others get new ones. */
  async run({ session, outputs }: Compiled, feeds: Placed, into: Named = {}): Promise<Placed> {
    const fetches = this.keepsValues ? undefined : Object.fromEntries(
      [...outputs].map(([name, shape]) => [
        name,
        this.#tensor(into[name]?.values ?? new Float32Array(sizeOf(shape)), shape),
      ]),
    );
    const results = fetches ? await session.run(feeds, fetches) : await session.run(feeds);
    if (isOnGpu(this.name)) {
      for (const { location, size } of [...Object.values(feeds), ...Object.values(results)]) {
        if (location === "cpu") this.moved += size * Float32Array.BYTES_PER_ELEMENT;
      }
    }
    return fetches ?? results;
  }

  /** Values as tensors in the processor's memory, which a run reads from there. */
  tensors(values: Named): Placed {
    return Object.fromEntries(
      Object.entries(values).map(([name, { shape, values }]) => [name, this.#tensor(values, shape)]),
    );
  }

  /** Copies of values where the provider computes, if they can stay there. */
  async place(values: Named): Promise<Placed> {
    if (!this.keepsValues || Object.keys(values).length === 0) return this.tensors(values);
    return await this.run(
      await this.compile(UPLOAD, {}, values, { stays: () => true }),
      prefixed(INPUT, this.tensors(values)),
    );
  }

  /** Copies of placed values. */
  async fetch(placed: Placed): Promise<Named> {
    const shapes = shapesOf(placed);
    if (Object.keys(placed).length === 0) return {};
    const copies = await this.run(await this.compile(DOWNLOAD, {}, shapes), prefixed(INPUT, placed));
    return Object.fromEntries(
      Object.entries(copies).map((
        [name, { data }],
      ) => [name, { ...shapes[name], values: data as Float32Array }]),
    );
  }

  /** Release all sessions. */
  async close(): Promise<void> {
    for (const made of await Promise.allSettled(this.#started.splice(0))) {
      if (made.status === "fulfilled") await made.value.session.release();
    }
  }

  #tensor(values: Float32Array, shape: readonly number[]): ort.Tensor {
    return new this.ort.Tensor("float32", values, [...shape]);
  }

  async #start(
    record: Parameters<typeof trace>[0],
    { stays = () => false, precision = "float32" }: How,
  ): Promise<Compiled> {
    const { graph, outputs } = trace(record, !this.keepsValues);
    if (precision === "int8") multiplyInInt8(graph);
    const onDevice = this.keepsValues && [...outputs.keys()].filter(stays);
    try {
      const session = await this.ort.InferenceSession.create(graph.build(), {
        executionProviders: [this.#provider],
        intraOpNumThreads: this.threads,
        graphOptimizationLevel: "all",
        logSeverityLevel: 3,
        ...(onDevice && onDevice.length > 0 && {
          preferredOutputLocation: Object.fromEntries(onDevice.map((name) => [name, "gpu-buffer" as const])),
        }),
      });
      return { session, outputs };
    } catch (cause) {
      throw new EngineError(
        `Cannot start engine ${this.name}: ${(cause as Error).message.split("\n")[0]}`,
        INSTALL[this.name],
      );
    }
  }
}

/** Shapes by name. */
export type Shapes = Readonly<Record<string, { readonly shape: readonly number[] }>>;

/** Prefixes of a program's parameters and inputs among the inputs of its graph. */
export const PARAMETER = "p:", INPUT = "i:";

/** Shapes of placed values. */
export function shapesOf(placed: Placed): Shapes {
  return Object.fromEntries(Object.entries(placed).map(([name, { dims }]) => [name, { shape: dims }]));
}

/** A key of named shapes, equal for batches of equal shapes. */
function shapeKey(named: Shapes): string {
  return Object.entries(named).map(([name, { shape }]) => `${name}:${shape}`).join(";");
}
