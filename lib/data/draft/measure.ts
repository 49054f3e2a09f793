/** What clips tell about their unit and their up axis. */
import { CANONICAL_JOINTS, toCanonical } from "../canonical.ts";
import type { Clip } from "../clip.ts";
import type { UpAxis } from "../skeleton.ts";

/** Share of the way from feet to head that must lie along one axis: people may lie down, or a camera may be tilted. */
const CLEAR = 0.8;

const HEAD = CANONICAL_JOINTS.indexOf("head");
const FEET = ["left_foot", "right_foot"].map((joint) => CANONICAL_JOINTS.indexOf(joint));

/** The axis along which heads are above feet, on average over clips, people and frames; undefined if it is not clear. The up axis that
 * the clips state is not looked at. */
export function inferUp(clips: readonly Clip[]): UpAxis | undefined {
  const way = [0, 0, 0], width = CANONICAL_JOINTS.length * 3;
  for (const { x, y, frames, skeleton } of clips) {
    for (const person of [x, y]) {
      const joints = toCanonical(person, frames, skeleton);
      for (let t = 0; t < frames; t++) {
        const at = (joint: number, axis: number) => joints[t * width + joint * 3 + axis];
        way.forEach((_, axis) => {
          way[axis] += (at(HEAD, axis) - (at(FEET[0], axis) + at(FEET[1], axis)) / 2) /
            (frames * clips.length);
        });
      }
    }
  }
  const axis = way.reduce((best, value, k) => Math.abs(value) > Math.abs(way[best]) ? k : best, 0);
  if (!(Math.abs(way[axis]) > CLEAR * Math.hypot(...way))) return undefined;
  return `${way[axis] < 0 ? "-" : ""}${"xyz"[axis]}` as UpAxis;
}
