/** The training loop of every trained detector: epochs of shuffled batches, with a learning rate per epoch. A value that is not finite
 * is named and never kept. */
import type { FitProgress } from "./history.ts";
import type { Named, Trainer } from "../engine/engine.ts";
import { DataError, IadnetError, Interrupted } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import type { FitCheckpoints, TrainingState } from "./checkpoint/checkpoint.ts";

/** Largest magnitude of an input, a parameter or a first moment: its square is still a float32. */
const GREATEST = 1e18;

/** One training. */
export interface Loop {
  /** Name of this training, unique within its fit. */
  readonly training: string;
  /** Checkpoints to resume from and to write; none if undefined. */
  readonly checkpoints: FitCheckpoints | undefined;
  /** Number of training rows. */
  readonly size: number;
  /** Name of a row in messages, such as its clip's id; `row <number>` if absent. */
  readonly rowName?: (row: number) => string;
  /** Passes over the rows. */
  readonly epochs: number;
  /** Rows per step; the last batch of an epoch may be smaller. */
  readonly batch: number;
  /** Learning rate of an epoch, counted from 0. */
  readonly rate: (epoch: number) => number;
  /** Shuffles the rows; `makeBatch` may draw from it, too. */
  readonly random: Random;
  /** The inputs of one step. They depend on the rows and on `random` only. */
  readonly makeBatch: (rows: readonly number[]) => Named;
  /** Called after each step; `steps` counts this loop only. A training that resumes first reports all earlier steps again. */
  readonly onProgress: (progress: FitProgress) => void;
}

/** How the learning rate falls over the epochs. */
export const SCHEDULES = ["geometric", "constant-linear"] as const;

/** `geometric`: by the same factor each epoch. `constant-linear`: constant for a fifth of the epochs, then linear. */
export type Schedule = typeof SCHEDULES[number];

/** Rate of one epoch, from `first` (epoch 0) to `last` (the final epoch).
 * @param schedule `geometric` if absent.
 * @example
 * ```ts
 * import { learningRate } from "@lab/iadnet/detectors";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(learningRate(49, 50, 1e-3, 1e-5), 1e-5, 1e-12);
 * ```
 */
export function learningRate(
  epoch: number,
  epochs: number,
  first: number,
  last: number,
  schedule: Schedule = "geometric",
): number {
  if (epochs === 1) return first;
  if (schedule === "geometric") return first * (last / first) ** (epoch / (epochs - 1));
  const constant = Math.max(1, Math.floor(epochs / 5));
  return first + (last - first) * Math.max(0, epoch + 1 - constant) / (epochs - constant);
}

/** Number of steps of a training. */
export function loopSteps({ size, epochs, batch }: Pick<Loop, "size" | "epochs" | "batch">): number {
  return epochs * Math.ceil(size / batch);
}

/** Run a training to its end, from its checkpoint if there is one, close the trainer and return the parameters. They have the same
 * bits however often the training was interrupted.
 * @throws {IadnetError} If an input, the loss, a gradient or a parameter is not finite; the message names it, the step and the clips,
 * and it is not kept. @throws {Interrupted} If the checkpoints' signal is aborted. */
export async function runLoop(trainer: Trainer, loop: Loop): Promise<Named> {
  try {
    return await train(trainer, loop);
  } finally {
    trainer.close();
  }
}

