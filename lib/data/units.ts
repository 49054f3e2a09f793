/** Units of length, and whether bodies have the size of people. */
import type { Clip } from "./clip.ts";

/** Length of each unit, metres. */
export const UNITS = { m: 1, cm: 0.01, mm: 0.001 } as const;

/** Name of a unit. */
export type Unit = keyof typeof UNITS;

/** Names of the units. */
export const UNIT_NAMES = Object.keys(UNITS) as readonly Unit[];

/** Sizes that a body may have, metres: from a child who crouches to a tall adult who reaches up. */
const [SMALLEST, LARGEST] = [0.3, 3];

/** Most frames of a clip that are measured. */
const MEASURED = 9;

/** Size of the bodies of a clip, metres: the longest side of the box around all joints of a person, the median over both people and
 * some frames. It does not depend on which axis points up. */
export function bodySize({ x, y, frames }: Pick<Clip, "x" | "y" | "frames">): number {
  const width = x.length / frames, step = Math.max(1, Math.floor(frames / MEASURED)), sizes: number[] = [];
  for (const person of [x, y]) {
    for (let t = 0; t < frames; t += step) {
      const sides = [0, 1, 2].map((axis) => {
        let low = Infinity, high = -Infinity;
        for (let i = t * width + axis; i < (t + 1) * width; i += 3) {
          low = Math.min(low, person[i]);
          high = Math.max(high, person[i]);
        }
        return high - low;
      });
      sizes.push(Math.max(...sides));
    }
  }
  return median(sizes);
}

/** Whether a body of this size cannot be a person's, however noisy or stylised the data: a wrong unit is wrong by a factor of ten. */
export function isAbsurdSize(metres: number): boolean {
  return !(metres >= SMALLEST / 1.5 && metres <= LARGEST * 3);
}

/** Whether a body of this size can be a person's. */
export function isBodySize(metres: number): boolean {
  return metres >= SMALLEST && metres <= LARGEST;
}

/** The unit in which bodies would have the size of people, if they are `metres` tall read in the unit `read`. */
export function likelyUnit(metres: number, read: Unit): Unit | undefined {
  return UNIT_NAMES.find((unit) => isBodySize(metres / UNITS[read] * UNITS[unit]));
}

/** The median of some values, at least one. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
