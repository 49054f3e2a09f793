/** Features of a clip: the paper's encoder with the ends that a preset asks for. Canonical joints, velocities, proximity maps, moments
 * and cosine coefficients over time and the skip connection are not the paper's. */
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
import { inline, type Layer, layer, normal } from "../../model/layer.ts";
import { canonicalJointsOf } from "./canonical_input.ts";
import type { ModelConfig } from "./config.ts";
import { cosineCoefficients, frameChanges, meanOrMoments, POOLED } from "./pooling.ts";

/** Factor that makes velocities, in metres a frame, as large as positions. */
const VELOCITY = 5;

/** Factor that makes proximities as large. */
const PROXIMITY = 3;

/** Deviations below these count as none: of the encoder's features, and of joints and proximities. */
const FEATURE_FLOOR = 5e-3, INPUT_FLOOR = 2e-2;

/** Dimension d of the clip's feature vector f, which the flow maps to s. */
export function featureDimension(config: ModelConfig): number {
  return featureBlocks(config).reduce((sum, width) => sum + width, 0);
}

/** Widths of the blocks of f: the pooled values of the skipped input, if there is a skip connection; those of the encoder's features of
 * both people; their cosine coefficients; the pooled values of random projections. */
export function featureBlocks(config: ModelConfig): number[] {
  const { skip, pool, cosines = 0, projections = 0, embedding } = config;
  const skipped = skip ? [inputWidth(config)] : [];
  const pooled = (widths: readonly number[]) =>
    widths.flatMap((width) => Array<number>(POOLED[pool]).fill(width));
  return [
    ...pooled([...skipped, 2 * outputWidth(config)]),
    ...cosines > 0 ? [2 * cosines * Math.min(embedding, outputWidth(config))] : [],
    ...pooled(projections > 0 ? [projections] : []),
  ];
}

/** Values of a frame that the skip connection reads. */
function inputWidth(config: ModelConfig): number {
  return 6 * config.joints + (config.drem ? jointsRead(config) ** 2 : 0);
}

/** Output features of one person and frame. */
function outputWidth({ drem, features, embedding }: ModelConfig): number {
  return features || embedding * (drem ? 2 : 1);
}

/** Number of joints that the encoder reads. */
function jointsRead({ canonical, joints }: ModelConfig): number {
  return canonical?.length ?? joints;
}

/** The encoder of a configuration. */
export function encoderOf(config: ModelConfig): Layer<Encoder> {
  const { pool, projections = 0 } = config, width = inputWidth(config) + 6 * config.joints;
  const own = encoder({ ...config, joints: jointsRead(config) }, endsOf(config));
  if (projections === 0) return own;
  const parts = { own: inline(own), projection: normal([width, projections], 1 / Math.sqrt(width)) };
  return layer(parts, ({ own, projection }) => ({
    frames: own.frames,
    feature: (interaction, masks) => {
      const rows = project(tf.concat(movingInput(interaction), 2), projection);
      return tf.concat([own.feature(interaction, masks), ...meanOrMoments(pool, [rows], FEATURE_FLOOR)], 1);
    },
  }));
}

/** Rows [T, B, width] times a matrix [width, projections]. */
function project(rows: Tensor, matrix: Tensor): Tensor {
  const [frames, batch, width] = rows.shape as [number, number, number];
  const product = tf.matMul(tf.reshape(rows, [frames * batch, width]), matrix as tf.Tensor2D);
  return tf.reshape(product, [frames, batch, -1]);
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
  const { canonical, pool, cosines = 0 } = config;
  const paper = paperEnds({ ...config, joints: jointsRead(config) });
  const readJoints = (joints: Tensor) =>
    paper.readJoints(canonical ? canonicalJointsOf(joints, canonical) : joints);
  return {
    width: config.velocity ? 2 * paper.width : paper.width,
    readJoints: config.velocity ? (joints) => withVelocities(readJoints(joints)) : readJoints,
    readMaps: config.map === "distance" ? paper.readMaps : (maps) => tf.mul(tf.exp(maps), PROXIMITY),
    gain: config.gain,
    output: config.features > 0
      ? paper.output
      : layer({}, () => (feature, relation) => relation ? tf.concat([feature, relation], 2) : feature),
    pool: (features, interaction) => {
      const skipped = config.skip ? meanOrMoments(pool, inputFrames(interaction), INPUT_FLOOR) : [];
      const pooled = [...skipped, ...meanOrMoments(pool, features, FEATURE_FLOOR)];
      if (cosines === 0) return tf.concat(pooled, 1);
      const width = Math.min(config.embedding, outputWidth(config));
      return tf.concat([
        ...pooled,
        ...features.map((f) => cosineCoefficients(firstColumns(f, width), cosines)),
      ], 1);
    },
  };
}

/** Rows of joints [T, B, width], with their velocities beside them, which are 0 in the first frame. */
function withVelocities(rows: Tensor): Tensor {
  const velocities = tf.pad(tf.mul(frameChanges(rows), VELOCITY), [[1, 0], [0, 0], [0, 0]]);
  return tf.concat([rows, velocities], 2);
}

/** What the skip connection reads: joints [T, B, 3D] of each person, and with DREM the proximity map exp(m) of the joints that the
 * encoder reads. */
function inputFrames({ x, y, maps }: Interaction): Tensor[] {
  const rows = (values: Tensor) => tf.reshape(values, [values.shape[0], values.shape[1]!, -1]);
  return maps ? [rows(x), rows(y), rows(tf.exp(maps))] : [rows(x), rows(y)];
}

/** The same, with velocities, and proximities as large as positions. */
function movingInput(interaction: Interaction): Tensor[] {
  const [x, y, ...proximities] = inputFrames(interaction);
  return [withVelocities(x), withVelocities(y), ...proximities.map((map) => tf.mul(map, PROXIMITY))];
}

/** The first columns of features [T, B, width]: those of the last TASU, without f_r. */
function firstColumns(features: Tensor, width: number): Tensor {
  const [frames, batch] = features.shape;
  return tf.slice(features, [0, 0, 0], [frames, batch!, width]);
}
