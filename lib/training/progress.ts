/**
 * Progress of a fit.
 *
 * @module
 */

/** Report of one training step. */
export interface FitProgress {
  /** Training within the fit, such as `fold 0` or `main`. */
  readonly part?: string;
  /** Steps done, 1-based. */
  readonly step: number;
  /** Steps in all. */
  readonly steps: number;
  /** Training loss of this step (NLL in nats for IADNet). */
  readonly loss: number;
  /** Mean standard deviation of the features over the batch: a fall towards 0 is a collapse. */
  readonly featureStd?: number;
}
