/** Tensors of ONNX Runtime that stay on a GPU between two runs. */
import type { Tensor } from "onnxruntime-node";
import { type Named, prefixed } from "../../core/tensors.ts";
import type { Program } from "../engine.ts";
import { type Device, NEW, splitNew } from "../held.ts";
import { valuesOf } from "./runner.ts";
import { INPUT, type OnnxRuntime, type Placed, shapesOf } from "./runtime.ts";

/** The GPU of a provider that keeps values. */
export class OnnxDevice implements Device<Tensor> {
  constructor(readonly runtime: OnnxRuntime) {}

  upload(values: Named): Promise<Placed> {
    return this.runtime.place(values);
  }

  download(tensors: Placed): Promise<Named> {
    return this.runtime.fetch(tensors);
  }

  async step(
    program: Program,
    held: Placed,
    inputs: Named,
  ): Promise<[Record<string, Tensor>, Record<string, Float32Array>]> {
    const shapes = { ...shapesOf(held), ...inputs };
    const compiled = await this.runtime.compile(program, {}, shapes, {
      stays: (output) => output.startsWith(NEW),
    });
    const feeds = prefixed(INPUT, { ...held, ...this.runtime.tensors(inputs) });
    const [made, others] = splitNew(await this.runtime.run(compiled, feeds));
    return [made, valuesOf(others)];
  }
}
