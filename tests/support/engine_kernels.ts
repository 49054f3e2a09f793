/** Every kernel that is mapped to ONNX, as small programs: shared by the tests of the engines. */
import * as tf from "@tensorflow/tfjs";
import type { Program } from "../../lib/engine/engine.ts";

/** An operator of a and b. */
export type Op = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
/** Programs over a and b, [2, 3, 4] each, that between them use every mapped kernel. */
export const KERNELS: Record<string, { op: Op; low?: number }> = {
  add: { op: (a, b) => tf.add(a, b) },
  "subtract with broadcast": { op: (a, b) => tf.sub(a, tf.sum(b, 0, true)) },
  multiply: { op: (a, b) => tf.mul(a, b) },
  divide: { op: (a, b) => tf.div(a, b), low: 0.5 },
  power: { op: (a, b) => tf.pow(a, b), low: 0.5 },
  maximum: { op: (a, b) => tf.maximum(a, b) },
  minimum: { op: (a, b) => tf.minimum(a, b) },
  sqrt: { op: (a) => tf.sqrt(a), low: 0.5 },
  rsqrt: { op: (a) => tf.rsqrt(a), low: 0.5 },
  log: { op: (a) => tf.log(a), low: 0.5 },
  reciprocal: { op: (a) => tf.reciprocal(a), low: 0.5 },
  exp: { op: (a) => tf.exp(a) },
  "negative and square": { op: (a) => tf.neg(tf.square(a)) },
  relu: { op: (a) => tf.relu(a) },
  step: { op: (a, b) => tf.mul(tf.step(a), b) },
  prelu: { op: (a) => tf.prelu(a, tf.scalar(0.3)) },
  tanh: { op: (a) => tf.tanh(a) },
  sigmoid: { op: (a) => tf.sigmoid(a) },
  softplus: { op: (a) => tf.softplus(a) },
  erf: { op: (a) => tf.erf(a) },
  abs: { op: (a) => tf.abs(a) },
  "sine and cosine": { op: (a) => tf.add(tf.sin(a), tf.cos(a)) },
  "sign": { op: (a, b) => tf.mul(tf.sign(a), b) },
  "sum and mean": { op: (a) => tf.add(tf.sum(a, 1), tf.mean(a, 1)) },
  "maximum over an axis": { op: (a) => tf.max(a, 2) },
  "minimum over an axis": { op: (a) => tf.min(a, 2) },
  softmax: { op: (a) => tf.softmax(a) },
  transpose: { op: (a) => tf.transpose(a, [2, 0, 1]) },
  "reshape and expand": { op: (a) => tf.expandDims(tf.reshape(tf.reshape(a, [6, 4]), [3, 8]), 1) },
  concat: { op: (a, b) => tf.concat([a, b, a], 1) },
  slice: { op: (a) => tf.slice(a, [0, 1, 1], [2, 2, 3]) },
  split: { op: (a) => tf.mul(...tf.split(a, 2, 0) as [tf.Tensor, tf.Tensor]) },
  pad: { op: (a) => tf.pad(a, [[0, 0], [1, 2], [0, 1]]) },
  tile: { op: (a) => tf.tile(a, [1, 2, 3]) },
  where: { op: (a, b) => tf.where(tf.greater(tf.ones([2, 3, 4]), tf.zeros([2, 3, 4])), a, b) },
  "matrix product": { op: (a, b) => tf.matMul(tf.reshape(a, [6, 4]), tf.reshape(b, [4, 6])) },
  "product of matrices and a row": {
    op: (a, b) => {
      const row = tf.slice(tf.reshape(b, [24]), 0, 6);
      return tf.add(tf.matMul(tf.reshape(a, [6, 4]), tf.reshape(b, [4, 6])), row);
    },
  },
  "scaled product": { op: (a, b) => tf.mul(tf.matMul(a, b, false, true), 0.25) },
  "product by swapped batches": {
    op: (a, b) => {
      const swap = (x: tf.Tensor) => tf.transpose(x, [1, 0, 2]);
      return swap(tf.matMul(tf.matMul(swap(a), swap(b), false, true), swap(b)));
    },
  },
  fill: { op: (a) => tf.mul(a, tf.fill([4], 2)) },
  "batched product": { op: (a, b) => tf.matMul(a, tf.reshape(b, [2, 4, 3])) },
  "batched product, first transposed": { op: (a, b) => tf.matMul(a, b, true, false) },
  "batched product, second transposed": { op: (a, b) => tf.matMul(a, b, false, true) },
};

/** A scalar that depends on every element of the operator's result in its own way, and always on b. */
export function kernelProgram(op: Op): Program {
  return (p) => {
    const y = op(p.a, p.b);
    const weights = tf.tensor(Float32Array.from({ length: y.size }, (_, i) => Math.cos(i)), y.shape);
    return { loss: tf.add(tf.sum(tf.mul(y, weights)), tf.sum(p.b)) };
  };
}
