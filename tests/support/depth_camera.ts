/** Recordings as a depth camera gives them: a table without description, with time stamps, lost joints and people who come late. */
import { Random } from "../../lib/core/random.ts";
import type { Clip } from "../../lib/data/clip.ts";
import { KINECT25 } from "../../lib/data/skeletons.ts";

/** Names of the camera's SDK for some joints. */
const SDK: Readonly<Record<string, string>> = {
  pelvis: "SpineBase",
  torso: "SpineMid",
  chest: "SpineShoulder",
};

/** What was done to the recordings. */
export interface Damage {
  /** Joint positions that no row has, between frames with both people. */
  lost: number;
  /** Recordings in which the second person comes late, or leaves early. */
  short: number;
}

/** A CSV table of clips: columns recording, timestamp (seconds, with jitter), body (tracking id), joint_type (SDK names), pos_x,
 * pos_y, pos_z (millimetres) and action. */
export function depthCameraTable(
  clips: readonly Clip[],
  seed: number,
): { readonly text: string; readonly damage: Damage } {
  const random = new Random(seed), damage: Damage = { lost: 0, short: 0 };
  const lines = ["recording,timestamp,body,joint_type,pos_x,pos_y,pos_z,action"];
  const names = KINECT25.joints.map((joint) =>
    SDK[joint] ?? joint.replace(/(^|_)(.)/g, (_, _sign, letter) => letter.toUpperCase())
  );
  for (const { id, category, frames, fps, x, y } of clips) {
    const isLate = random.chance(0.2), late = isLate ? 2 + random.integer(4) : 0;
    if (isLate) damage.short++;
    const start = random.uniform(100, 1000),
      bodies = [1, 2].map(() => 72057594037927936n + BigInt(random.integer(1e6)));
    for (let t = 0; t < frames; t++) {
      const time = start + (t + random.uniform(-0.2, 0.2)) / fps;
      for (const [person, values] of [x, y].entries()) {
        if (person === 1 && t < late) continue;
        for (const [joint, name] of names.entries()) {
          const isInside = t > late && t < frames - 1;
          if (isInside && random.chance(0.002)) {
            damage.lost++;
            continue;
          }
          const at = (t * names.length + joint) * 3;
          const cells = [0, 1, 2].map((axis) => (values[at + axis] * 1000).toFixed(2));
          lines.push([id, time.toFixed(4), bodies[person], name, ...cells, category].join(","));
        }
      }
    }
  }
  return { text: lines.join("\n") + "\n", damage };
}
