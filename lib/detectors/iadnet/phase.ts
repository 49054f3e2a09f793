/** One phase of a training: a program whose loss falls over the epochs that the preset says. */
import type { Engine, Named, Program } from "../../engine/engine.ts";
import { learningRate, type Loop, runLoop } from "../../training/loop.ts";
import type { TrainContext } from "../base.ts";
import type { FitClips } from "./clip_features.ts";
import type { ModelConfig } from "./config.ts";
import type { Preset } from "./preset.ts";

/** What a training needs. */
export interface TrainingContext extends TrainContext {
  readonly engine: Engine;
  readonly preset: Preset;
  readonly config: ModelConfig;
  /** What the trainings of the fit share. */
  readonly clips: FitClips;
  /** Names of the clips, for messages. */
  readonly names: readonly string[];
  /** The recording that each clip was cut from: windows of one recording are alike. */
  readonly recordings: readonly string[];
}

/** A phase: its loss program, the weights it starts from, and its loop. */
export interface Phase extends Pick<Loop, "training" | "size" | "epochs" | "random" | "makeBatch"> {
  readonly program: Program;
  readonly weights: Named;
}

/** Run a phase, and return the weights.
 * @throws {IadnetError} As `runLoop`. */
export async function runPhase(
  { program, weights, ...loop }: Phase,
  context: TrainingContext,
): Promise<Named> {
  const { engine, names, checkpoints, onProgress, preset: { training } } = context;
  const { batch, learningRate: [first, last], schedule, weightDecay = 0 } = training;
  const trainer = await engine.trainer(program, weights, { optimiser: { rule: "adam", weightDecay } });
  const copies = loop.size / names.length;
  return await runLoop(trainer, {
    ...loop,
    checkpoints,
    onProgress,
    batch,
    rate: (epoch) => learningRate(epoch, loop.epochs, first, last, schedule),
    rowName: (row) => names[Math.floor(row / copies)],
  });
}
