/** What floors learn: from training rows to the distance of any row to them. */
import type { Engine } from "../../engine/engine.ts";
import { Products } from "./products.ts";

/** Distances of rows to the training rows. */
export type Distances = (rows: readonly ArrayLike<number>[]) => Promise<Float64Array>;

/** From training rows, at least one and all of one length, to the distances of others.
 * @param open Opens the engine, which only large training sets need. */
export type Learner = (rows: readonly ArrayLike<number>[], open: () => Promise<Engine>) => Distances;

/** Values of training rows from which on inner products are left to the engine: below, it takes longer to start than to compute. */
export const MANY_VALUES = 2 ** 20;

/** Training rows for products on the engine, packed when they are first needed; undefined for a small training set. */
export function productsOf(
  rows: readonly ArrayLike<number>[],
  open: () => Promise<Engine>,
): (() => Products) | undefined {
  if (rows.length * rows[0].length < MANY_VALUES) return undefined;
  let packed: Products | undefined;
  return () => packed ??= new Products(rows, open);
}