async function train(trainer: Trainer, loop: Loop): Promise<Named> {
  const { training, checkpoints, size, batch, rate, random, makeBatch } = loop;
  const steps = loopSteps(loop), perEpoch = Math.ceil(size / batch);
  const kept = await checkpoints?.read(training);
  const loss = [...kept?.loss ?? []], featureStd = [...kept?.featureStd ?? []];
  const report = (step: number, terms?: FitProgress["terms"]) => {
    const measured = featureStd.length > 0 && { featureStd: featureStd[step - 1] };
    loop.onProgress({ training, step, steps, loss: loss[step - 1], ...measured, ...(terms && { terms }) });
  };
  if (kept) {
    checkFit(kept, loop, steps);
    checkKept(kept, kept.done ? await trainer.parameters() : (await trainer.state()).values, training);
  }
  for (let step = 1; step <= loss.length; step++) report(step);
  if (kept?.done) return kept.values;
  if (kept) {
    await trainer.restore(kept);
    random.state = kept.random;
  }
  let order = kept?.order ?? [], written = loss.length;
  const write = async (done: boolean) => {
    const state = await trainer.state();
    checkValues(state.values, state.steps, training);
    const values = done ? await trainer.parameters() : state.values;
    const made = { done, steps: loss.length, values, random: random.state, order, loss, featureStd };
    await checkpoints?.write(training, made);
    written = loss.length;
  };
  for (let step = written; step < steps; step++) {
    if (checkpoints?.signal?.aborted) {
      if (step > written) await write(false);
      throw new Interrupted(String(checkpoints.signal.reason));
    }
    if (checkpoints && step > written && checkpoints.isDue()) await write(false);
    const place = step % perEpoch;
    if (place === 0) order = random.shuffle(Array.from({ length: size }, (_, i) => i));
    const rows = order.slice(place * batch, (place + 1) * batch);
    const names = rows.map((row) => loop.rowName?.(row) ?? `row ${row}`);
    const inputs = makeBatch(rows);
    checkInputs(inputs, step + 1, names);
    let terms: FitProgress["terms"];
    try {
      const made = await trainer.step(inputs, rate(Math.floor(step / perEpoch)));
      loss.push(made.loss[0]);
      if (made.featureStd) featureStd.push(made.featureStd[0]);
      terms = termsOf(made);
    } catch (error) {
      if (!(error instanceof IadnetError)) throw error;
      throw explainStep(error, await trainer.parameters(), names);
    }
    report(step + 1, terms);
  }
  await write(true);
  return await trainer.parameters();
}

/** Terms of the loss among a step's outputs; undefined if there are none. */
function termsOf(outputs: Readonly<Record<string, Float32Array>>): FitProgress["terms"] {
  const names = Object.keys(outputs).filter((name) => name.startsWith("loss:"));
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name.slice("loss:".length), outputs[name][0]]));
}

/** Check that a state belongs to this training.
 * @param all Steps of the training. */
function checkFit({ done, steps, order }: TrainingState, { training, size }: Loop, all: number): void {
  const rows = new Set(order.filter((row) => row >= 0 && row < size));
  const isOrder = steps === 0 || (rows.size === size && order.length === size);
  if (isOrder && (done ? steps === all : steps <= all)) return;
  const got = `${steps} steps over ${order.length} rows`;
  throw new DataError(
    `Cannot resume ${training}: expected ${all} steps over ${size} rows, got ${got} in the checkpoint`,
    training,
  );
}

/** Check that a kept state has the names and shapes of the trainer's own, and finite values.
 * @throws {DataError} If it does not. */
function checkKept({ values, loss, featureStd }: TrainingState, own: Named, training: string): void {
  const refuse = (why: string) =>
    new DataError(`Cannot resume ${training}: in the checkpoint ${why}`, training);
  const names = (state: Named) => Object.keys(state).sort().join(", ");
  if (names(values) !== names(own)) throw refuse(`are ${names(values)}, expected ${names(own)}`);
  for (const [name, { shape, values: kept }] of Object.entries(values)) {
    const expected = own[name].shape;
    if (String(shape) !== String(expected)) {
      throw refuse(`${name} has shape [${shape}], expected [${expected}]`);
    }
    const at = outside(kept, Infinity);
    if (at >= 0) throw refuse(`${name} is ${kept[at]}`);
  }
  for (const [name, list] of Object.entries({ loss, featureStd })) {
    const odd = list.find((value) => !Number.isFinite(value));
    if (odd !== undefined) throw refuse(`${name} is ${odd}`);
  }
}

/** Check that the inputs of a step are finite and at most 1e18 in magnitude; the error names tensor, step and clip. */
function checkInputs(inputs: Named, step: number, names: readonly string[]): void {
  for (const [name, { shape, values }] of Object.entries(inputs)) {
    const at = outside(values, GREATEST);
    if (at < 0) continue;
    const perRow = shape[0] === names.length && values.length / names.length;
    const where = perRow ? `of ${names[Math.floor(at / perRow)]}` : `in a batch of ${few(names)}`;
    throw new IadnetError(`Cannot run step ${step}: input ${name} ${where} is ${values[at]}`);
  }
}

/** Check the parameters, or a trainer's state, after `steps` steps; the error names tensor and step. */
function checkValues(values: Named, steps: number, where: string): void {
  for (const [name, { values: own }] of Object.entries(values)) {
    const at = outside(own, name.startsWith("v:") ? Infinity : GREATEST);
    if (at >= 0) throw new IadnetError(`Cannot keep ${where} after step ${steps}: ${name} is ${own[at]}`);
  }
}

/** The error of a step that failed, with the clips of its batch and a parameter that was out of range before it. */
function explainStep(error: IadnetError, parameters: Named, names: readonly string[]): IadnetError {
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
