/**
 * Checks that every trainer makes: the state that it resumes from, and the loss of a step.
 *
 * @module
 */
import { IadnetError } from "../core/errors.ts";
import type { Named } from "../core/tensors.ts";
import type { TrainerState } from "./engine.ts";

/** Return the values of a state after checking their names and shapes.
 *
 * @param expected Shapes by name.
 * @throws {IadnetError} If a value is missing, unknown or of another shape.
 */
export function checkState(
  { steps, values }: TrainerState,
  expected: ReadonlyMap<string, readonly number[]>,
): Named {
  const refuse = (why: string) => new IadnetError(`Cannot resume training: ${why}`);
  if (!(Number.isSafeInteger(steps) && steps >= 0)) {
    throw refuse(`the number of steps must be a whole number, got ${steps}`);
  }
  for (const [name, shape] of expected) {
    const found = Object.hasOwn(values, name) ? values[name].shape : undefined;
    if (`${found}` !== `${shape}`) {
      throw refuse(`expected ${name} of shape [${shape}], got ${found ? `shape [${found}]` : "none"}`);
    }
  }
  const unknown = Object.keys(values).find((name) => !expected.has(name));
  if (unknown !== undefined) throw refuse(`unknown value ${unknown}`);
  return values;
}

/** The error of a step whose loss or gradient is not finite. It names the parameters whose gradients are not finite, or the
 * one with the largest gradient.
 *
 * @param step Number of the step, from 1. @param loss Its loss.
 * @param gradients For each parameter, values that are finite exactly where its gradient is.
 */
export function nonFiniteError(
  step: number,
  loss: number,
  gradients: Iterable<readonly [string, Float32Array]>,
): IadnetError {
  const all = [...gradients];
  const bad = all.filter(([, values]) => !values.every(Number.isFinite)).map(([name]) => name);
  const [largest] = all.map(([name, values]) => [name, largestAbsolute(values)] as const)
    .sort((a, b) => b[1] - a[1]);
  const more = bad.length > 3 ? ` and ${bad.length - 3} more` : "";
  const where = bad.length === 0
    ? `the largest gradient is that of ${largest?.[0]}`
    : `the gradient is not finite for ${bad.slice(0, 3).join(", ")}${more}`;
  return new IadnetError(`Cannot continue training: the loss of step ${step} is ${loss}; ${where}`);
}

/** The largest absolute value; 0 for an empty list. */
function largestAbsolute(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
