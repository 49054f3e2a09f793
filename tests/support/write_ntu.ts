/**
 * Clips written in the layout of NTU RGB+D 120.
 *
 * @module
 */
import { UsageError } from "../../lib/core/errors.ts";
import type { Clip } from "../../lib/data/clip.ts";
import { formatNtuName, NTU_CATEGORIES, NTU_MISSING } from "../../lib/data/formats/ntu/names.ts";
import type { NtuRecording } from "../../lib/data/formats/ntu/text.ts";
import { formatFloat32, numberedGroup, requireSkeleton } from "./write.ts";

const JOINTS = 25;
/** The first body id in the data set is about this; ids are not exact as doubles. */
const FIRST_ID = 72057594037931101n;

/** A recording as the text of a `.skeleton` file: the inverse of `parseNtuRecording`. Positions are written exactly;
 * depth and colour are projected by an ideal camera, orientations are none. */
export function writeNtuRecording({ frames, bodies }: NtuRecording): string {
  const lines = [String(frames)];
  for (let frame = 0; frame < frames; frame++) {
    const present = bodies.map((body) => [body, body.at.indexOf(frame)] as const).filter(([, k]) => k >= 0);
    lines.push(String(present.length));
    for (const [{ id, joints }, k] of present) {
      lines.push(`${id} 0 1 1 1 1 0 0 0 2`, String(JOINTS));
      for (let joint = 0; joint < JOINTS; joint++) {
        const [x, y, z] = joints.subarray((k * JOINTS + joint) * 3, (k * JOINTS + joint) * 3 + 3);
        const project = (centre: number, focus: number, value: number) =>
          formatFloat32(Math.fround(centre + (z ? focus * value / z : 0)));
        const depth = `${project(257, 366, x)} ${project(204, -366, y)}`;
        const colour = `${project(959, 1059, x)} ${project(535, -1059, y)}`;
        lines.push(`${[x, y, z].map(formatFloat32).join(" ")} ${depth} ${colour} 0 0 0 0 2`);
      }
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The two people of a clip as a recording: two bodies that are always there. */
export function ntuRecording({ frames, x, y }: Pick<Clip, "frames" | "x" | "y">): NtuRecording {
  const at = Array.from({ length: frames }, (_, t) => t);
  return { frames, bodies: [x, y].map((joints, k) => ({ id: String(FIRST_ID + BigInt(k)), at, joints })) };
}

/** Write clips as `<name>.skeleton` into the folder `root`, one by one.
 *
 * @param clips Of the Kinect's 25 joints, 30 frames a second; their category is one of the 26 mutual actions, the number
 * of their group becomes the performer's.
 * @param record What to write of a clip; its two people if absent.
 * @returns The ids under which they are read again, in order.
 * @throws {UsageError} If a clip does not fit.
 */
export async function writeNtu(
  root: string,
  clips: Iterable<Clip> | AsyncIterable<Clip>,
  record: (clip: Clip) => NtuRecording = ntuRecording,
): Promise<string[]> {
  const actions = new Map([...NTU_CATEGORIES].map(([action, [category]]) => [category, action]));
  const counts = new Map<string, number>(), ids: string[] = [];
  await Deno.mkdir(root, { recursive: true });
  for await (const clip of clips) {
    requireSkeleton(clip, "kinect25", "NTU RGB+D 120");
    const action = actions.get(clip.category), performer = numberedGroup(clip);
    if (!action || clip.fps !== 30) {
      const why = action
        ? `expected 30 frames a second, got ${clip.fps}`
        : `category ${clip.category} is not mutual`;
      throw new UsageError(`Cannot write ${clip.id} as NTU RGB+D 120: ${why}`);
    }
    const id = nextName(action, performer, counts);
    await Deno.writeTextFile(`${root}/${id}.skeleton`, writeNtuRecording(record(clip)));
    ids.push(id);
  }
  return ids;
}

/** The next name of this action and performer that is not on the list of missing ones: replications, then set-ups. */
function nextName(action: number, performer: number, counts: Map<string, number>): string {
  for (;;) {
    const key = `${action} ${performer}`, count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    const setup = Math.floor(count / 2) + 1;
    if (setup > 999) {
      throw new UsageError(`Cannot name more clips of action ${action} by performer ${performer}`);
    }
    const id = formatNtuName({ setup, camera: 1, performer, replication: count % 2 + 1, action });
    if (!NTU_MISSING.has(id)) return id;
  }
}
