/** Packs the scores of test clips for the page. */
import type { CategoryResult } from "../experiments/results.ts";
import { encode } from "./encode.ts";
import type { ClipLabels, ReportCategory } from "./types.ts";

/** Ids of test clips, each with an index. */
export class ClipIds {
  readonly #indices = new Map<string, number>();

  /** The ids in the order of their indices. */
  get names(): string[] {
    return [...this.#indices.keys()];
  }

  /** Index of an id, which is added if it is new. */
  indexOf(id: string): number {
    const index = this.#indices.get(id) ?? this.#indices.size;
    this.#indices.set(id, index);
    return index;
  }

  /** A label for each id, such as its category. */
  labels(labelOf: (id: string) => string): ClipLabels {
    const own = this.names.map(labelOf), names = [...new Set(own)].sort();
    const indices = new Map(names.map((name, i) => [name, i]));
    return { names, of: encode(Uint32Array.from(own, (name) => indices.get(name)!)) };
  }
}

/** A category's result with its scores packed.
 * @param ids Index of each test clip, to which new ones are added. */
export function pack({ scores, ...result }: CategoryResult, ids: ClipIds): ReportCategory {
  const isCalibrated = scores.every(({ p }) => p !== undefined);
  return {
    ...result,
    clips: encode(Uint32Array.from(scores, ({ clip }) => ids.indexOf(clip))),
    scores: encode(Float64Array.from(scores, ({ score }) => score)),
    anomalous: encode(Uint8Array.from(scores, ({ anomalous }) => Number(anomalous))),
    ...(isCalibrated && { p: encode(Float64Array.from(scores, ({ p }) => p!)) }),
  };
}
