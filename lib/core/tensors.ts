/** Tensors as plain values, independent of any engine. */

/** A tensor's values: float32, in row-major order. */
export interface Values {
  /** Length of each axis. */
  readonly shape: readonly number[];
  /** The values; their number is the product of the shape. */
  readonly values: Float32Array;
}

/** Named tensors: parameters of a model, or inputs of a program. */
export type Named = Readonly<Record<string, Values>>;

/** The number of values in a tensor of this shape; 1 for a scalar, `[]`. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The same under names with a prefix. */
export function prefixed<T>(prefix: string, named: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [prefix + name, value]));
}

/** The values of some arrays, one after the other. */
export function concatenate(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Rows as one tensor, [rows, ...shape]. */
export function stack(rows: readonly ArrayLike<number>[], shape: readonly number[]): Values {
  const width = sizeOf(shape), values = new Float32Array(rows.length * width);
  rows.forEach((row, i) => values.set(row, i * width));
  return { shape: [rows.length, ...shape], values };
}
