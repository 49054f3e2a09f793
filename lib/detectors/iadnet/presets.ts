/** The presets.
 *
 * Only `paper` and `paper-literal` train the encoder. `default`, `small`, `tiny` and `window` keep its random initial weights: they
 * fit the whitening of its features and the flow behind it, and nothing else. */
import { UsageError } from "../../core/errors.ts";
import { NO_AUGMENTATION } from "../../data/transforms/augment.ts";
import type { Preset } from "./preset.ts";

/** What the authors most likely built, by their group's public code and the code that the paper cites: pre-norm residual sublayers
 * with a feed-forward layer and dropout, a position table of deviation 1, the first 60 frames, weight decay, a rate that is first
 * constant. Encoder and flow are trained together by the NLL, but the flow cannot change volume, and the density of the trained
 * features is fitted anew: with a flow that can, training loses detection (`paper-literal`). docs/ASSUMPTIONS.md lists all that the
 * paper leaves open. */
const PAPER: Preset = {
  name: "paper",
  window: null,
  preparation: { frames: 60, time: "first", align: "pair-yaw", scale: "none" },
  model: {
    embedding: 512,
    units: 8,
    heads: 8,
    block: "residual",
    feedForward: 2,
    dropout: 0.1,
    position: "sync",
    positionStd: 1,
    drem: true,
    map: "distance",
    share: true,
    velocity: false,
    pool: "mean",
    skip: false,
    features: 64,
    gain: 1,
    flowLayers: 10,
    slope: 1,
    volume: "fixed",
  },
  training: {
    mode: "joint-refit",
    epochs: 50,
    refitEpochs: 40,
    batch: 16,
    learningRate: [1e-3, 1e-5],
    schedule: "constant-linear",
    weightDecay: 1e-3,
    augmentation: NO_AUGMENTATION,
    views: 1,
    shrinkage: 5,
    flowScale: 0.2,
    calibrationFolds: 0,
  },
};

/** `paper` with the flow's volume free and the usual first slope of PReLU, scored by the flow that the encoder is trained with. It is
 * kept as the record of what the paper's words give: the log-determinant decides the score. */
const PAPER_LITERAL: Preset = {
  ...PAPER,
  name: "paper-literal",
  model: { ...PAPER.model, volume: "free", slope: 0.25 },
  training: { ...PAPER.training, mode: "joint", flowScale: 1 },
};

/** Detects best of all, with a random encoder; chosen by validation on training clips (docs/RESULTS.md). */
const DEFAULT: Preset = {
  name: "default",
  window: null,
  preparation: { frames: 24, time: "resample", align: "pair-yaw", scale: "none" },
  model: {
    embedding: 64,
    units: 1,
    heads: 4,
    block: "residual",
    feedForward: 0,
    dropout: 0,
    position: "sync",
    positionStd: 0.02,
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
    volume: "free",
  },
  training: {
    mode: "frozen",
    epochs: 40,
    refitEpochs: 40,
    batch: 64,
    learningRate: [1e-3, 1e-5],
    schedule: "geometric",
    weightDecay: 0,
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
  preparation: { frames: 16, time: "resample", align: "pair-yaw", scale: "none" },
  model: { ...DEFAULT.model, embedding: 32 },
  training: { ...DEFAULT.training, epochs: 10 },
};

/** Windows of 1.5 s instead of whole clips: says where in a recording, and works on a live stream. */
const WINDOW: Preset = {
  name: "window",
  window: 1.5,
  preparation: { frames: 16, time: "resample", align: "pair-yaw", scale: "none" },
  model: DEFAULT.model,
  training: { ...DEFAULT.training, epochs: 20, views: 1 },
};

/** As `default`, with the network of the benchmarks: E 128, 4 units, 48 frames. */
const SMALL: Preset = {
  ...DEFAULT,
  name: "small",
  preparation: { frames: 48, time: "resample", align: "pair-yaw", scale: "none" },
  model: { ...DEFAULT.model, embedding: 128, units: 4, heads: 8 },
};

/** All presets by name. All but `paper` and `paper-literal` keep an untrained, random encoder. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  paper: PAPER,
  "paper-literal": PAPER_LITERAL,
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
