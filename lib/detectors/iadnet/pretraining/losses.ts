/** The losses of pre-training. */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../../../engine/engine.ts";
import { rowSums } from "../../../model/layers.ts";

/** Supervised contrastive loss (Khosla et al. 2020, L_out), nats: each row shall be nearer, by its cosine, to its positives than to
 * all others.
 * @param z Rows, [B, d]. @param positives 1 where two different rows belong together, [B, B]. A row without positives counts as 0.
 * @param temperature Divides the cosines. */
export function contrastiveLoss(z: Tensor, positives: Tensor, temperature: number): Tensor {
  const batch = z.shape[0], column = [batch, 1];
  const length = tf.sqrt(tf.add(tf.reshape(rowSums(tf.square(z)), column), 1e-12));
  const unit = tf.div(z, length) as tf.Tensor2D;
  // A cosine is at most 1, so that no exponent is above 0.
  const logits = tf.div(tf.sub(tf.matMul(unit, unit, false, true), 1), temperature);
  const others = tf.tensor(
    Float32Array.from({ length: batch ** 2 }, (_, p) => p % (batch + 1) === 0 ? 0 : 1),
    [
      batch,
      batch,
    ],
  );
  const normaliser = tf.log(rowSums(tf.mul(tf.exp(logits), others)));
  const logProbability = tf.sub(logits, tf.reshape(normaliser, column));
  const count = tf.maximum(rowSums(positives), 1);
  return tf.neg(tf.mean(tf.div(rowSums(tf.mul(logProbability, positives)), count)));
}

/** Synchrony loss, nats: the binary cross entropy of matched against mismatched pairs, and softplus(mismatched - matched), which
 * compares each mismatched pair with its own matched counterpart.
 * @param matched Logits, [B]. @param mismatched Logits of the counterparts, [B]. */
export function synchronyLoss(matched: Tensor, mismatched: Tensor): Tensor {
  const crossEntropy = tf.mul(tf.add(tf.softplus(tf.neg(matched)), tf.softplus(mismatched)), 0.5);
  return tf.mean(tf.add(crossEntropy, tf.softplus(tf.sub(mismatched, matched))));
}
