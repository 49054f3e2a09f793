/** Progress of a fit, and its history: loss and feature standard deviation of every step of every part. */

/** Report of one training step. */
export interface FitProgress {
  /** Part of the fit, such as `fold 0` or `main`. */
  readonly part?: string;
  /** Steps done, 1-based. */
  readonly step: number;
  /** Steps of the part. */
  readonly steps: number;
  /** Training loss of this step (NLL in nats for IADNet). */
  readonly loss: number;
  /** Mean standard deviation of the features over the batch: a fall towards 0 is a collapse. */
  readonly featureStd?: number;
}

/** The history of one part of a fit. */
export interface HistoryPart {
  /** Name of the part. */
  readonly part: string;
  /** Loss of each step. */
  readonly loss: readonly number[];
  /** Mean standard deviation of the features at each step; empty where it is not measured. */
  readonly featureStd: readonly number[];
}

/** Collects a history from the progress reports of a fit.
 * @example
 * ```ts
 * import { generateDataset, History, IADNet } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const history = new History();
 * const hugs = generateDataset({ seed: 0, clipsPerCategory: 6, categories: ["hug"] });
 * await new IADNet({ preset: "tiny" }).fit(hugs, { seed: 0, onProgress: (report) => history.add(report) });
 * assertEquals(history.parts.at(-1)?.part, "main");
 * ```
 */
export class History {
  readonly #parts = new Map<string, { part: string; loss: number[]; featureStd: number[] }>();

  /** The parts, in the order of their first step. */
  get parts(): readonly HistoryPart[] {
    return [...this.#parts.values()];
  }

  /** Add a report. */
  add({ part = "", loss, featureStd }: FitProgress): void {
    let own = this.#parts.get(part);
    if (!own) this.#parts.set(part, own = { part, loss: [], featureStd: [] });
    own.loss.push(loss);
    if (featureStd !== undefined) own.featureStd.push(featureStd);
  }

  /** A history as JSON. */
  static text(parts: readonly HistoryPart[]): string {
    return `[\n${parts.map((part) => JSON.stringify(part)).join(",\n")}\n]\n`;
  }
}
