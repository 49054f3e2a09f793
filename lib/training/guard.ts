/**
 * Guards of the training: a value that is not finite is named and never kept.
 *
 * @module
 */
import type { Named } from "../engine/engine.ts";
import { IadnetError } from "../core/errors.ts";

/** Largest magnitude of an input, a parameter or a first moment: its square is still a float32. */
const GREATEST = 1e18;

/** A batch in messages. */
export interface Batch {
  /** Step of the batch, 1-based. */
  readonly step: number;
  /** Names of the rows, such as ids of clips. */
  readonly names: readonly string[];
}

/** Check the inputs of a step.
 *
 * @throws {IadnetError} Naming the tensor, the step and the clip of a value that is not finite or beyond 1e18.
 */
export function checkInputs(inputs: Named, { step, names }: Batch): void {
  for (const [name, { shape, values }] of Object.entries(inputs)) {
    const at = outside(values, GREATEST);
    if (at < 0) continue;
    const perRow = shape[0] === names.length && values.length / names.length;
    const where = perRow ? `of ${names[Math.floor(at / perRow)]}` : `in a batch of ${few(names)}`;
    throw new IadnetError(`Cannot run step ${step}: input ${name} ${where} is ${values[at]}`);
  }
}

/** Check the parameters, or a trainer's state, after `steps` steps.
 *
 * @throws {IadnetError} Naming the tensor and the step.
 */
export function checkValues(values: Named, steps: number, where: string): void {
  for (const [name, { values: own }] of Object.entries(values)) {
    const at = outside(own, name.startsWith("v:") ? Infinity : GREATEST);
    if (at >= 0) throw new IadnetError(`Cannot keep ${where} after step ${steps}: ${name} is ${own[at]}`);
  }
}

/** The error of a step that failed, with the clips of its batch and a parameter that was out of range before it. */
export function explainStep(error: IadnetError, parameters: Named, { names }: Batch): IadnetError {
  let cause = "";
  for (const [name, { values }] of Object.entries(parameters)) {
    const at = outside(values, GREATEST);
    if (at >= 0) cause ||= `; parameter ${name} was ${values[at]}`;
  }
  return new IadnetError(`${error.message}${cause}; the batch was ${few(names)}`);
}

/** Index of the first value that is not finite or beyond a limit; -1 if there is none. */
function outside(values: Float32Array, limit: number): number {
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    if (!(size <= limit && size < Infinity)) return i;
  }
  return -1;
}

function few(names: readonly string[]): string {
  const rest = names.length - 3;
  return names.slice(0, 3).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
