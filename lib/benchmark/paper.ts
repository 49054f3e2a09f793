/**
 * The paper's own figures, for columns beside ours.
 *
 * @module
 */
import { INTERX_CATEGORIES } from "../data/interx_names.ts";
import { NTU_CATEGORIES } from "../data/ntu_names.ts";

/** IADNet's row of Table I for Inter-X, in the order of the action numbers. */
// deno-fmt-ignore
const INTERX = [
  0.796, 0.777, 0.752, 0.782, 0.773, 0.857, 0.538, 0.822, 0.707, 0.765,
  0.777, 0.756, 0.671, 0.652, 0.787, 0.743, 0.846, 0.604, 0.568, 0.595,
  0.566, 0.718, 0.788, 0.709, 0.763, 0.654, 0.628, 0.646, 0.718, 0.662,
  0.738, 0.663, 0.752, 0.585, 0.749, 0.584, 0.721, 0.701, 0.657, 0.695,
];

/** The same for NTU RGB+D 120. The printed value of `pat-on-back` is cut off after 0.8, so it is left out. */
// deno-fmt-ignore
const NTU = [
  0.593, 0.611, 0.661, undefined, 0.882, 0.657, 0.760, 0.795, 0.882,
  0.728, 0.742, 0.434, 0.551, 0.688, 0.569, 0.606, 0.603, 0.548,
  0.728, 0.599, 0.772, 0.614, 0.564, 0.658, 0.850, 0.664,
];

const byCategory = (names: readonly string[], values: readonly (number | undefined)[]) =>
  Object.fromEntries(names.flatMap((name, i) => values[i] === undefined ? [] : [[name, values[i]]]));

const ntu = byCategory([...NTU_CATEGORIES.values()].map(([name]) => name), NTU);

/** IADNet's AUROC by category in the paper's Table I, by format: `interx`, `ntu120`, `ntu120-smplx`; with `macro mean`, the
 * printed average.
 *
 * @example
 * ```ts
 * import { PAPER_AUROC } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(PAPER_AUROC.interx["high-five"], 0.846);
 * ```
 */
export const PAPER_AUROC: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "interx": { ...byCategory(INTERX_CATEGORIES.map(([name]) => name), INTERX), "macro mean": 0.707 },
  "ntu120": { ...ntu, "macro mean": 0.676 },
  "ntu120-smplx": { ...ntu, "macro mean": 0.676 },
};
