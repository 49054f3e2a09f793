/** Runs programs forward on ONNX Runtime: one native call per batch. */
import { type Named, prefixed } from "../../core/tensors.ts";
import type { Precision, Program, Runner } from "../engine.ts";
import { INPUT, type OnnxRuntime, PARAMETER, type Placed, shapesOf } from "./runtime.ts";

/** Runs a program with given parameters. */
export class OnnxRunner implements Runner {
  /** @param parameters The parameters, placed where the provider computes. @param precision Of products with constants. */
  constructor(
    readonly runtime: OnnxRuntime,
    readonly program: Program,
    readonly parameters: Placed,
    readonly precision: Precision = "float32",
  ) {}

  /** @param into Buffers for some of the outputs; the others get new ones. */
  async run(inputs: Named, into?: Named): Promise<Record<string, Float32Array>> {
    const { program, precision } = this, parameters = shapesOf(this.parameters);
    const compiled = await this.runtime.compile(program, parameters, inputs, { precision });
    const feeds = {
      ...prefixed(PARAMETER, this.parameters),
      ...prefixed(INPUT, this.runtime.tensors(inputs)),
    };
    return valuesOf(await this.runtime.run(compiled, feeds, into));
  }
}

/** The values of tensors in the processor's memory. */
export function valuesOf(placed: Placed): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(placed).map(([name, { data }]) => [name, data as Float32Array]));
}
