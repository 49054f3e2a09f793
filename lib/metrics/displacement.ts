/** Displacement, the `dsp` of Table IV: how much the distances between two people change in a clip.
 *
 * The paper defines it as "the largest per-sequence displacement among all joint pairs between the two interacting
 * individuals", averaged over the clips of a category. It leaves open how the displacement of one joint pair is measured:
 * `DISPLACEMENT_READINGS` are the possible readings. */
import type { Clip } from "../data/clip.ts";
import { UsageError } from "../core/errors.ts";

/** All readings of displacement.
 *
 * - `path`, the default: maximum over joint pairs of the sum of |d(t) - d(t - 1)|, the length of the path of d. It grows with the
 *   frame rate and with noise. The paper's 4.50 to 7.13 of clips of 5.9 s fit it.
 * - `range`: maximum over joint pairs of max d - min d. SBU's categories have 0.92 to 1.29 m.
 * - `mean-range`: mean over joint pairs of max d - min d.
 * - `from-start`: maximum over joint pairs and frames of |d(t) - d(0)|. */
export const DISPLACEMENT_READINGS = ["path", "range", "mean-range", "from-start"] as const;

/** How the distances d(t) of all joint pairs are reduced to one number. */
export type DisplacementReading = typeof DISPLACEMENT_READINGS[number];

/** Displacement `dsp` of one clip, metres, at least 0. A rigid motion of both people together does not change it.
 * @param x First person, [frames, joints, 3], metres. @param y Second person, same shape. @param joints Joints per person.
 * @param reading One of `DISPLACEMENT_READINGS`; `path` if absent.
 * @throws {UsageError} If the reading is unknown or the shapes do not match.
 * @example
 * ```ts
 * import { displacement } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * const x = new Float32Array(9), y = new Float32Array([1, 0, 0, 3, 0, 0, 2, 0, 0]);
 * assertEquals([displacement(x, y, 1), displacement(x, y, 1, "range")], [3, 2]);
 * ```
 */
export function displacement(
  x: Float32Array,
  y: Float32Array,
  joints: number,
  reading: DisplacementReading = "path",
): number {
  const width = joints * 3, frames = x.length / width;
  if (x.length !== y.length || !(Number.isInteger(frames) && frames > 0)) {
    throw new UsageError(
      `Cannot measure displacement: expected two people of ${joints} joints, got ${x.length} and ${y.length} values`,
    );
  }
  if (!DISPLACEMENT_READINGS.includes(reading)) {
    const known = DISPLACEMENT_READINGS.join(", ");
    throw new UsageError(`Cannot measure displacement by ${reading}: expected one of ${known}`);
  }
  let largest = 0, sum = 0;
  for (let p = 0; p < width; p += 3) {
    for (let q = 0; q < width; q += 3) {
      let start = 0, last = 0, low = Infinity, high = -Infinity, path = 0;
      for (let t = 0; t < frames; t++) {
        const i = t * width + p, j = t * width + q;
        const dx = x[i] - y[j], dy = x[i + 1] - y[j + 1], dz = x[i + 2] - y[j + 2];
        const distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
        if (t === 0) start = last = distance;
        path += Math.abs(distance - last);
        last = distance;
        if (distance < low) low = distance;
        if (distance > high) high = distance;
      }
      const own = reading === "path"
        ? path
        : reading === "from-start"
        ? Math.max(high - start, start - low)
        : high - low;
      sum += own;
      if (own > largest) largest = own;
    }
  }
  return reading === "mean-range" ? sum / (joints * joints) : largest;
}

/** Mean displacement of the clips of each category, metres, in the order of first appearance.
 * @throws {UsageError} As `displacement`.
 * @example
 * ```ts
 * import { generateDataset } from "@lab/iadnet";
 * import { categoryDisplacement } from "@lab/iadnet/metrics";
 * import { assert } from "@std/assert";
 * const clips = generateDataset({ seed: 0, clipsPerCategory: 2, categories: ["hug", "push"] });
 * assert(categoryDisplacement(clips).get("hug")! > 0);
 * ```
 */
export function categoryDisplacement(
  clips: readonly Clip[],
  reading: DisplacementReading = "path",
): Map<string, number> {
  return new Map(
    [...Map.groupBy(clips, ({ category }) => category)].map(([category, own]) => {
      const each = own.map(({ x, y, skeleton }) => displacement(x, y, skeleton.joints.length, reading));
      return [category, each.reduce((sum, value) => sum + value / each.length, 0)];
    }),
  );
}
