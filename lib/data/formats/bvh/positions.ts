/** Joint positions of a BVH file, from the rotations of its joints (forward kinematics). */
import type { BvhFile } from "./text.ts";

/** Positions of all joints in the file's unit, [frames, joints, 3]. Rotations apply in the order of the channels, from the left; a
 * position replaces the offset. */
export function bvhPositions({ joints, frames, values }: BvhFile): Float32Array {
  const out = new Float32Array(frames * joints.length * 3);
  let at = 0;
  for (let t = 0; t < frames; t++) {
    const place = out.subarray(t * joints.length * 3), turns: Float64Array[] = [];
    joints.forEach(({ parent, offset, channels }, joint) => {
      let local: Float64Array = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
      const moved = [...offset];
      for (const channel of channels) {
        const value = values[at++], axis = "xyz".indexOf(channel[0]);
        if (channel.endsWith("position")) moved[axis] = value;
        else if (channel.endsWith("rotation")) local = multiply(local, rotation(axis, value * Math.PI / 180));
      }
      turns.push(parent < 0 ? local : multiply(turns[parent], local));
      for (let axis = 0; axis < 3; axis++) {
        place[joint * 3 + axis] = parent < 0 ? moved[axis] : place[parent * 3 + axis] +
          [0, 1, 2].reduce((sum, k) => sum + turns[parent][axis * 3 + k] * moved[k], 0);
      }
    });
  }
  return out;
}

function rotation(axis: number, angle: number): Float64Array {
  const cos = Math.cos(angle), sin = Math.sin(angle);
  if (axis === 0) return Float64Array.of(1, 0, 0, 0, cos, -sin, 0, sin, cos);
  if (axis === 1) return Float64Array.of(cos, 0, sin, 0, 1, 0, -sin, 0, cos);
  return Float64Array.of(cos, -sin, 0, sin, cos, 0, 0, 0, 1);
}

function multiply(a: Float64Array, b: Float64Array): Float64Array {
  return Float64Array.from(a, (_, at) => {
    const row = at - at % 3, column = at % 3;
    return a[row] * b[column] + a[row + 1] * b[3 + column] + a[row + 2] * b[6 + column];
  });
}
