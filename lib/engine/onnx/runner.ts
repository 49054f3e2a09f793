/** Runs on ONNX Runtime: one native call per batch. */
import type * as ort from "onnxruntime-node";
import { type Named, sizeOf, type Values } from "../../core/tensors.ts";
import type { Program, Runner, Tensors } from "../engine.ts";
import type { trace } from "./trace.ts";

/** The module of ONNX Runtime. */
export type Ort = typeof ort;

/** A session and the shapes of its outputs. */
export interface Compiled {
  readonly session: ort.InferenceSession;
  readonly outputs: ReadonlyMap<string, readonly number[]>;
}

/** Returns the session of a program for the shapes in `key`; traces and compiles it on the first call. */
export type Compile = (
  program: Program,
  key: string,
  record: Parameters<typeof trace>[0],
) => Promise<Compiled>;

/** Runs a program with given parameters. */
export class OnnxRunner implements Runner {
  constructor(
    readonly runtime: Ort,
    readonly compile: Compile,
    readonly program: Program,
    readonly parameters: Named,
  ) {}

  /** @param into Buffers for some of the outputs; the others get new ones. */
  async run(inputs: Named, into: Named = {}): Promise<Record<string, Float32Array>> {
    const key = `${shapeKey(inputs)} ${shapeKey(this.parameters)}`;
    const { session, outputs } = await this.compile(this.program, key, (placeholder) => {
      const declare = (named: Named, prefix: string): Tensors =>
        Object.fromEntries(
          Object.entries(named).map(([name, { shape }]) => [name, placeholder(prefix + name, shape)]),
        );
      return this.program(declare(this.parameters, "p:"), declare(inputs, "i:"));
    });
    const tensor = ({ shape, values }: Values) => new this.runtime.Tensor("float32", values, [...shape]);
    const feeds: Record<string, ort.Tensor> = {}, fetches: Record<string, ort.Tensor> = {};
    for (const [name, values] of Object.entries(this.parameters)) feeds[`p:${name}`] = tensor(values);
    for (const [name, values] of Object.entries(inputs)) feeds[`i:${name}`] = tensor(values);
    for (const [name, shape] of outputs) {
      fetches[name] = tensor(into[name] ?? { shape, values: new Float32Array(sizeOf(shape)) });
    }
    await session.run(feeds, fetches);
    return Object.fromEntries(
      Object.entries(fetches).map(([name, { data }]) => [name, data as Float32Array]),
    );
  }
}

/** A key of named shapes, equal for batches of equal shapes. */
function shapeKey(named: Named): string {
  return Object.entries(named).map(([name, { shape }]) => `${name}:${shape}`).join(";");
}
