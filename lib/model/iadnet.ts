/** IADNet, section III from top to bottom: two people in, one anomaly score out. */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../engine/engine.ts";
import type { NetworkConfig } from "./config.ts";
import { distanceMaps, type Drem, drem } from "./drem.ts";
import { asOneBatch, type Person, type Positions, positions } from "./embedding.ts";
import type { Masks } from "./dropout.ts";
import type { Flow, FlowOutput } from "./flow.ts";
import { inline, type Layer, layer, repeat } from "./layer.ts";
import { frameMean, layerNorm, mlp, rowSums } from "./layers.ts";
import { tasm, type Tasu, tasu } from "./tasm.ts";

/** What the network sees of a batch of clips, time first. */
export interface Interaction {
  /** X: joints of person 1, [T, B, D, 3], metres. */
  readonly x: Tensor;
  /** Y: joints of person 2. */
  readonly y: Tensor;
  /** Distance maps (equation 2), [T, B, D, D]; undefined without DREM. */
  readonly maps?: Tensor;
}

/** The interaction of two people, whose joints are [B, T, D, 3] each. */
export function interactionOf(config: NetworkConfig, x: Tensor, y: Tensor): Interaction {
  const [xt, yt] = [x, y].map((person) => tf.transpose(person, [1, 0, 2, 3]));
  return { x: xt, y: yt, ...(config.drem && { maps: distanceMaps(xt, yt) }) };
}

/** The ends of the encoder: how it reads an interaction, and how its features become f. `paperEnds` are the paper's; a detector
 * may replace them. */
export interface Ends {
  /** Number of values of a person and frame that the motion MLP reads. */
  readonly width: number;
  /** What the motion MLP reads, [T, B, width], of a person's joints, [T, B, D, 3]. */
  readonly readJoints: (joints: Tensor) => Tensor;
  /** What DREM's MLP reads of distance maps, [T, B, D, D]. */
  readonly readMaps: (maps: Tensor) => Tensor;
  /** Factor on the initial weights of both MLPs. */
  readonly gain: number;
  /** Features of a person and frame, [T, B, features], from the last TASU's feature and f_r. */
  readonly output: Layer<(feature: Tensor, relation?: Tensor) => Tensor>;
  /** f of each clip, [B, d], from the output features of both people. */
  readonly pool: (features: readonly Tensor[], interaction: Interaction) => Tensor;
}

/** The paper's ends: joints and distance maps as they are, an output MLP, and f = (f^x, f^y). The paper names neither the layer
 * norm before the MLP nor how features of frames become f, here by their mean. */
export function paperEnds({ joints, embedding: E, features }: NetworkConfig): Ends {
  return {
    width: 3 * joints,
    readJoints: (person) => tf.reshape(person, [person.shape[0], person.shape[1]!, 3 * joints]),
    readMaps: (maps) => maps,
    gain: 1,
    output: layer(
      { norm: layerNorm(E), mlp: inline(mlp(E, E, features)) },
      ({ norm, mlp }) => (feature) => mlp(norm(feature)),
    ),
    pool: (features) => tf.concat(features.map(frameMean), 1),
  };
}

/** The encoder, bound to its weights. Dropout masks are given in training alone. */
export interface Encoder {
  /** Output features of each frame of person 1 and of person 2, [T, B, features] each. */
  frames(interaction: Interaction, masks?: Masks): readonly Tensor[];
  /** f of each clip, [B, d]. */
  feature(interaction: Interaction, masks?: Masks): Tensor;
}

/** TASM and DREM (sections III-A and B). With shared weights one stream encodes both people, who follow each other in its batch;
 * without (Table V) each person has a stream, whose weights are named `x.` and `y.`. */
export function encoder(config: NetworkConfig, ends: Ends = paperEnds(config)): Layer<Encoder> {
  const one = stream(config, ends), position = positions(config);
  return config.share
    ? layer(
      { both: inline(one), position },
      ({ both, position }) => encode([{ ...both, people: ["x", "y"] }], position, ends),
    )
    : layer(
      { x: one, y: one, position },
      ({ x, y, position }) => encode([{ ...x, people: ["x"] }, { ...y, people: ["y"] }], position, ends),
    );
}

