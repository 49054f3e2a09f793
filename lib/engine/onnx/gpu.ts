/** Values of a trainer in the memory of a GPU. */
import { type Named, prefixed } from "../../core/tensors.ts";
import type { Program } from "../engine.ts";
import { type HeldValues, NEW, splitNew } from "../held.ts";
import { valuesOf } from "./runner.ts";
import { INPUT, type OnnxRuntime, type Placed, shapesOf } from "./runtime.ts";

/** Keeps values on the GPU: only a step's inputs go there, and only outputs that replace no value come back. */
export class GpuValues implements HeldValues {
  #values: Placed = {};
  #made: Placed = {};

  constructor(readonly runtime: OnnxRuntime) {}

  async write(values: Named): Promise<void> {
    this.#replace(await this.runtime.place(values));
  }

  async read(names: readonly string[], made = false): Promise<Named> {
    const from = made ? this.#made : this.#values;
    return await this.runtime.fetch(Object.fromEntries(names.map((name) => [name, from[name]])));
  }

  async step(program: Program, inputs: Named): Promise<Record<string, Float32Array>> {
    const shapes = { ...shapesOf(this.#values), ...inputs };
    const compiled = await this.runtime.compile(program, {}, shapes, {
      stays: (output) => output.startsWith(NEW),
    });
    dispose(this.#made); // of a step that was not accepted
    const feeds = { ...this.#values, ...this.runtime.tensors(inputs) };
    const [made, others] = splitNew(await this.runtime.run(compiled, prefixed(INPUT, feeds)));
    this.#made = made;
    return valuesOf(others);
  }

  accept(): void {
    this.#replace(this.#made);
    this.#made = {};
  }

  close(): void {
    dispose(this.#values);
    dispose(this.#made);
  }

  #replace(values: Placed): void {
    const names = Object.keys(values).filter((name) => Object.hasOwn(this.#values, name));
    dispose(Object.fromEntries(names.map((name) => [name, this.#values[name]])));
    this.#values = { ...this.#values, ...values };
  }
}

function dispose(placed: Placed): void {
  for (const tensor of Object.values(placed)) tensor.dispose();
}
