/**
 * Forward runs on ONNX Runtime: one native call per batch.
 *
 * @module
 */
import type * as ort from "onnxruntime-node";
import type { Named } from "../../core/tensors.ts";
import type { Program, Runner } from "../engine.ts";
import { allocate, type Compile, declareInputs, type Ort, shapeKey, tensorOf } from "./session.ts";

/** Runs a program with given parameters. */
export class OnnxRunner implements Runner {
  readonly #parameters: Record<string, ort.Tensor> = {};

  constructor(
    readonly runtime: Ort,
    readonly compile: Compile,
    readonly program: Program,
    readonly parameters: Named,
  ) {
    for (const [name, values] of Object.entries(parameters)) {
      this.#parameters[`p:${name}`] = tensorOf(runtime, values);
    }
  }

  async run(inputs: Named): Promise<Record<string, Float32Array>> {
    const key = `forward ${shapeKey(inputs)} ${shapeKey(this.parameters)}`;
    const compiled = await this.compile(this.program, key, (placeholder, output) => {
      const parameters = declareInputs(this.parameters, "p:", placeholder);
      const results = this.program(parameters, declareInputs(inputs, "i:", placeholder));
      for (const [name, tensor] of Object.entries(results)) output(name, tensor);
    });
    const feeds: Record<string, ort.Tensor> = { ...this.#parameters };
    for (const [name, values] of Object.entries(inputs)) feeds[`i:${name}`] = tensorOf(this.runtime, values);
    const fetches = allocate(this.runtime, compiled.outputs);
    await compiled.session.run(feeds, fetches);
    return Object.fromEntries(
      Object.entries(fetches).map(([name, tensor]) => [name, tensor.data as Float32Array]),
    );
  }
}
