/** The presets, by where the encoder's weights come from: `paper` and `paper-literal` train them on the category by the NLL;
 * `default`, `window` and `paper-pretrained` have an encoder that was pre-trained on synthetic interactions; `frozen` and `tiny` keep
 * random ones. */
import { UsageError } from "../../core/errors.ts";
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
    canonical: false,
    pool: "mean",
    skip: false,
    cosines: 0,
    projections: 0,
    features: 64,
    gain: 1,
    flowLayers: 10,
    slope: 1,
    volume: "fixed",
  },
  training: {
    mode: "joint-refit",
    encoder: "random",
    epochs: 50,
    refitEpochs: 40,
    batch: 16,
    learningRate: [1e-3, 1e-5],
    schedule: "constant-linear",
    weightDecay: 1e-3,
    exchange: false,
    prior: 0.3,
    pairRatio: 0,
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

/** Detects best of all: an encoder that is pre-trained on synthetic interactions (`deno task pretrain`), and the density of its features
 * and of raw ones, of which only the latter is fitted to the category. Its settings were chosen by validation on training clips
 * (docs/RESULTS.md). */
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
    canonical: true,
    pool: "moments",
    skip: true,
    cosines: 8,
    projections: 256,
    features: 0,
    gain: 1,
    flowLayers: 10,
    slope: 0.9,
    volume: "free",
  },
  training: {
    mode: "frozen",
    encoder: "synthetic",
    epochs: 40,
    batch: 64,
    learningRate: [1e-3, 1e-5],
    schedule: "geometric",
    weightDecay: 0,
    exchange: true,
    prior: 0.3,
    pairRatio: 4,
    flowScale: 0.2,
    calibrationFolds: 3,
  },
};

/** Nothing is learned but the density: the encoder keeps random weights. What `default` is compared with. */
const FROZEN: Preset = {
  ...DEFAULT,
  name: "frozen",
  model: { ...DEFAULT.model, canonical: false, cosines: 0, projections: 0, gain: 4 },
  training: { ...DEFAULT.training, encoder: "random", pairRatio: 0 },
};

/** `frozen`, small and quick: for tests, demonstrations and first looks. */
const TINY: Preset = {
  ...FROZEN,
  name: "tiny",
  preparation: { ...FROZEN.preparation, frames: 16 },
  model: { ...FROZEN.model, embedding: 32 },
  training: { ...FROZEN.training, epochs: 10 },
};

/** `default` on windows of 1.5 s instead of whole clips: says where in a recording, and works on a live stream. */
const WINDOW: Preset = {
  ...DEFAULT,
  name: "window",
  window: 1.5,
  training: { ...DEFAULT.training, epochs: 20 },
};

/** The paper's modules with the paper's pooling and distance maps, pre-trained as `default`: what the ablations of tables II, III and V
 * compare, each with an encoder that was pre-trained without the part in question. */
const PAPER_PRETRAINED: Preset = {
  ...DEFAULT,
  name: "paper-pretrained",
  model: {
    ...DEFAULT.model,
    map: "distance",
    velocity: false,
    pool: "mean",
    skip: false,
    cosines: 0,
    projections: 0,
  },
  training: { ...DEFAULT.training, encoder: "paper", pairRatio: 0 },
};

/** All presets by name. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  paper: PAPER,
  "paper-literal": PAPER_LITERAL,
  "paper-pretrained": PAPER_PRETRAINED,
  default: DEFAULT,
  frozen: FROZEN,
  window: WINDOW,
  tiny: TINY,
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
