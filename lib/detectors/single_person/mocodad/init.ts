/**
 * Initial weights of MoCoDAD, from a seed.
 *
 * @module
 */
import type { Named, Values } from "../../../engine/engine.ts";
import { Random } from "../../../core/random.ts";
import { autoencoderSizes, FUTURE, LATENT, type LayerSizes, type Sizes, unetSizes } from "./config.ts";

/** Whether this is a running statistic of a batch norm, which no step moves. */
export function isStatistic(name: string): boolean {
  return name.endsWith(".norm.mean") || name.endsWith(".norm.variance");
}

/** Initial weights, as the public code draws them: mixing matrices uniform in +-1/sqrt(size), convolutions and linear layers
 * in +-1/sqrt(inputs), batch norms at the identity, PReLU slopes 0.25. Convolutions and linear layers are [out, in],
 * `time` is [joints, 3, 3], `space` [3, joints, joints]. */
export function initialMocodad(sizes: Sizes, seed: number): Named {
  const random = new Random(seed).fork("mocodad");
  const weights: Record<string, Values> = {};
  const fill = (name: string, shape: readonly number[], draw: () => number) => {
    const size = shape.reduce((product, each) => product * each, 1);
    weights[name] = { shape, values: Float32Array.from({ length: size }, draw) };
  };
  const uniform = (name: string, shape: readonly number[], inputs: number) =>
    fill(name, shape, () => random.uniform(-1, 1) / Math.sqrt(inputs));
  const linear = (name: string, from: number, to: number) => {
    uniform(`${name}.weight`, [to, from], from);
    uniform(`${name}.bias`, [to], from);
  };
  const convolution = (name: string, from: number, to: number) => {
    linear(name, from, to);
    for (const one of ["gain", "variance"]) fill(`${name}.norm.${one}`, [to], () => 1);
    for (const zero of ["bias", "mean"]) fill(`${name}.norm.${zero}`, [to], () => 0);
  };
  const layer = ({ name, from, to, joints }: LayerSizes, embedded: boolean) => {
    uniform(`${name}.time`, [joints, FUTURE, FUTURE], FUTURE);
    uniform(`${name}.space`, [FUTURE, joints, joints], joints);
    convolution(`${name}.conv`, from, to);
    if (from !== to) convolution(`${name}.residual`, from, to);
    fill(`${name}.slope`, [1], () => 0.25);
    if (embedded) linear(`${name}.embed`, LATENT, to);
  };
  const { encoder, decoder, flat } = autoencoderSizes(sizes), { stages, resizes } = unetSizes(sizes);
  for (const each of [...encoder, ...decoder]) layer(each, false);
  linear("condition.in", flat, LATENT);
  linear("condition.out", LATENT, flat);
  for (const each of Object.values(stages).flat()) layer(each, true);
  for (const { name, from, to } of resizes) convolution(name, from, to);
  return weights;
}
