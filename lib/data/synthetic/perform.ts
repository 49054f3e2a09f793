/** From roles to recordings: the joints of one person over time, and the sensor's noise. */
import { UsageError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import type { Skeleton } from "../skeleton.ts";
import { animate, type Manner, type Role } from "./person.ts";

/** Joints of one person who plays a role on side +1 or -1 of the z axis: [frames, joints, 3], metres, y up, no noise.
 * @throws {UsageError} If the skeleton has a joint that the body lacks. */
export function performRole(
  manner: Manner,
  role: Role,
  side: 1 | -1,
  frames: number,
  skeleton: Skeleton,
  random: Random,
): Float32Array {
  const fingers = skeleton.joints.some((joint) => joint.includes("_pinky_"));
  const poses = animate(manner, role, side, frames, random, fingers);
  const width = skeleton.joints.length * 3, values = new Float32Array(frames * width);
  skeleton.joints.forEach((joint, k) => {
    if (!Object.hasOwn(poses[0], joint)) {
      throw new UsageError(`Cannot generate clips for skeleton ${skeleton.name}: unknown joint ${joint}`);
    }
    poses.forEach((points, t) => values.set(points[joint], t * width + k * 3));
  });
  return values;
}

/** Add white noise of standard deviation `noise` (metres) to every coordinate, and a slow drift of each joint, in place. */
export function addNoise(values: Float32Array, width: number, noise: number, random: Random): void {
  if (noise === 0) return;
  const frames = values.length / width;
  for (let k = 0; k < width; k++) {
    const size = random.normal(0, noise), phase = random.uniform(0, 6.28), turns = random.uniform(0.2, 1.5);
    for (let t = 0; t < frames; t++) {
      values[t * width + k] += random.normal(0, noise) + size * Math.sin(phase + 6.28 * turns * t / frames);
    }
  }
}
