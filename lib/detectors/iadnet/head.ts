/** What follows the encoder: the paper's flow alone; or whitening, the flow of its directions, and the pair ratio. */
import * as tf from "@tensorflow/tfjs";
import type { Engine, Named, Program, Tensors } from "../../engine/engine.ts";
import { type Flow, flowMatrices, linearLayers, qrFlow, withVolume } from "../../model/flow.ts";
import { type Scoring, scoring } from "../../model/iadnet.ts";
import { fixed, inline, type Layer, layer } from "../../model/layer.ts";
import { pairRatio } from "./pair_ratio.ts";
import { whitening } from "./whitening.ts";

/** The head that some weights have: with or without whitening and pair ratio, its flow whole or folded.
 * @param volume That of a whole flow in training; free if absent. */
export function headFor(weights: Tensors, volume?: "free" | "fixed"): Layer<Scoring> {
  const [layers, dimension] = weights["flow.bias"].shape;
  const { "whiten.basis": basis, "pair.basis": pair } = weights;
  const folded = weights["flow.matrices"] !== undefined;
  const flow = folded ? foldedFlow(layers, dimension) : qrFlow({ layers, dimension, volume });
  if (!basis) return scoring(flow);
  const [d, directions] = basis.shape as [number, number];
  return whitened({ d, directions, flow: dimension, pair: pair?.shape[1] ?? 0 }, scoring(flow));
}

/** Sizes of a head with whitening. */
export interface HeadSizes {
  /** Features. */
  readonly d: number;
  /** Principal directions. */
  readonly directions: number;
  /** Those that the flow reads. */
  readonly flow: number;
  /** Directions of the pair ratio; 0 = none. */
  readonly pair: number;
}

/** Whitening, and the scoring of the directions that the flow reads. The others, what lies outside all directions, and the pair ratio
 * add their cost to the NLL. */
export function whitened({ d, directions, flow, pair }: HeadSizes, scoring: Layer<Scoring>): Layer<Scoring> {
  return layer({
    whiten: whitening(d, directions, flow),
    pair: pair > 0 ? pairRatio(d, pair) : undefined,
    scoring: inline(scoring),
  }, ({ whiten, pair, scoring }) => (f) => {
    const { standard, u, residual } = whiten(f), score = scoring(u);
    const cost = pair ? tf.add(residual, pair(standard)) : residual;
    return { ...score, nll: tf.add(score.nll, cost), quadratic: tf.add(score.quadratic, cost) };
  });
}

/** Features of clips, `f` [batch, d], to `nll` and what it is the sum of, `quadratic` and `logDet`. */
export const headProgram: Program = (weights, { f }) => {
  const { nll, quadratic, logDet } = headFor(weights).bind(weights)(f);
  return { nll, quadratic, logDet };
};

/** Weights with the flow's matrices multiplied out, for scoring: the same density, without the work that only training needs. */
export async function foldFlow(engine: Engine, weights: Named): Promise<Named> {
  const { "flow.reflectors": reflectors, "flow.triangle": triangle, ...rest } = weights;
  const { matrices, logDiagonal } = await (await engine.runner(foldProgram, { reflectors, triangle })).run(
    {},
  );
  const [layers, size] = reflectors.shape;
  return {
    ...rest,
    "flow.matrices": { shape: [layers, size, size], values: matrices },
    "flow.logDiagonal": { shape: [layers, size], values: logDiagonal },
  };
}

/** Weights of a flow that was trained with its volume fixed, as those of the same flow of free volume, which is what scoring reads. */
export async function freeVolume(engine: Engine, weights: Named): Promise<Named> {
  const { "flow.triangle": triangle } = weights, { shape } = triangle;
  const out = await (await engine.runner(volumeProgram, { triangle })).run({});
  return { ...weights, "flow.triangle": { shape, values: out.triangle } };
}

const volumeProgram: Program = ({ triangle }) => ({ triangle: withVolume(triangle, "fixed") });

const foldProgram: Program = ({ reflectors, triangle }) => ({ ...flowMatrices(reflectors, triangle) });

/** The flow of folded weights. */
function foldedFlow(L: number, d: number): Layer<Pick<Flow, "forward">> {
  return layer({
    matrices: fixed([L, d, d]),
    logDiagonal: fixed([L, d]),
    bias: fixed([L, d]),
    slope: L > 1 ? fixed([L - 1]) : undefined,
  }, (layers) => ({ forward: (f) => linearLayers(f, layers) }));
}
