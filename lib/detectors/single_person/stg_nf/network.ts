/** STG-NF: a flow of K steps over a window of one person's joints, each a normalisation, a reversal of the channels, and an
 * affine coupling whose shift and scale come from a spatio-temporal graph convolution. Windows are [B, V, T, C]; inside, channels
 * come first, [C, B, V, T], so that what is done to a channel is done to one run of memory. */
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../../core/random.ts";
import type { Named, Values } from "../../../core/tensors.ts";
import type { Program, Tensor, Tensors } from "../../../engine/engine.ts";
import type { Flow, FlowOutput } from "../../../model/flow.ts";
import { filled, fixed, inline, type Layer, layer, repeat } from "../../../model/layer.ts";
import { graphBlock, halves, type PoseFlowConfig } from "./graph_block.ts";

/** Mean of the prior, R, and its variance. */
const PRIOR = 3, VARIANCE = 1 + 1e-6;

/** The flow of windows x, [B, V, T, C]. */
export interface PoseFlow extends Flow {
  /** Shift and scale of each step that give each channel of a batch mean 0 and deviation 1, step after step. */
  standardise(x: Tensor): { shift: Tensor; scale: Tensor }[];
}

/** The flow. Its `graph` is fixed, `skeletonGraph` gives it; shifts and scales are set by the first batch
 * (`initialiseProgram`). The published coupling with three channels is no flow: its log-determinant is not that of its Jacobian. */
export function poseFlow(config: PoseFlowConfig): Layer<PoseFlow> {
  const { joints, frames, steps } = config;
  const parts = { graph: fixed([joints, joints]), steps: repeat(steps, (step) => flowStep(config, step)) };
  return layer(parts, ({ graph, steps }) => ({
    forward: (x) => {
      let z = channelsFirst(x), logDet: Tensor = tf.zeros([x.shape[0]]);
      for (const { shift, scale, couple } of steps) {
        // 1. normalisation of activations: z <- (z + shift) exp(scale)
        z = tf.mul(tf.add(z, perChannel(shift)), tf.exp(perChannel(scale)));
        logDet = tf.add(logDet, tf.mul(tf.sum(scale), joints * frames));
        const coupled = couple(reverse(z), graph);
        z = coupled.latent;
        logDet = tf.add(logDet, coupled.logDet);
      }
      return { latent: channelsLast(z), logDet };
    },
    inverse: (latent) => {
      let z = channelsFirst(latent);
      for (const { shift, scale, uncouple } of steps.toReversed()) {
        z = reverse(uncouple(z, graph));
        z = tf.sub(tf.div(z, tf.exp(perChannel(scale))), perChannel(shift));
      }
      return channelsLast(z);
    },
    standardise: (x) => {
      let z = channelsFirst(x);
      return steps.map(({ couple }) => {
        const count = z.size / config.channels;
        const flat = tf.reshape(z, [config.channels, -1]), mean = tf.mean(flat, 1);
        const centred = tf.sub(flat, tf.reshape(mean, [-1, 1]));
        const deviation = tf.sqrt(tf.mul(tf.mean(tf.square(centred), 1), count / (count - 1)));
        const scale = tf.neg(tf.log(tf.add(deviation, 1e-6)));
        z = couple(reverse(tf.mul(tf.reshape(centred, z.shape), tf.exp(perChannel(scale)))), graph).latent;
        return { shift: tf.neg(mean), scale };
      });
    },
  }));
}

/** Initial weights: PyTorch's defaults, as the public code leaves them.
 * @param graph As `skeletonGraph` gives it. */
export function initialPoseFlow(config: PoseFlowConfig, graph: Values, seed: number): Named {
  return { ...poseFlow(config).initial(new Random(seed).fork("stg-nf")), graph };
}

/** One step, bound to its weights. Tensors are [C, B, V, T]. */
interface FlowStep {
  readonly shift: Tensor;
  readonly scale: Tensor;
  readonly couple: (z: Tensor, graph: Tensor) => FlowOutput;
  readonly uncouple: (z: Tensor, graph: Tensor) => Tensor;
}

