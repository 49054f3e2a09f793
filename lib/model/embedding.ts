/** Section III-A: the synchronised position table H, which is added to the motion embeddings. */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../engine/engine.ts";
import type { NetworkConfig } from "./config.ts";
import { inline, type Layer, layer, normal } from "./layer.ts";

/** One of the two people, X and Y. */
export type Person = "x" | "y";

/** Adds H to the motion embeddings of these people, who are one after the other in the batch: [T, people B, E]. */
export type Positions = (motion: Tensor, people: readonly Person[]) => Tensor;

/** The learnable position table H, [T, E], initially normal with deviation `positionStd`. Both people share it (`sync`), so that h_t is the
 * same for both at the same time. Its ablations of Table II: a table for each (`unsync`), fixed sinusoids (`sinusoidal`). */
export function positions(
  { position, positionStd = 0.02, frames, embedding }: NetworkConfig,
): Layer<Positions> {
  const table = normal([frames, embedding], positionStd), rows = [frames, 1, embedding];
  switch (position) {
    case "sync":
      return layer(
        { table: inline(table) },
        ({ table }) => (motion) => tf.add(motion, tf.reshape(table, rows)),
      );
    case "unsync":
      return layer({ x: table, y: table }, (tables) => (motion, people) => {
        const each = people.length === 1 ? [motion] : tf.split(motion, people.length, 1);
        const sums = people.map((person, i) => tf.add(each[i], tf.reshape(tables[person], rows)));
        return asOneBatch(sums);
      });
    case "sinusoidal":
      return layer({}, () => (motion) => tf.add(motion, tf.tensor(sinusoids(frames, embedding), rows)));
  }
}

/** Features of several people one after the other in the batch, [T, people B, width] from [T, B, width] each. */
export function asOneBatch(people: readonly Tensor[]): Tensor {
  return people.length === 1 ? people[0] : tf.concat([...people], 1);
}

/** The fixed table of Vaswani et al.: sin(t / 10000^(i/E)) in even columns i, the cosine in the odd column after it. */
export function sinusoids(frames: number, size: number): Float32Array {
  return Float32Array.from({ length: frames * size }, (_, at) => {
    const t = Math.floor(at / size), column = at % size;
    const angle = t * Math.exp(-Math.log(10000) * (column - column % 2) / size);
    return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}
