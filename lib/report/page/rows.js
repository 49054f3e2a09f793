// @ts-check
import { bytes, float64, uint32 } from "./numbers.js";

/** @import { ClipLabels, ReportCategory } from "../types.ts" */
/** @import { Row } from "./rule.js" */

/** A row for every test clip and every category's detector.
 *
 * @param {{ ids: readonly string[], categories: readonly ReportCategory[], clipCategories: ClipLabels,
 *   clipGroups?: ClipLabels }} data @returns {Row[]} */
export function unpackRows({ ids, categories, clipCategories, clipGroups }) {
  const category = labelOf(clipCategories), group = clipGroups ? labelOf(clipGroups) : () => "";
  return categories.flatMap((own) => {
    const scores = float64(own.scores), anomalous = bytes(own.anomalous);
    const p = own.p === undefined ? undefined : float64(own.p);
    return Array.from(uint32(own.clips), (index, i) => ({
      id: ids[index],
      category: category(index),
      group: group(index),
      model: own.category,
      score: scores[i],
      p: p?.[i],
      anomalous: anomalous[i] === 1,
    }));
  });
}

/** @param {ClipLabels} labels @returns {(index: number) => string} */
function labelOf({ names, of }) {
  const indices = uint32(of);
  return (index) => names[indices[index]];
}

/** Scores of normal and of anomalous clips, in ascending order.
 *
 * @param {readonly Row[]} rows @returns {[Float64Array, Float64Array]} */
export function sides(rows) {
  const of = (/** @type {boolean} */ side) =>
    Float64Array.from(rows.filter(({ anomalous }) => anomalous === side), ({ score }) => score).sort();
  return [of(false), of(true)];
}
