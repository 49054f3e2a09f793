/** The presets: everything that a training depends on besides the clips, the seed and the engine.
 *
 * Only `paper` trains the encoder. `default`, `small`, `tiny` and `window` keep its random initial weights: they fit the
 * whitening of its features and the flow behind it, and nothing else. */
import { type Augmentation, NO_AUGMENTATION } from "../../data/transforms/augment.ts";
import { checkPreparation, type Preparation } from "../../data/transforms/prepare.ts";
import { UsageError } from "../../core/errors.ts";
import type { ModelConfig } from "./config.ts";
import { mergeSettings, type Settings } from "../spec.ts";

/** How the weights are found. */
export interface Training {
  /** `joint`: encoder and flow together by the NLL, as the paper says. `frozen`: the encoder keeps its random weights,
   * its features are whitened, and only the flow is trained. */
  readonly mode: "joint" | "frozen";
  /** Passes over the training clips. */
  readonly epochs: number;
  /** Clips a step. */
  readonly batch: number;
  /** Adam's rate at the first and at the last epoch; geometric between. */
  readonly learningRate: readonly [number, number];
  /** Variation of the training clips. */
  readonly augmentation: Augmentation;
  /** Frozen: augmented copies of each clip whose features the flow is trained on. */
  readonly views: number;
  /** Frozen: variance added to every direction of the standardised features, by noise in training. */
  readonly shrinkage: number;
  /** Initial size of the flow's triangles and biases; 1 = as published, 0 = the flow starts as a rotation. */
  readonly flowScale: number;
  /** Folds in which 30 or more training clips are held out once each to calibrate p-values; fewer clips have more folds. 0 = no
   * calibration. */
  readonly calibrationFolds: number;
}

/** A preset. */
export interface Preset {
  /** `paper`, `default`, `small`, `tiny`, `window`, or a name of your own. */
  readonly name: string;
  /** Seconds of the windows that the model reads clips in; null: it reads whole clips. */
  readonly window: number | null;
  /** How clips, or windows, are prepared. */
  readonly preparation: Preparation;
  /** The network; joints and frames follow from the clips and the preparation. */
  readonly model: Omit<ModelConfig, "joints" | "frames">;
  /** The training. */
  readonly training: Training;
}

/** Sections III and IV of the paper. Added to them: a layer norm before self-attention and before the output MLP, the transposed
 * distance map of person 2, and the mean over frames; docs/ASSUMPTIONS.md lists all that the paper leaves open. */
const PAPER: Preset = {
  name: "paper",
  window: null,
  preparation: { frames: 60, align: "pair-yaw", scale: "none" },
  model: {
    embedding: 512,
    units: 8,
    heads: 8,
    block: "plain",
    position: "sync",
    drem: true,
    map: "distance",
    share: true,
    velocity: false,
    pool: "mean",
    skip: false,
    features: 64,
    gain: 1,
    flowLayers: 10,
    slope: 0.25,
  },
  training: {
    mode: "joint",
    epochs: 50,
    batch: 16,
    learningRate: [1e-3, 1e-5],
    augmentation: NO_AUGMENTATION,
    views: 1,
    shrinkage: 0,
    flowScale: 1,
    calibrationFolds: 0,
  },
};

/** Detects best of all, with a random encoder; chosen by validation on training clips (docs/RESULTS.md). */
const DEFAULT: Preset = {
  name: "default",
  window: null,
  preparation: { frames: 24, align: "pair-yaw", scale: "none" },
  model: {
    embedding: 64,
    units: 1,
    heads: 4,
    block: "residual",
    position: "sync",
    drem: true,
    map: "proximity",
    share: true,
    velocity: true,
    pool: "moments",
    skip: true,
    features: 0,
    gain: 4,
    flowLayers: 10,
    slope: 0.9,
  },
  training: {
    mode: "frozen",
    epochs: 40,
    batch: 64,
    learningRate: [1e-3, 1e-5],
    augmentation: { ...NO_AUGMENTATION, swap: 0.5 },
    views: 4,
    shrinkage: 5,
    flowScale: 0.2,
    calibrationFolds: 3,
  },
};

/** Small and quick: for tests, demonstrations and first looks. */
const TINY: Preset = {
  name: "tiny",
  window: null,
  preparation: { frames: 16, align: "pair-yaw", scale: "none" },
  model: { ...DEFAULT.model, embedding: 32 },
  training: { ...DEFAULT.training, epochs: 10 },
};

/** Windows of 1.5 s instead of whole clips: says where in a recording, and works on a live stream. */
const WINDOW: Preset = {
  name: "window",
  window: 1.5,
  preparation: { frames: 16, align: "pair-yaw", scale: "none" },
  model: DEFAULT.model,
  training: { ...DEFAULT.training, epochs: 20, views: 1 },
};

/** As `default`, with the network of the benchmarks: E 128, 4 units, 48 frames. */
const SMALL: Preset = {
  ...DEFAULT,
  name: "small",
  preparation: { frames: 48, align: "pair-yaw", scale: "none" },
  model: { ...DEFAULT.model, embedding: 128, units: 4, heads: 8 },
};

/** All presets by name. All but `paper` keep an untrained, random encoder. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  paper: PAPER,
  default: DEFAULT,
  tiny: TINY,
  small: SMALL,
  window: WINDOW,
};

/** The preset of that name.
 * @throws {UsageError} If there is none; the message lists those there are.
 * @example
 * ```ts
 * import { getPreset } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(getPreset("paper").model.units, 8);
 * ```
 */
export function getPreset(name: string): Preset {
  if (!Object.hasOwn(PRESETS, name)) {
    throw new UsageError(`Cannot find preset ${name}: known are ${Object.keys(PRESETS).join(", ")}`);
  }
  return PRESETS[name];
}

/** A preset with some settings of its model or training changed, as an ablation needs it. Its name says which:
 * `small,position=unsync`.
 * @param changes Setting to value, as text; numbers, `true`, `false` or a word, as the setting is.
 * @throws {UsageError} If there is no such setting, or the value is of another kind.
 * @example
 * ```ts
 * import { changePreset } from "@lab/iadnet/detectors";
 * import { getPreset } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const unsynchronised = changePreset(getPreset("small"), { position: "unsync" });
 * assertEquals([unsynchronised.name, unsynchronised.model.position], ["small,position=unsync", "unsync"]);
 * ```
 */
export function changePreset(preset: Preset, changes: Readonly<Record<string, string>>): Preset {
  const settings = Object.entries({ ...preset.model, ...preset.training }).filter(([, value]) =>
    typeof value !== "object"
  );
  const merged = mergeSettings(
    `change preset ${preset.name}`,
    Object.fromEntries(settings) as Settings,
    changes,
  );
  const changed = <Part extends object>(part: Part): Part => {
    const own = Object.keys(changes).filter((key) => key in part).map((key) => [key, merged[key]]);
    return { ...part, ...Object.fromEntries(own) };
  };
  const suffix = Object.entries(changes).map(([key, text]) => `,${key}=${text}`).join("");
  const { name, model, training } = preset;
  return { ...preset, name: name + suffix, model: changed(model), training: changed(training) };
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
  if (!["joint", "frozen"].includes(training.mode)) throw new Error(`the training mode is ${training.mode}`);
  return preset;
}
