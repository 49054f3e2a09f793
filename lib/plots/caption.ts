/**
 * Captions of figures.
 *
 * @module
 */

/** Where the numbers of a figure come from. */
export interface Origin {
  /** The detector, as `createDetector` takes it. */
  readonly detector: string;
  /** Seeds. */
  readonly seeds: readonly number[];
  /** Name of the engine. */
  readonly engine?: string;
  /** Name of the data set, or its format. */
  readonly data?: string;
  /** Name of the split. */
  readonly split?: string;
}

/** Caption of a figure: a sentence, then detector, seeds, data and n.
 *
 * @param n What n counts, such as `4 normal and 20 anomalous clips`.
 * @example
 * ```ts
 * import { captionOf } from "@lab/iadnet/plots";
 * import { assertEquals } from "@std/assert";
 * assertEquals(
 *   captionOf("ROC curves.", { detector: "iadnet:preset=tiny", seeds: [0, 1], data: "sbu" }, "24 test clips"),
 *   "ROC curves. Detector iadnet:preset=tiny, seeds 0, 1; sbu; n = 24 test clips.",
 * );
 * ```
 */
export function captionOf(sentence: string, origin: Origin, n: string): string {
  const { detector, seeds, engine, data, split } = origin;
  const setup = [
    `detector ${detector}`,
    ...(engine ? [`engine ${engine}`] : []),
    `${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`,
  ].join(", ");
  const text = [setup, ...(data ? [data] : []), ...(split ? [`split ${split}`] : []), `n = ${n}`].join("; ");
  return `${sentence} ${text[0].toUpperCase()}${text.slice(1)}.`;
}

/** A count with its noun: `1 clip`, `2 clips`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
