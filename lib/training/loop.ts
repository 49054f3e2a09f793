/**
 * The training loop: epochs of shuffled batches, the rate falling epoch by epoch. Every detector that is trained uses it.
 *
 * @module
 */
import type { FitProgress } from "./progress.ts";
import type { Named, Trainer } from "../engine/engine.ts";
import { DataError, IadnetError, Interrupted } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import type { FitCheckpoints, PartState } from "./checkpoint/checkpoint.ts";
import { checkInputs, checkValues, explainStep } from "./guard.ts";

/** One training. */
export interface Loop {
  /** Name of this training within a fit, unique there. */
  readonly part: string;
  /** Where it is kept how far the training has come; nowhere if undefined. */
  readonly checkpoints: FitCheckpoints | undefined;
  /** Number of training rows. */
  readonly size: number;
  /** Name of a row for messages, such as its clip's id; `row <number>` if absent. */
  readonly rowName?: (row: number) => string;
  /** Passes over the rows. */
  readonly epochs: number;
  /** Rows a step; the last batch of an epoch may be smaller. */
  readonly batch: number;
  /** The optimiser's rate in an epoch, counted from 0. */
  readonly rate: (epoch: number) => number;
  /** Order of the rows, and whatever `makeBatch` draws from it. */
  readonly random: Random;
  /** The inputs of one step. It depends on the rows and on `random` alone. */
  readonly makeBatch: (rows: readonly number[]) => Named;
  /** Called after each step; `steps` counts this loop alone. A training that goes on from a checkpoint first reports all
   * steps that were made before. */
  readonly onProgress: (progress: FitProgress) => void;
}

/** Number of steps of a training. */
export function loopSteps({ size, epochs, batch }: Pick<Loop, "size" | "epochs" | "batch">): number {
  return epochs * Math.ceil(size / batch);
}

/** Run a training to its end, from its checkpoint if there is one, and return the parameters. The result has the same bits
 * however often it was interrupted.
 *
 * @throws {IadnetError} If an input, the loss, a gradient or a parameter stops being finite; the message names it, the step and
 * the clips, and nothing of it is kept. @throws {Interrupted} If the checkpoints' signal is aborted.
 */
export async function runLoop(trainer: Trainer, loop: Loop): Promise<Named> {
  const { part, checkpoints, size, batch, rate, random, makeBatch } = loop;
  const steps = loopSteps(loop), perEpoch = Math.ceil(size / batch);
  const kept = await checkpoints?.read(part);
  const loss = [...kept?.loss ?? []], featureStd = [...kept?.featureStd ?? []];
  const report = (step: number) => {
    const measured = featureStd.length > 0 && { featureStd: featureStd[step - 1] };
    loop.onProgress({ part, step, steps, loss: loss[step - 1], ...measured });
  };
  if (kept) checkFit(kept, loop, steps);
  for (let step = 1; step <= loss.length; step++) report(step);
  if (kept?.done) return kept.values;
  if (kept) {
    trainer.restore(kept);
    random.state = kept.random;
  }
  let order = kept?.order ?? [], written = loss.length;
  const write = async (done: boolean) => {
    const state = trainer.state();
    checkValues(state.values, state.steps, part);
    const values = done ? trainer.parameters() : state.values;
    await checkpoints?.write(part, {
      done,
      steps: loss.length,
      values,
      random: random.state,
      order,
      loss,
      featureStd,
    });
    written = loss.length;
  };
  for (let step = written; step < steps; step++) {
    if (checkpoints?.signal?.aborted) {
      if (step > written) await write(false);
      throw new Interrupted(String(checkpoints.signal.reason));
    }
    if (checkpoints && step > written && checkpoints.isDue(step - written)) await write(false);
    const place = step % perEpoch;
    if (place === 0) order = random.shuffle(Array.from({ length: size }, (_, i) => i));
    const rows = order.slice(place * batch, (place + 1) * batch);
    const names = rows.map((row) => loop.rowName?.(row) ?? `row ${row}`);
    const inputs = makeBatch(rows);
    checkInputs(inputs, { step: step + 1, names });
    try {
      const made = await trainer.step(inputs, rate(Math.floor(step / perEpoch)));
      loss.push(made.loss[0]);
      if (made.featureStd) featureStd.push(made.featureStd[0]);
    } catch (error) {
      if (!(error instanceof IadnetError)) throw error;
      throw explainStep(error, trainer.parameters(), { step: step + 1, names });
    }
    report(step + 1);
  }
  await write(true);
  return trainer.parameters();
}

/** Check that a state is one of this training. */
function checkFit({ done, steps, order }: PartState, { part, size }: Loop, all: number): void {
  const rows = new Set(order.filter((row) => row >= 0 && row < size));
  const isOrder = steps === 0 || (rows.size === size && order.length === size);
  if (isOrder && (done ? steps === all : steps <= all)) return;
  throw new DataError(`Cannot go on with ${part}: its checkpoint is of a training of another size`, part);
}