/** One stream, bound to its weights. */
interface Stream {
  readonly motion: (rows: Tensor) => Tensor;
  readonly relation?: Drem;
  readonly units: readonly Tasu[];
  readonly output: (feature: Tensor, relation?: Tensor) => Tensor;
}

/** One stream: the motion MLP, DREM, N TASUs and the output MLP. */
function stream(config: NetworkConfig, { width, gain, output }: Ends): Layer<Stream> {
  const { joints, embedding: E, units } = config;
  return layer({
    motion: mlp(width, E, E, gain),
    relation: config.drem ? drem(joints, E, gain) : undefined,
    units: repeat(units, (index) => tasu(config, index)),
    output,
  }, (parts) => parts);
}

/** The streams at work, each for the people in its batch. */
function encode(
  streams: readonly (Stream & { readonly people: readonly Person[] })[],
  position: Positions,
  { readJoints, readMaps, pool }: Ends,
): Encoder {
  const frames = (interaction: Interaction, masks?: Masks) => {
    const { maps } = interaction;
    // III-A: motion embeddings, with the position table H added
    const features = streams.map(({ motion, people }) => {
      const rows = asOneBatch(people.map((person) => readJoints(interaction[person])));
      return position(motion(rows), people);
    });
    // III-B: f_r, which the TASUs attend to
    const relations = streams.map(({ relation, people }) => maps && relation?.(readMaps(maps), people));
    const each = masks && streams.length === 2 ? tf.split(masks, 2) : masks && [masks];
    const last = tasm(streams.map(({ units }) => units), features, relations, each);
    const outputs = streams.map(({ output }, i) => output(last[i], relations[i]));
    return outputs.length === 2 ? outputs : tf.split(outputs[0], 2, 1);
  };
  return { frames, feature: (interaction, masks) => pool(frames(interaction, masks), interaction) };
}

/** IADNet, bound to its weights: f of each clip, and its score. */
export type Network = (interaction: Interaction, masks?: Masks) => Score & { readonly f: Tensor };

/** IADNet: the encoder, and the anomaly scoring module behind it. */
export function iadnet(encoder: Layer<Encoder>, scoring: Layer<Scoring>): Layer<Network> {
  return layer(
    { encoder: inline(encoder), scoring: inline(scoring) },
    ({ encoder, scoring }) => (interaction, masks) => {
      const f = encoder.feature(interaction, masks);
      return { ...scoring(f), f };
    },
  );
}

/** The score of features f, [B, d]. */
export type Scoring = (f: Tensor) => Score;

/** The score of each clip, with what it comes from. */
export interface Score extends FlowOutput {
  /** -log p(f), nats, [B]: the anomaly score. It is `quadratic` - `logDet` + d / 2 log 2 pi. */
  readonly nll: Tensor;
  /** |s|^2 / 2, nats, [B]. */
  readonly quadratic: Tensor;
}

/** Section III-C, the anomaly scoring module (ASM): s = phi(f) ~ N(0, I). */
export function scoring(flow: Layer<Pick<Flow, "forward">>): Layer<Scoring> {
  return layer({ flow }, ({ flow }) => (f) => {
    const output = flow.forward(f);
    return { ...output, ...negativeLogLikelihood(output) };
  });
}

/** The training loss, nats: the mean NLL of a batch of clips of the normal category. */
export function trainingLoss({ nll }: Score): Tensor {
  return tf.mean(nll);
}

/** NLL of each clip, nats, [B], and its quadratic term. By p(f) = g(s) |det d phi / d f| with g = N(0, I) (equation 3), it is
 * -log p(f) = -log g(s) - log |det d phi / d f| (equations 4 and 5). */
export function negativeLogLikelihood({ latent, logDet }: FlowOutput): Pick<Score, "nll" | "quadratic"> {
  const constant = 0.5 * latent.shape[1]! * Math.log(2 * Math.PI);
  const quadratic = tf.mul(rowSums(tf.square(latent)), 0.5);
  return { nll: tf.sub(tf.add(quadratic, constant), logDet), quadratic };
}
