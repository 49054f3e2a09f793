/** Distance maps between two people (equation 2). */

/** Distance maps of one clip: [frames, joints, joints], entry (t, i, j) = -|x_t(i) - y_t(j)| (equation 2), metres.
 * @param x First person, [frames, joints, 3]. @param y Second person, same shape. @param joints Number of joints.
 * @example
 * ```ts
 * import { distanceMaps } from "@lab/iadnet/data";
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
