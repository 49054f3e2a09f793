/** Custom data sets, made from clips. */
import pl from "nodejs-polars";
import type { Clip } from "../../lib/data/clip.ts";
import { writeNpy } from "./write_npy.ts";

/** Text as bytes. */
export const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A description of files of SBU's skeleton. @param more Further fields, or others in their place. */
export const describe = (layout: string, more = {}): Uint8Array =>
  text(JSON.stringify({ layout, skeleton: "sbu15", units: "m", up: "y", fps: 15, ...more }));

/** A row of a table, by column. */
export type Row = Readonly<Record<string, string | number>>;

/** Rows of the long form. */
export function rows(list: readonly Clip[], scale = 1): Row[] {
  return list.flatMap((clip) => {
    const { joints: names } = clip.skeleton, joints = names.length;
    return Array.from({ length: clip.frames * 2 * joints }, (_, i) => {
      const t = Math.floor(i / (2 * joints)), person = Math.floor(i / joints) % 2 + 1, joint = i % joints;
      const [x, y, z] = [0, 1, 2].map((axis) =>
        (person === 1 ? clip.x : clip.y)[(t * joints + joint) * 3 + axis] * scale
      );
      return {
        clip: clip.id,
        frame: t + 7,
        person,
        joint: names[joint],
        x,
        y,
        z,
        group: clip.group,
      };
    });
  });
}
/** Rows as CSV. */
export const asCsv = (table: readonly Row[]): Uint8Array =>
  text([Object.keys(table[0]).join(","), ...table.map((row) => Object.values(row).join(","))].join("\n"));

/** Rows as a Parquet table.
 *
 * @param whole Columns of text that are written as 64-bit integers. */
export function asParquet(
  table: readonly Row[],
  compression: string,
  whole: readonly string[] = [],
): Uint8Array {
  const columns = Object.keys(table[0]).map((name) => [name, table.map((row) => row[name])]);
  const frame = pl.DataFrame(Object.fromEntries(columns))
    .withColumns(...whole.map((name) => pl.col(name).cast(pl.Int64)));
  return new Uint8Array(frame.writeParquet({ compression: compression as "zstd" }) as unknown as Uint8Array);
}

/** Both people of a clip as an array [2, T, J, 3]. */
export function stack({ x, y, frames, skeleton }: Clip): Uint8Array {
  const both = new Float32Array(x.length * 2);
  both.set(x);
  both.set(y, x.length);
  return writeNpy(both, [2, frames, skeleton.joints.length, 3]);
}

/** One person of 6 joints in 2 frames, centimetres. */
export const BVH = `HIERARCHY
ROOT Hips
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT LeftUpLeg
  {
    OFFSET 10 0 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    End Site
    {
      OFFSET 0 -40 0
    }
  }
  JOINT RightUpLeg
  {
    OFFSET -10 0 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    End Site
    {
      OFFSET 0 -40 0
    }
  }
  JOINT LeftArm
  {
    OFFSET 20 50 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    JOINT LeftHand
    {
      OFFSET 30 0 0
      CHANNELS 3 Zrotation Xrotation Yrotation
    }
  }
  JOINT RightArm
  {
    OFFSET -20 50 0
    CHANNELS 3 Zrotation Xrotation Yrotation
  }
}
MOTION
Frames: 2
Frame Time: 0.0333333
0 100 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
5 100 0 0 0 90 0 0 0 0 0 0 90 0 0 0 0 0 0 0 0
`;

/** The same person in more frames, who turns and bends as the angles of each frame say, degrees. */
export function bvh(frames: readonly (readonly [turn: number, arm: number])[]): Uint8Array {
  const [head] = BVH.split("Frames: ");
  const lines = frames.map(([turn, arm], t) =>
    `${t} 100 0 0 0 ${turn} 0 0 0 0 0 0 ${arm} 0 0 0 0 0 ${-arm} 0 0`
  );
  return text([`${head}Frames: ${frames.length}`, "Frame Time: 0.0333333", ...lines, ""].join("\n"));
}
