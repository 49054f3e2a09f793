/**
 * The training loop: epochs of shuffled batches, the rate falling epoch by epoch. Every detector that is trained uses it.
 *
 * @module
 */
import type { FitProgress } from "../detector.ts";
import type { Named, Trainer } from "../engine/engine.ts";
import type { Random } from "../random.ts";

/** One training. */
export interface Loop {
  /** Name of this training within a fit, unique there. */
  readonly part: string;
  /** Number of training rows. */
  readonly size: number;
  /** Passes over the rows. */
  readonly epochs: number;
  /** Rows a step; the last batch of an epoch may be smaller. */
  readonly batch: number;
  /** The optimiser's rate in an epoch, counted from 0. */
  readonly rate: (epoch: number) => number;
  /** Order of the rows, and whatever `makeBatch` draws from it. */
  readonly random: Random;
  /** The inputs of one step. */
  readonly makeBatch: (rows: readonly number[]) => Named;
  /** Called after each step; `steps` counts this loop alone. */
  readonly onProgress: (progress: FitProgress) => void;
}

/** Number of steps of a training. */
export function loopSteps({ size, epochs, batch }: Pick<Loop, "size" | "epochs" | "batch">): number {
  return epochs * Math.ceil(size / batch);
}

/** Run a training to its end and return the parameters.
 *
 * @throws {IadnetError} If the loss or a gradient stops being finite; the message names the step and the parameters.
 */
export async function runLoop(trainer: Trainer, loop: Loop): Promise<Named> {
  const { size, epochs, batch, rate, random, makeBatch, onProgress } = loop, steps = loopSteps(loop);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = random.shuffle(Array.from({ length: size }, (_, i) => i));
    for (let at = 0; at < size; at += batch) {
      const { loss, spread } = await trainer.step(makeBatch(order.slice(at, at + batch)), rate(epoch));
      onProgress({ step: ++step, steps, loss: loss[0], ...(spread && { spread: spread[0] }) });
    }
  }
  return trainer.parameters();
}
