/** Features of a clip: the paper's encoder with the ends that a preset asks for. Velocities, proximity maps, moments over time and
 * the skip connection are not the paper's. */
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../core/random.ts";
import type { Named, Tensor } from "../../engine/engine.ts";
import { qrFlow } from "../../model/flow.ts";
import {
  type Encoder,
  encoder,
  type Ends,
  type Interaction,
  paperEnds,
  type Scoring,
  scoring,
} from "../../model/iadnet.ts";
import { type Layer, layer } from "../../model/layer.ts";
import { frameMean } from "../../model/layers.ts";
import type { ModelConfig } from "./config.ts";

/** Number of pooled values per feature. */
const POOLED = { "mean": 1, "mean-deviation": 2, "moments": 3 } as const;

/** Factor that makes velocities, in metres a frame, as large as positions. */
const VELOCITY = 5;

/** Dimension d of the clip's feature vector f, which the flow maps to s. */
export function featureDimension(config: ModelConfig): number {
  return featureBlocks(config).reduce((sum, width) => sum + width, 0);
}

/** Widths of the blocks of f: the pooled values of the skipped input, if there is a skip connection, then those of the encoder's
 * features of both people. */
export function featureBlocks(config: ModelConfig): number[] {
  const { joints, drem, skip, features, embedding } = config;
  const each = features || embedding * (drem ? 2 : 1);
  const skipped = skip ? [6 * joints + (drem ? joints * joints : 0)] : [];
  return [...skipped, 2 * each].flatMap((width) => Array<number>(POOLED[config.pool]).fill(width));
}

/** The encoder of a configuration. */
export function encoderOf(config: ModelConfig): Layer<Encoder> {
  return encoder(config, endsOf(config));
}

/** The flow of a configuration behind it.
 * @param scale Initial size of triangles and biases. @param dimension That of its input. */
export function scoringOf(
  config: Pick<ModelConfig, "flowLayers" | "slope">,
  dimension: number,
  scale = 1,
): Layer<Scoring> {
  return scoring(qrFlow({ dimension, layers: config.flowLayers, slope: config.slope, scale }));
}

/** Initial weights of the encoder. */
export function initialEncoder(config: ModelConfig, seed: number): Named {
  return encoderOf(config).initial(new Random(seed).fork("encoder"));
}

/** Initial weights of the flow. Parameters are those of `scoringOf`. */
export function initialFlow(
  config: ModelConfig,
  seed: number,
  scale = 1,
  dimension: number = featureDimension(config),
): Named {
  return scoringOf(config, dimension, scale).initial(new Random(seed).fork("flow"));
}

/** Initial weights of encoder and flow. */
export function initialWeights(config: ModelConfig, seed: number, flowScale = 1): Named {
  return { ...initialEncoder(config, seed), ...initialFlow(config, seed, flowScale) };
}

/** The encoder's ends: the paper's, but for what the configuration changes. */
function endsOf(config: ModelConfig): Ends {
  const paper = paperEnds(config), { readJoints } = paper;
  return {
    width: config.velocity ? 2 * paper.width : paper.width,
    readJoints: config.velocity ? (joints) => withVelocities(readJoints(joints)) : readJoints,
    readMaps: config.map === "distance" ? paper.readMaps : (maps) => tf.mul(tf.exp(maps), 3),
    gain: config.gain,
    output: config.features > 0
      ? paper.output
      : layer({}, () => (feature, relation) => relation ? tf.concat([feature, relation], 2) : feature),
    pool: (features, interaction) => {
      const f = pool(config, features, 5e-3);
      return config.skip ? tf.concat([pool(config, inputFrames(interaction), 2e-2), f], 1) : f;
    },
  };
}

/** Rows of joints [T, B, 3D], with their velocities beside them, which are 0 in the first frame. */
function withVelocities(rows: Tensor): Tensor {
  const velocities = tf.pad(tf.mul(frameChanges(rows), VELOCITY), [[1, 0], [0, 0], [0, 0]]);
  return tf.concat([rows, velocities], 2);
}

/** Changes from each frame to the next: [T - 1, B, width] from [T, B, width]. */
function frameChanges(x: Tensor): Tensor {
  const [frames, batch, width] = x.shape;
  const later = tf.slice(x, [1, 0, 0], [frames - 1, batch, width]);
  const earlier = tf.slice(x, [0, 0, 0], [frames - 1, batch, width]);
  return tf.sub(later, earlier);
}

/** What the skip connection reads: joints [T, B, 3D] of each person, and with DREM the proximity map exp(m), [T, B, D * D]. */
function inputFrames({ x, y, maps }: Interaction): Tensor[] {
  const [frames, batch, joints] = x.shape;
  const flat = [x, y].map((person) => tf.reshape(person, [frames, batch, joints * 3]));
  return maps ? [...flat, tf.reshape(tf.exp(maps), [frames, batch, joints * joints])] : flat;
}

/** From features of frames to features of the clip, moment by moment, each moment over all `frames`. Deviations below
 * `floor` and changes below half of it count as none. */
function pool(config: ModelConfig, frames: readonly Tensor[], floor: number): Tensor {
  const means = frames.map(frameMean);
  if (config.pool === "mean") return tf.concat(means, 1);
  const variances = frames.map((f, i) => frameMean(tf.square(tf.sub(f, means[i]))));
  if (config.pool === "mean-deviation") {
    return tf.concat(means.flatMap((mean, i) => [mean, tf.sqrt(tf.add(variances[i], 1e-6))]), 1);
  }
  const deviations = variances.map((variance) => tf.mul(tf.log(tf.add(variance, floor ** 2)), 0.5));
  const changes = frames.map((f) => tf.log(tf.add(frameMean(tf.abs(frameChanges(f))), floor / 2)));
  return tf.concat([...means, ...deviations, ...changes], 1);
}
