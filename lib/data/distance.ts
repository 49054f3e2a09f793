/**
 * Distance maps between two people, and the displacement of Table IV.
 *
 * @module
 */

/** Distance maps of one clip: [frames, joints, joints], entry (t, i, j) = -|x_t(i) - y_t(j)| (equation 2), metres.
 *
 * @param x First person, [frames, joints, 3]. @param y Second person, same shape. @param joints Number of joints.
 * @example
 * ```ts
 * import { distanceMaps } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(distanceMaps(new Float32Array([0, 0, 0]), new Float32Array([3, 0, 4]), 1), new Float32Array([-5]));
 * ```
 */
export function distanceMaps(x: Float32Array, y: Float32Array, joints: number): Float32Array {
  const frames = x.length / (joints * 3);
  const maps = new Float32Array(frames * joints * joints);
  let at = 0;
  for (let t = 0; t < frames; t++) {
    const base = t * joints * 3;
    for (let i = 0; i < joints; i++) {
      const p = base + i * 3;
      for (let j = 0; j < joints; j++) {
        const q = base + j * 3;
        const dx = x[p] - y[q], dy = x[p + 1] - y[q + 1], dz = x[p + 2] - y[q + 2];
        maps[at++] = -Math.sqrt(dx * dx + dy * dy + dz * dz);
      }
    }
  }
  return maps;
}

/** Displacement `dsp` of one clip (Table IV, in one reading): over all joint pairs, the largest change of their
 * distance in the clip (its maximum minus its minimum over the frames), metres.
 *
 * @example
 * ```ts
 * import { displacement } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const x = new Float32Array([0, 0, 0, 0, 0, 0]), y = new Float32Array([1, 0, 0, 3, 0, 0]);
 * assertEquals(displacement(x, y, 1), 2);
 * ```
 */
export function displacement(x: Float32Array, y: Float32Array, joints: number): number {
  const maps = distanceMaps(x, y, joints);
  const pairs = joints * joints;
  let largest = 0;
  for (let pair = 0; pair < pairs; pair++) {
    let low = Infinity, high = -Infinity;
    for (let at = pair; at < maps.length; at += pairs) {
      if (maps[at] < low) low = maps[at];
      if (maps[at] > high) high = maps[at];
    }
    largest = Math.max(largest, high - low);
  }
  return largest;
}
