/** What a preset is: everything that a training depends on besides the clips, the seed and the engine. */
import { UsageError } from "../../core/errors.ts";
import { checkSettings, numberThat, oneOf, optional, wholeNumber } from "../../core/options.ts";
import { canonicalJoints } from "../../data/canonical.ts";
import type { Skeleton } from "../../data/skeleton.ts";
import { checkPreparation, type Preparation } from "../../data/transforms/prepare.ts";
import { type Schedule, SCHEDULES } from "../../training/loop.ts";
import { mergeSettings, type Settings } from "../spec.ts";
import { checkConfig, type ModelConfig } from "./config.ts";
import { listEncoders } from "./pretrained.ts";

const AT_LEAST_0 = numberThat("0 or more", (value) => value >= 0);

/** How the weights are found. */
export interface Training {
  /** `joint`: encoder and flow together by the NLL, as the paper says. `frozen`: the encoder keeps the weights that it starts from, and
   * only the density of its features is fitted. `joint-refit`: the encoder is trained as in `joint` and kept, then the density of its
   * features is fitted as in `frozen`. */
  readonly mode: "joint" | "frozen" | "joint-refit";
  /** Weights that the encoder starts from: `random`, or the name of pre-trained ones. */
  readonly encoder: string;
  /** Passes over the training clips; 0 in a joint mode keeps the encoder that it starts from. */
  readonly epochs: number;
  /** `joint-refit`: passes over the training clips in which the new flow is trained; `epochs` if absent. */
  readonly refitEpochs?: number;
  /** Clips a step. */
  readonly batch: number;
  /** Adam's rate at the first and at the last epoch. */
  readonly learningRate: readonly [number, number];
  /** How the rate falls between them; `geometric` if absent. */
  readonly schedule?: Schedule;
  /** Decoupled weight decay of all weights that are trained; 0 if absent. */
  readonly weightDecay?: number;
  /** Frozen and refitted: fit the density to clips with the people exchanged, too, unless the clips show that they have roles. */
  readonly exchange: boolean;
  /** Frozen and refitted: strength of the prior of the density. Every direction of the standardised features gets `prior` / n of
   * variance more, by noise in training, for n recordings: the fewer there are, the wider the density. */
  readonly prior: number;
  /** Frozen and refitted: factor of the pair ratio in the score; 0 = none. */
  readonly pairRatio: number;
  /** Initial size of the flow's triangles and biases; 1 = as published, 0 = the flow starts as a rotation. */
  readonly flowScale: number;
  /** Folds in which 30 or more training clips are held out once each to calibrate p-values; fewer clips have more folds. 0 = no
   * calibration. */
  readonly calibrationFolds: number;
}

/** A preset. */
export interface Preset {
  /** A name of `PRESETS`, or one of your own. */
  readonly name: string;
  /** Seconds of the windows that the model reads clips in; null: it reads whole clips. */
  readonly window: number | null;
  /** How clips, or windows, are prepared. */
  readonly preparation: Preparation;
  /** The network; joints and frames follow from the clips and the preparation. */
  readonly model: Omit<ModelConfig, "joints" | "frames" | "canonical"> & {
    /** Whether the encoder reads the 15 canonical joints instead of all. */
    readonly canonical: boolean;
  };
  /** The training. */
  readonly training: Training;
}

/** The network of a preset for clips of a skeleton.
 * @throws {UsageError} If a size or a switch is out of range. */
export function networkFor({ model, preparation: { frames } }: Preset, skeleton: Skeleton): ModelConfig {
  const { canonical, ...network } = model, { length: joints } = skeleton.joints;
  return checkConfig({
    ...network,
    joints,
    frames,
    ...(canonical && { canonical: canonicalJoints(skeleton) }),
  });
}

/** Settings that only a joint training reads, and settings that only a random encoder does. */
const JOINT_ONLY = ["volume", "dropout", "refitEpochs"], RANDOM_ONLY = ["gain", "positionStd"];

/** A preset with some settings of its preparation, model or training changed, as an ablation needs it. Its name says which:
 * `frozen,position=unsync`.
 * @param changes Setting to value, as text; numbers, `true`, `false` or a word, as the setting is.
 * @throws {UsageError} If there is no such setting, it has no effect on the preset, or the value is of another kind.
 * @example
 * ```ts
 * import { changePreset } from "@lab/iadnet/detectors";
 * import { getPreset } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const unsynchronised = changePreset(getPreset("frozen"), { position: "unsync" });
 * assertEquals([unsynchronised.name, unsynchronised.model.position], ["frozen,position=unsync", "unsync"]);
 * ```
 */
export function changePreset(preset: Preset, changes: Readonly<Record<string, string>>): Preset {
  const settings = Object.entries({ ...preset.preparation, ...preset.model, ...preset.training }).filter((
    [, value],
  ) => typeof value !== "object");
  const merged = mergeSettings(
    `change preset ${preset.name}`,
    Object.fromEntries(settings) as Settings,
    changes,
  );
  const { mode, encoder } = merged;
  const unread = Object.keys(changes).find((key) =>
    (mode === "frozen" && JOINT_ONLY.includes(key)) || (encoder !== "random" && RANDOM_ONLY.includes(key))
  );
  if (unread !== undefined) {
    throw new UsageError(`Cannot change preset ${preset.name}: ${unread} has no effect on it`);
  }
  const changed = <Part extends object>(part: Part): Part => {
    const own = Object.keys(changes).filter((key) => key in part).map((key) => [key, merged[key]]);
    return { ...part, ...Object.fromEntries(own) };
  };
  const suffix = Object.entries(changes).map(([key, text]) => `,${key}=${text}`).join("");
  const { name, preparation, model, training } = preset;
  return {
    ...preset,
    name: name + suffix,
    preparation: changed(preparation),
    model: changed(model),
    training: changed(training),
  };
}

/** Check what scoring needs of a preset that comes from a file or a user.
 * @throws {Error} If a value is missing or out of range. */
export function checkPreset(value: unknown): Preset {
  const preset = value as Preset, { name, window, model, training } = preset ?? {};
  if (typeof name !== "string") throw new Error("the preset has no name");
  if (!model || !training) throw new Error(`preset ${name} has no model or no training`);
  if (window !== null && !(window > 0 && window < 3600)) {
    throw new Error(`the preset has windows of ${window} s`);
  }
  checkPreparation(preset.preparation);
  if (!["joint", "frozen", "joint-refit"].includes(training.mode)) {
    throw new Error(`the training mode is ${training.mode}`);
  }
  checkSettings<Training>(`use preset ${name}`, training, {
    epochs: wholeNumber(0),
    refitEpochs: optional(wholeNumber(0)),
    batch: wholeNumber(1),
    weightDecay: optional(AT_LEAST_0),
    exchange: oneOf(true, false),
    prior: numberThat("positive", (prior) => prior > 0),
    pairRatio: AT_LEAST_0,
    flowScale: AT_LEAST_0,
    calibrationFolds: wholeNumber(0),
  });
  if (training.encoder !== "random" && !listEncoders().includes(training.encoder)) {
    throw new Error(`the encoder is ${training.encoder}, known are random, ${listEncoders().join(", ")}`);
  }
  if (!SCHEDULES.includes(training.schedule ?? "geometric")) {
    throw new Error(`the learning-rate schedule is ${training.schedule}`);
  }
  return preset;
}
