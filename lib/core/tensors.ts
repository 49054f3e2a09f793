/**
 * Tensors outside any engine.
 *
 * @module
 */

/** A tensor's values outside any engine: row-major float32. */
export interface Values {
  /** Length of each axis. */
  readonly shape: readonly number[];
  /** As many values as the product of the shape. */
  readonly values: Float32Array;
}

/** Named tensors: the parameters of a model, or the inputs of a step. */
export type Named = Readonly<Record<string, Values>>;
