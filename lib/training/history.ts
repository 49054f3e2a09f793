/** Progress of a fit, and its history: loss and feature standard deviation of every step of every training. */

/** Report of one training step. */
export interface FitProgress {
  /** Part of the fit, such as `fold 0` or `main`. */
  readonly training?: string;
  /** Steps done, 1-based. */
  readonly step: number;
  /** Steps of the training. */
  readonly steps: number;
  /** Training loss of this step (NLL in nats for IADNet). */
  readonly loss: number;
  /** Mean standard deviation of the features over the batch: a fall towards 0 is a collapse. */
  readonly featureStd?: number;
  /** Terms of the loss, by name, where the program returns some as `loss:<name>`; not of steps that a resumed training reports again. */
  readonly terms?: Readonly<Record<string, number>>;
}

/** The history of one training of a fit. */
export interface TrainingHistory {
  /** Name of the training. */
  readonly training: string;
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
 * assertEquals(history.trainings.at(-1)?.training, "main");
 * ```
 */
export class History {
  readonly #trainings = new Map<string, { training: string; loss: number[]; featureStd: number[] }>();

  /** The trainings, in the order of their first step. */
  get trainings(): readonly TrainingHistory[] {
    return [...this.#trainings.values()];
  }

  /** Add a report. */
  add({ training = "", loss, featureStd }: FitProgress): void {
    let own = this.#trainings.get(training);
    if (!own) this.#trainings.set(training, own = { training, loss: [], featureStd: [] });
    own.loss.push(loss);
    if (featureStd !== undefined) own.featureStd.push(featureStd);
  }

  /** A history as JSON. */
  static text(trainings: readonly TrainingHistory[]): string {
    return `[\n${trainings.map((training) => JSON.stringify(training)).join(",\n")}\n]\n`;
  }
}
