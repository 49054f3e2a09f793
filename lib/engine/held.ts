/** The values that a trainer keeps between its steps, and where they are: in the memory of the processor, or in that of a GPU. */
import type { Named } from "../core/tensors.ts";
import type { Program } from "./engine.ts";

/** Prefix of a step's outputs that replace held values. */
export const NEW = "new:";

/** Values by name, kept where the engine computes. */
export interface HeldValues {
  /** Set these values; others stay. The arrays belong to it from now on. */
  write(values: Named): Promise<void>;
  /** These values. They are valid until the next step, and must not be changed.
   * @param made Whether to read what the last step made and `accept` has not yet put in their place. */
  read(names: readonly string[], made?: boolean): Promise<Named>;
  /** Run a program on all held values and some inputs. Its outputs `new:<name>` stay here until `accept`.
   * @returns The other outputs. */
  step(program: Program, inputs: Named): Promise<Record<string, Float32Array>>;
  /** Put what the last step made in the place of the values of the same names. */
  accept(): void;
  /** Release all values. */
  close(): void;
}

/** Runs a program without parameters on inputs. It may write the outputs into `into`, which holds one buffer for each of some
 * outputs. */
export type Run = (program: Program, inputs: Named, into: Named) => Promise<Record<string, Float32Array>>;

/** Values in the memory of the processor. A step writes into the buffers of the step before the last one. */
export class MemoryValues implements HeldValues {
  #values: Named = {};
  /** Buffers of what a step makes. */
  #made: Named = {};

  /** @param run Runs a program on the engine. */
  constructor(readonly run: Run) {}

  write(values: Named): Promise<void> {
    this.#values = { ...this.#values, ...values };
    return Promise.resolve();
  }

  read(names: readonly string[], made = false): Promise<Named> {
    const from = made ? this.#made : this.#values;
    return Promise.resolve(Object.fromEntries(names.map((name) => [name, from[name]])));
  }

  async step(program: Program, inputs: Named): Promise<Record<string, Float32Array>> {
    const into = Object.fromEntries(Object.entries(this.#made).map(([name, value]) => [NEW + name, value]));
    const outputs = await this.run(program, { ...this.#values, ...inputs }, into);
    const [made, others] = splitNew(outputs);
    this.#made = Object.fromEntries(
      Object.entries(made).map(([name, values]) => [name, { shape: this.#values[name].shape, values }]),
    );
    return others;
  }

  accept(): void {
    const before = Object.fromEntries(Object.keys(this.#made).map((name) => [name, this.#values[name]]));
    this.#values = { ...this.#values, ...this.#made };
    this.#made = before;
  }

  close(): void {
    [this.#values, this.#made] = [{}, {}];
  }
}

/** What keeps values on a device: tensors of some library. */
export interface Device<T> {
  /** Copy values to the device. */
  upload(values: Named): Promise<Record<string, T>>;
  /** Copies of tensors as values. */
  download(tensors: Readonly<Record<string, T>>): Promise<Named>;
  /** Run a program on tensors and inputs. Its outputs `new:<name>` stay on the device, and are tensors of their own.
   * @returns These, by name, and the values of the others. */
  step(
    program: Program,
    held: Readonly<Record<string, T>>,
    inputs: Named,
  ): Promise<[made: Record<string, T>, others: Record<string, Float32Array>]>;
}

/** Values in tensors on a device: only a step's inputs go there, and only outputs that replace no value come back. */
export class TensorValues<T extends { dispose(): void }> implements HeldValues {
  #values: Record<string, T> = {};
  #made: Record<string, T> = {};

  constructor(readonly device: Device<T>) {}

  async write(values: Named): Promise<void> {
    this.#replace(await this.device.upload(values));
  }

  async read(names: readonly string[], made = false): Promise<Named> {
    const from = made ? this.#made : this.#values;
    return await this.device.download(Object.fromEntries(names.map((name) => [name, from[name]])));
  }

  async step(program: Program, inputs: Named): Promise<Record<string, Float32Array>> {
    disposeAll(this.#made); // of a step that was not accepted
    this.#made = {};
    const [made, others] = await this.device.step(program, this.#values, inputs);
    this.#made = made;
    return others;
  }

  accept(): void {
    this.#replace(this.#made);
    this.#made = {};
  }

  close(): void {
    disposeAll(this.#values);
    disposeAll(this.#made);
  }

  #replace(values: Record<string, T>): void {
    for (const name of Object.keys(values)) this.#values[name]?.dispose();
    this.#values = { ...this.#values, ...values };
  }
}

function disposeAll(tensors: Readonly<Record<string, { dispose(): void }>>): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}

/** What a step made, under the names of the values that it replaces, and the step's other outputs. */
export function splitNew<T>(outputs: Readonly<Record<string, T>>): [Record<string, T>, Record<string, T>] {
  const made: Record<string, T> = {}, others: Record<string, T> = {};
  for (const [name, value] of Object.entries(outputs)) {
    if (name.startsWith(NEW)) made[name.slice(NEW.length)] = value;
    else others[name] = value;
  }
  return [made, others];
}
