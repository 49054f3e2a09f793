/** Pre-training of the encoder on synthetic interactions: supervised contrast between scripts, and synchrony of the two people. */
import { UsageError } from "../../../core/errors.ts";
import { hashSeed, Random } from "../../../core/random.ts";
import { VERSION } from "../../../core/version.ts";
import { SBU15 } from "../../../data/skeletons.ts";
import type { Engine, Named } from "../../../engine/engine.ts";
import { drawMasks } from "../../../model/dropout.ts";
import type { Checkpoints } from "../../../training/checkpoint/checkpoint.ts";
import type { FitProgress } from "../../../training/history.ts";
import { runLoop } from "../../../training/loop.ts";
import { checkConfig, type ModelConfig } from "../config.ts";
import { encoderOf, initialEncoder } from "../features.ts";
import { networkFor, type Preset } from "../preset.ts";
import { inputsOf } from "../programs.ts";
import { contrastBatch, positivePairs } from "./contrast.ts";
import { FAMILIES, type PretrainingCorpus } from "./corpus.ts";
import { BATCH, pretrainingLoss, pretrainingNetwork } from "./program.ts";
import { synchronyBatch } from "./synchrony.ts";

/** Rate of AdamW after the warm-up, its weight decay, and the largest norm of the gradient. */
const RATE = 1e-3, WEIGHT_DECAY = 0.01, CLIP_NORM = 1;

/** Steps over which the rate rises to `RATE`. */
const WARM_UP = 100;

/** Options for `pretrainEncoder`. */
export interface PretrainingOptions {
  /** The network; `pretrainingConfig` gives that of a preset. */
  readonly config: ModelConfig;
  /** What it learns from, as `pretrainingCorpus` makes it. */
  readonly corpus: PretrainingCorpus;
  /** Seed of initial weights and batches. */
  readonly seed: number;
  /** Training steps. */
  readonly steps: number;
  /** The engine that trains. */
  readonly engine: Engine;
  /** Threads per operator of the engine: part of the identity of the training, because the bits may depend on it. */
  readonly threads: number;
  /** Checkpoints to resume from and to write; none if absent. */
  readonly checkpoints?: Checkpoints;
  /** Called after each step. */
  readonly onProgress?: (progress: FitProgress) => void;
}

/** The network of a preset as it is pre-trained: SBU's 15 joints, gain 1, and of its features the pooled ones alone.
 * @throws {UsageError} If the preset does not align pairs in metres. */
export function pretrainingConfig(preset: Preset): ModelConfig {
  const { name, preparation, model } = preset;
  if (preparation.align !== "pair-yaw" || preparation.scale !== "none") {
    throw new UsageError(`Cannot pre-train preset ${name}: it must align pair-yaw and scale none`);
  }
  const seen = { ...model, canonical: false, gain: 1, skip: false, cosines: 0, projections: 0 };
  return networkFor({ ...preset, model: seen }, SBU15); // SBU's joints are the canonical ones
}

/** Pre-train an encoder and return its weights. The same options give the same bits on one engine, however often the training was
 * interrupted.
 * @throws {UsageError} If an option is out of range. @throws {DataError} If the checkpoints are those of other options.
 * @throws {IadnetError} If the loss or a gradient is not finite. @throws {Interrupted} If the checkpoints' signal is aborted.
 * @example
 * ```ts
 * import { getPreset } from "@lab/iadnet";
 * import { changePreset, pretrainEncoder, pretrainingConfig, pretrainingCorpus } from "@lab/iadnet/detectors";
 * import { openEngine } from "@lab/iadnet/engine";
 * import { assertEquals } from "@std/assert";
 * const engine = await openEngine("onnx-cpu", 1);
 * const config = pretrainingConfig(changePreset(getPreset("tiny"), { embedding: "8", frames: "4" }));
 * const corpus = pretrainingCorpus(4, 0);
 * const weights = await pretrainEncoder({ config, corpus, seed: 0, steps: 2, engine, threads: 1 });
 * assertEquals(weights["motion.1.weight"].shape, [8, 8]);
 * await engine.close();
 * ```
 */
export async function pretrainEncoder(options: PretrainingOptions): Promise<Named> {
  const { config, corpus, seed, steps, engine, threads, checkpoints, onProgress = () => {} } = options;
  checkConfig(config);
  if (!(Number.isInteger(steps) && steps >= 1)) throw new UsageError(`Cannot pre-train for ${steps} steps`);
  const random = new Random(hashSeed(seed, "pretraining"));
  const initial = {
    ...pretrainingNetwork(config).initial(new Random(seed).fork("heads")),
    ...initialEncoder(config, seed),
  };
  const trainer = await engine.trainer(pretrainingLoss(config), initial, {
    optimiser: { rule: "adam", weightDecay: WEIGHT_DECAY, clipNorm: CLIP_NORM },
  });
  const weights = await runLoop(trainer, {
    training: "encoder",
    checkpoints: await checkpoints?.begin({
      detector: "pretraining",
      options: { config, steps, threads },
      seed,
      clips: corpus.hash(),
      engine: engine.name,
      version: VERSION,
    }),
    // An epoch is one step, so that the rate changes from step to step; its rows are the families of a batch, which are drawn.
    size: FAMILIES,
    batch: FAMILIES,
    epochs: steps,
    rate: (step) => rateOf(step, steps),
    rowName: (row) => `family ${row + 1} of the batch`,
    random,
    makeBatch: () => makeBatch(corpus, config, random),
    onProgress,
  });
  return Object.fromEntries([...encoderOf(config).shapes()].map(({ name }) => [name, weights[name]]));
}

/** Learning rate of a step, counted from 0: a linear warm-up, times half a cosine that falls from 1.01 to 0.01. */
export function rateOf(step: number, steps: number): number {
  const fall = 0.5 * (1 + Math.cos(Math.PI * step / steps)) + 0.01;
  return RATE * Math.min(1, (step + 1) / WARM_UP) * fall;
}

/** The inputs of one step. */
export function makeBatch(corpus: PretrainingCorpus, config: ModelConfig, random: Random): Named {
  const clips = [
    ...contrastBatch(corpus, config.frames, random),
    ...synchronyBatch(corpus, config.frames, random),
  ];
  return {
    ...inputsOf(clips, config),
    positives: positivePairs(),
    ...(config.dropout && { masks: drawMasks(config, BATCH, random) }),
  };
}
