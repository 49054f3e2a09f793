/** Whether the two people of a category can change places: decided from its training clips. */
import { stack } from "../../core/tensors.ts";
import type { Engine } from "../../engine/engine.ts";
import { auroc } from "../../metrics/auroc.ts";
import { innerProducts } from "./principal.ts";
import { standardisation, standardised } from "./whitening.ts";

/** AUROC from which exchanged clips count as unlike the clips themselves. */
const UNLIKE = 0.9;

/** Recordings from which it is decided; fewer say too little, and the people then may change places. */
const FEWEST = 4;

/** Whether clips with their people exchanged look like clips of the category.
 *
 * Each clip, and each exchanged clip, is measured by its distance to the nearest clip of another recording, in standardised features.
 * If exchanged clips lie farther away in 90 % of all comparisons, the people have roles.
 * @param own Features of the clips, [n, d]. @param exchanged Those of the exchanged clips. @param blocks Widths of the blocks of f.
 * @param recordings The recording of each clip. */
export async function canExchange(
  engine: Engine,
  own: Float32Array,
  exchanged: Float32Array,
  blocks: readonly number[],
  recordings: readonly string[],
): Promise<boolean> {
  if (new Set(recordings).size < FEWEST) return true;
  const { mean, scale } = standardisation(own, blocks), d = mean.length, n = own.length / d;
  const { values } = stack([own, exchanged].map((f) => standardised(f, mean, scale)), [n * d]);
  const products = await innerProducts(engine, { shape: [2 * n, d], values });
  const product = (i: number, j: number) => products[i * 2 * n + j];
  const nearest = (row: number) => {
    let least = Infinity;
    for (let j = 0; j < n; j++) {
      if (recordings[j] !== recordings[row % n]) {
        least = Math.min(least, product(row, row) - 2 * product(row, j) + product(j, j));
      }
    }
    return least;
  };
  const distances = Array.from({ length: 2 * n }, (_, row) => nearest(row));
  return auroc(distances.slice(0, n), distances.slice(n)) < UNLIKE;
}
