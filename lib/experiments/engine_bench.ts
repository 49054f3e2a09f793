/** Times training steps of the paper's network on an engine. */
import type { EngineName } from "../engine/engine.ts";
import { openEngine } from "../engine/select.ts";
import { jointLoss } from "../detectors/iadnet/programs.ts";
import { quantile } from "../metrics/statistics.ts";
import { clipsOf, flops, SIZES, weightsOf } from "./bench_sizes.ts";

/** What one engine does in a training step. */
export interface EngineTiming {
  /** Name of the engine. */
  readonly engine: EngineName;
  /** Number of steps that were timed, after one that compiles. */
  readonly steps: number;
  /** Median time of a step, ms. */
  readonly msPerStep: number;
  /** Arithmetic of the matrix products in a second, TFLOP/s. */
  readonly tflops: number;
  /** Data that pass between the processor's memory and the device in a step, MB. */
  readonly movedMB: number;
  /** Loss of each step, the first one included. */
  readonly losses: readonly number[];
}

/** Learning rate of the timed steps. */
const RATE = 1e-4;

/** Time an engine.
 * @param name Name of the engine. @param size Name of the network's size, see `SIZES`.
 * @param steps Steps to time at most. @param seconds After so long no further step is begun; at least one is timed.
 * @param onStep Called before each step, the one that compiles included, with its number from 0.
 * @throws {EngineError} If the engine cannot run here. */
export async function timeEngine(
  name: EngineName,
  size: string,
  steps: number,
  seconds: number,
  onStep: (step: number) => void,
): Promise<EngineTiming> {
  const { config, batch } = SIZES[size], inputs = { ...clipsOf(SIZES[size], batch, 1) };
  const engine = await openEngine(name);
  const times: number[] = [], losses: number[] = [], started = performance.now();
  let before = 0, moved = 0;
  try {
    const trainer = await engine.trainer(jointLoss(config), weightsOf(SIZES[size]));
    while (times.length < steps && (times.length === 0 || performance.now() - started < seconds * 1000)) {
      onStep(losses.length);
      if (losses.length === 1) before = engine.bytesMoved;
      const begun = performance.now();
      losses.push((await trainer.step(inputs, RATE)).loss[0]);
      if (losses.length > 1) times.push(performance.now() - begun);
    }
    moved = (engine.bytesMoved - before) / times.length;
    trainer.close();
  } finally {
    await engine.close();
  }
  const msPerStep = quantile(times.toSorted((a, b) => a - b), 0.5);
  return {
    engine: name,
    steps: times.length,
    msPerStep,
    tflops: flops(SIZES[size]).step / msPerStep / 1e9,
    movedMB: moved / 1e6,
    losses,
  };
}

/** Largest relative difference of two trainings' losses, over the steps that both have. */
export function lossGap(losses: readonly number[], expected: readonly number[]): number {
  const both = losses.slice(0, expected.length);
  return both.reduce((most, loss, i) => Math.max(most, Math.abs(loss / expected[i] - 1)), 0);
}
