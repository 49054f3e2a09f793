/** Products whose bits do not depend on the number of threads. */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../../engine/engine.ts";

/** Columns of one native product that no runtime splits between threads. */
const NARROW = 16;

/** Rows [n, d] times a matrix [d, k], a few columns at a time. A runtime may split a wide matrix between its threads, and then sums
 * in an order that depends on their number; a score must not. */
export function narrowProduct(rows: Tensor, matrix: Tensor): Tensor {
  const [d, k] = matrix.shape as [number, number], parts: Tensor[] = [];
  for (let from = 0; from < k; from += NARROW) {
    const columns = tf.slice(matrix, [0, from], [d, Math.min(NARROW, k - from)]) as tf.Tensor2D;
    parts.push(tf.matMul(rows as tf.Tensor2D, columns));
  }
  return parts.length === 1 ? parts[0] : tf.concat(parts, 1);
}
