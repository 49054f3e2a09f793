/**
 * Normal noise in bulk.
 *
 * @module
 */
import type { Random } from "../../../core/random.ts";

/** Fill with standard normal numbers (Box-Muller, both values of a pair). */
export function drawNormals(random: Random, target: Float32Array): void {
  for (let k = 0; k < target.length; k += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random.uniform())), angle = 2 * Math.PI * random.uniform();
    target[k] = radius * Math.cos(angle);
    if (k + 1 < target.length) target[k + 1] = radius * Math.sin(angle);
  }
}
