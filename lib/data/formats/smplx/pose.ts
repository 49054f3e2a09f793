/** Forward kinematics of SMPL, SMPL-H and SMPL-X: joint positions from rotations and a skeleton at rest. */
import { UsageError } from "../../../core/errors.ts";
import type { Skeleton } from "../../skeleton.ts";

/** Joint positions of a posed skeleton: each joint is its parent plus the bone at rest, rotated by all rotations above it; the
 * pelvis is at its rest position plus the translation.
 * @param pose [frames, joints + 1, 3]: rotation vectors (axis times angle, radians) in the skeleton's order, then the translation.
 * @param rest [joints, 3], metres: the joints of the body with all rotations zero.
 * @returns [frames, joints, 3], metres.
 * @throws {UsageError} If a length is wrong. */
export function smplxPositions(
  pose: Float32Array,
  rest: Float32Array,
  { parents }: Skeleton,
): Float32Array {
  const joints = parents.length, frames = pose.length / ((joints + 1) * 3);
  if (!Number.isInteger(frames) || rest.length !== joints * 3) {
    const got = `got ${pose.length} and ${rest.length} values`;
    throw new UsageError(
      `Cannot pose a skeleton: expected [frames,${joints + 1},3] and [${joints},3], ${got}`,
    );
  }
  const out = new Float32Array(frames * joints * 3);
  const turns = new Float64Array(joints * 9),
    local = new Float64Array(9),
    place = new Float64Array(joints * 3);
  for (let t = 0; t < frames; t++) {
    const from = t * (joints + 1) * 3;
    for (let joint = 0; joint < joints; joint++) {
      const parent = parents[joint];
      rotationMatrix(pose, from + joint * 3, local);
      if (parent < 0) {
        turns.set(local, joint * 9);
        for (let k = 0; k < 3; k++) place[k] = rest[k] + pose[from + joints * 3 + k];
        continue;
      }
      for (let row = 0; row < 3; row++) {
        let sum = place[parent * 3 + row];
        for (let k = 0; k < 3; k++) {
          sum += turns[parent * 9 + row * 3 + k] * (rest[joint * 3 + k] - rest[parent * 3 + k]);
          let cell = 0;
          for (let m = 0; m < 3; m++) cell += turns[parent * 9 + row * 3 + m] * local[m * 3 + k];
          turns[joint * 9 + row * 3 + k] = cell;
        }
        place[joint * 3 + row] = sum;
      }
    }
    out.set(place, t * joints * 3);
  }
  return out;
}

/** Rotation matrix of the rotation vector at `at` (Rodrigues), row by row. */
function rotationMatrix(vectors: Float32Array, at: number, out: Float64Array): void {
  const angle = Math.hypot(vectors[at], vectors[at + 1], vectors[at + 2]);
  const [x, y, z] = [0, 1, 2].map((k) => angle === 0 ? 0 : vectors[at + k] / angle);
  const c = Math.cos(angle), s = Math.sin(angle), d = 1 - c;
  out.set([c + x * x * d, x * y * d - z * s, x * z * d + y * s]);
  out.set([y * x * d + z * s, c + y * y * d, y * z * d - x * s], 3);
  out.set([z * x * d - y * s, z * y * d + x * s, c + z * z * d], 6);
}