function flowStep(config: PoseFlowConfig, step: number): Layer<FlowStep> {
  const { channels } = config;
  const parts = {
    shift: filled([channels], 0),
    scale: filled([channels], 0),
    block: inline(graphBlock(config, step)),
  };
  return layer(parts, ({ shift, scale, block }) => {
    const coefficients = (kept: Tensor, graph: Tensor) => {
      const out = block(kept, graph), rows = tf.split(out, out.shape[0], 0);
      const shift = tf.concat(rows.filter((_, k) => k % 2 === 0), 0);
      const raw = tf.concat(rows.filter((_, k) => k % 2 === 1), 0);
      return { shift, scale: tf.add(tf.sigmoid(tf.add(raw, 2)), 1e-6) };
    };
    return {
      shift,
      scale,
      // 3. affine coupling: the first channels stay; the others are shifted, then scaled
      couple: (z, graph) => {
        const [kept, changed] = tf.split(z, halves(config), 0);
        const { shift, scale } = coefficients(kept, graph);
        return {
          latent: tf.concat([kept, tf.mul(tf.add(changed, shift), scale)], 0),
          logDet: tf.sum(tf.sum(tf.log(scale), [2, 3]), 0),
        };
      },
      uncouple: (z, graph) => {
        const [kept, changed] = tf.split(z, halves(config), 0);
        const { shift, scale } = coefficients(kept, graph);
        return tf.concat([kept, tf.sub(tf.div(changed, scale), shift)], 0);
      },
    };
  });
}

const channelsFirst = (x: Tensor) => tf.transpose(x, [3, 0, 1, 2]);
const channelsLast = (z: Tensor) => tf.transpose(z, [1, 2, 3, 0]);

/** One value a channel, to stand beside [C, B, V, T]. */
const perChannel = (values: Tensor) => tf.reshape(values, [-1, 1, 1, 1]);

/** 2. The channels in reverse order. (The list that tfjs gives must stay as it is: its tape holds the same one.) */
function reverse(z: Tensor): Tensor {
  return tf.concat(tf.split(z, z.shape[0], 0).toReversed(), 0);
}

/** Negative log-likelihood of windows in bits for each value: -(log N(z | R, 1) + log |det|) / (log 2 C T V), [B]. */
function bits(config: PoseFlowConfig, { latent, logDet }: FlowOutput): Tensor {
  const values = config.channels * config.frames * config.joints;
  const squares = tf.sum(tf.square(tf.sub(latent, PRIOR)), [1, 2, 3]);
  const logPrior = tf.mul(
    tf.add(tf.div(squares, VARIANCE), values * Math.log(2 * Math.PI * VARIANCE)),
    -0.5,
  );
  return tf.mul(tf.add(logPrior, logDet), -1 / (Math.LN2 * values));
}

/** Windows `x` to `loss`, the mean NLL, and the running statistics. */
export function trainProgram(config: PoseFlowConfig): Program {
  const flow = poseFlow(config);
  return (weights, { x }) => {
    const updates: Tensors = {};
    const loss = tf.mean(bits(config, flow.bind(weights, updates).forward(x)));
    return { loss, ...updates };
  };
}

/** Windows `x` to `nll` [B], `latent` and `logDet`. */
export function windowProgram(config: PoseFlowConfig): Program {
  const flow = poseFlow(config);
  return (weights, { x }) => {
    const output = flow.bind(weights).forward(x);
    return { nll: bits(config, output), ...output };
  };
}

/** The first batch `x` to the shifts and scales of all steps, which give each channel mean 0 and deviation 1: outputs named as the
 * weights. */
export function initialiseProgram(config: PoseFlowConfig): Program {
  const flow = poseFlow(config);
  return (weights, { x }) => {
    const steps = flow.bind(weights, {}).standardise(x);
    return Object.fromEntries(
      steps.flatMap(({ shift, scale }, k) => [[`steps.${k}.shift`, shift], [`steps.${k}.scale`, scale]]),
    );
  };
}
