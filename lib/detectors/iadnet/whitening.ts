/** Whitening, the fixed linear map between an encoder and the density of its features: standardise, keep the principal directions,
 * give each unit variance. */
import * as tf from "@tensorflow/tfjs";
import { stack, type Values } from "../../core/tensors.ts";
import type { Engine, Named, Tensor } from "../../engine/engine.ts";
import { fixed, type Layer, layer } from "../../model/layer.ts";
import { rowSums } from "../../model/layers.ts";
import { narrowProduct } from "./narrow_product.ts";
import { principalDirections } from "./principal.ts";

/** Largest number of principal directions. */
const DIRECTIONS = 128;

/** Largest number of them whose joint density is a flow; that of the others is a Gaussian. */
const FLOW_DIRECTIONS = 32;

/** Number of directions that the flow reads, of `directions` in all. */
export function flowDirections(directions: number): number {
  return Math.min(directions, FLOW_DIRECTIONS);
}

/** Deviation that is added to each feature's before it is divided by it: what is nearly constant is not blown up. */
const LEAST_DEVIATION = 1e-3;

/** Least typical deviation of a block, as a fraction of the root mean square of its values. A single clip and its mirror image have
 * 0.04 or more; below it are clips in which nobody moves, of which any movement would differ without bound. */
const LEAST_FRACTION = 0.03;

/** Features after whitening. */
export interface Whitened {
  /** Standardised features, [batch, d]. */
  readonly standard: Tensor;
  /** What the flow reads: the first directions, [batch, flow]. */
  readonly u: Tensor;
  /** Gaussian cost of the other directions and of what lies outside all of them, nats, [batch]. */
  readonly residual: Tensor;
}

/** u = ((f - mean) scale) basis inverseStd, from d features to r directions; `fitWhitening` gives its weights.
 * @param flow Number of directions that the flow reads. */
export function whitening(d: number, r: number, flow: number): Layer<(f: Tensor) => Whitened> {
  return layer({
    mean: fixed([d]),
    scale: fixed([d]),
    basis: fixed([d, r]),
    inverseStd: fixed([r]),
    outside: fixed([]),
  }, ({ mean, scale, basis, inverseStd, outside }) => (f) => {
    const standard = tf.mul(tf.sub(f, mean), scale) as tf.Tensor2D, [batch] = standard.shape;
    const inside = narrowProduct(standard, basis);
    const rest = tf.relu(tf.sub(rowSums(tf.square(standard)), rowSums(tf.square(inside))));
    const whitened = tf.mul(inside, inverseStd), cost = tf.mul(rest, outside);
    if (r === flow) return { standard, u: whitened, residual: cost };
    const others = tf.slice(whitened, [0, flow], [batch, r - flow]);
    return {
      standard,
      u: tf.slice(whitened, [0, 0], [batch, flow]),
      residual: tf.add(cost, tf.mul(rowSums(tf.square(others)), 0.5)),
    };
  });
}

/** A fitted map: its weights, what the flow reads of the rows, and the deviation of the noise that gives each of its directions unit
 * variance. */
export interface Whitening {
  readonly weights: Named;
  /** [rows, flow]. */
  readonly u: Values;
  readonly noise: Float64Array;
}

/** Fit the whitening of features.
 *
 * `scale` divides a feature by its deviation plus the mean deviation of its block, which has a floor in proportion to the values, so that nearly constant features do not count as
 * much as lively ones, and by the root of the block's width, so that wide blocks count as much as narrow ones. `basis` are the
 * principal directions of the standardised rows; `inverseStd` is 1 / sqrt(variance + shrinkage). Outside the basis the variance is
 * the shrinkage alone: `outside` = 1 / (2 shrinkage) is the cost of a squared unit there. Normal noise of deviation `noise`, added to
 * u, gives every direction variance 1.
 * @param f Features, [rows, d]. @param blocks Widths of the blocks of columns, d in all. @param shrinkage Above 0. */
export async function fitWhitening(
  engine: Engine,
  f: Float32Array,
  blocks: readonly number[],
  shrinkage: number,
): Promise<Whitening> {
  const { mean, scale } = standardisation(f, blocks), d = mean.length;
  const rows = { shape: [f.length / d, d], values: standardised(f, mean, scale) };
  const { variances, directions, coordinates } = await principalDirections(engine, rows, DIRECTIONS);
  const inverseStd = Float32Array.from(variances, (variance) => 1 / Math.sqrt(variance + shrinkage));
  const r = variances.length, flow = flowDirections(r);
  const whitenedRow = (_: unknown, row: number) =>
    inverseStd.subarray(0, flow).map((factor, k) => factor * coordinates[row * r + k]);
  return {
    weights: {
      "whiten.mean": { shape: [d], values: mean },
      "whiten.scale": { shape: [d], values: scale },
      "whiten.basis": directions,
      "whiten.inverseStd": { shape: [r], values: inverseStd },
      "whiten.outside": { shape: [], values: Float32Array.of(0.5 / shrinkage) },
    },
    u: stack(Array.from({ length: rows.shape[0] }, whitenedRow), [flow]),
    noise: Float64Array.from(inverseStd.subarray(0, flow), (value) => value * Math.sqrt(shrinkage)),
  };
}

/** Mean and scale of each feature over rows, as `fitWhitening` says. */
export function standardisation(
  f: Float32Array,
  blocks: readonly number[],
): Readonly<Record<"mean" | "scale", Float32Array>> {
  const d = blocks.reduce((sum, width) => sum + width, 0), rows = f.length / d;
  const mean = new Float64Array(d),
    square = new Float64Array(d),
    deviation = new Float64Array(d),
    scale = new Float32Array(d);
  for (let at = 0; at < f.length; at += d) {
    for (let k = 0; k < d; k++) {
      mean[k] += f[at + k] / rows;
      square[k] += f[at + k] ** 2 / rows;
    }
  }
  for (let at = 0; at < f.length; at += d) {
    for (let k = 0; k < d; k++) deviation[k] += (f[at + k] - mean[k]) ** 2 / rows;
  }
  for (let k = 0; k < d; k++) deviation[k] = Math.sqrt(deviation[k]);
  let from = 0;
  for (const width of blocks) {
    const block = deviation.subarray(from, from + width), root = Math.sqrt(width);
    const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / width;
    const size = Math.sqrt(meanOf(square.subarray(from, from + width)));
    const typical = Math.max(meanOf(block), LEAST_FRACTION * size);
    block.forEach((value, k) => scale[from + k] = 1 / ((value + typical + LEAST_DEVIATION) * root));
    from += width;
  }
  return { mean: Float32Array.from(mean), scale };
}

/** (f - mean) scale, row by row. */
export function standardised(f: Float32Array, mean: Float32Array, scale: Float32Array): Float32Array {
  const d = mean.length, out = new Float32Array(f.length);
  for (let at = 0; at < f.length; at += d) {
    for (let k = 0; k < d; k++) out[at + k] = (f[at + k] - mean[k]) * scale[k];
  }
  return out;
}
