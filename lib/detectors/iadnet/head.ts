/** What follows the encoder: the paper's flow, or, behind a frozen encoder, whitening and the flow of its directions. */
import * as tf from "@tensorflow/tfjs";
import type { Engine, Named, Program, Tensors } from "../../engine/engine.ts";
import { type Flow, flowMatrices, linearLayers, qrFlow, withVolume } from "../../model/flow.ts";
import { type Scoring, scoring } from "../../model/iadnet.ts";
import { fixed, inline, type Layer, layer } from "../../model/layer.ts";
import { whitening } from "./whitening.ts";

/** The head that some weights have: with or without whitening, its flow whole or folded.
 * @param volume That of a whole flow in training; free if absent. */
export function headFor(weights: Tensors, volume?: "free" | "fixed"): Layer<Scoring> {
  const [layers, dimension] = weights["flow.bias"].shape, { "whiten.basis": basis } = weights;
  const folded = weights["flow.matrices"] !== undefined;
  const flow = folded ? foldedFlow(layers, dimension) : qrFlow({ layers, dimension, volume });
  return basis ? whitened(basis.shape[0], dimension, scoring(flow)) : scoring(flow);
}

/** Whitening of d features to r directions, and the scoring of these. What lies outside them adds its cost to the NLL. */
export function whitened(d: number, r: number, scoring: Layer<Scoring>): Layer<Scoring> {
  return layer({ whiten: whitening(d, r), scoring: inline(scoring) }, ({ whiten, scoring }) => (f) => {
    const { u, residual } = whiten(f), score = scoring(u);
    return { ...score, nll: tf.add(score.nll, residual), quadratic: tf.add(score.quadratic, residual) };
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
