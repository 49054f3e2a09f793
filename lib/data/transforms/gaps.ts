/** Interpolation of joints that a sensor lost. */

/** Fill in joints that are NaN, in place: linearly between the nearest known frames before and after, or from the nearest
 * known frame at either end. A joint with a coordinate that is not finite counts as lost.
 * @param values [frames, joints, 3]. @param refuse Makes the error for a joint that is known in no frame.
 * @returns Number of joint positions that were filled in. */
export function fillGaps(
  values: Float32Array,
  frames: number,
  joints: number,
  refuse: (joint: number) => Error,
): number {
  let filled = 0;
  const width = joints * 3;
  const known = (t: number, joint: number) => {
    const p = t * width + joint * 3;
    // The sum is finite only if all three are (they are float32, so it cannot overflow).
    return Number.isFinite(values[p] + values[p + 1] + values[p + 2]);
  };
  for (let joint = 0; joint < joints; joint++) {
    for (let t = 0, before = -1; t < frames; t++) {
      if (known(t, joint)) {
        before = t;
        continue;
      }
      let after = t;
      while (after < frames && !known(after, joint)) after++;
      if (before < 0 && after === frames) throw refuse(joint);
      const left = before < 0 ? after : before, right = after === frames ? before : after;
      for (let gap = t; gap < after; gap++, filled++) {
        const weight = left === right ? 0 : (gap - left) / (right - left);
        for (let k = joint * 3; k < joint * 3 + 3; k++) {
          values[gap * width + k] = values[left * width + k] * (1 - weight) +
            values[right * width + k] * weight;
        }
      }
      t = after - 1;
      before = after - 1;
    }
  }
  return filled;
}
