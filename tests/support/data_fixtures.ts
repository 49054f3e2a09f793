/** Clips and files made up for the tests of lib/data. */
import type { Clip } from "../../lib/data/clip.ts";
import { SBU15 } from "../../lib/data/skeletons.ts";
import type { Skeleton } from "../../lib/data/skeleton.ts";
import { Random } from "../../lib/core/random.ts";

/** Real data, where it is there. */
export const SBU: string = new URL("../../../shared/data/sbu/", import.meta.url).pathname;

/** Whether there is such a folder. */
export function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** Two people 1 to 2 m apart whose joints wander at random: no structure that a law could lean on. */
export function randomClip(seed: number, frames = 7, skeleton: Skeleton = SBU15): Clip {
  const random = new Random(seed);
  const person = (place: number) => {
    const width = skeleton.joints.length * 3;
    const values = new Float32Array(frames * width);
    for (let at = 0; at < values.length; at++) {
      const start = at < width ? random.uniform(-0.5, 0.5) + (at % 3 === 0 ? place : 0) : values[at - width];
      values[at] = start + random.normal(0, 0.05);
    }
    return values;
  };
  return {
    id: `g${seed % 7}/03/${seed}`,
    category: "kicking",
    group: `g${seed % 7}`,
    fps: 15,
    skeleton,
    frames,
    x: person(0),
    y: person(random.uniform(1.2, 2)),
    up: "y",
  };
}

/** Turn a clip by `angle` about +y, then move it by `shift`, metres. */
export function moveClip(clip: Clip, angle: number, shift: readonly [number, number, number]): Clip {
  const move = (values: Float32Array) => {
    const out = new Float32Array(values.length);
    for (let p = 0; p < values.length; p += 3) {
      out[p] = Math.cos(angle) * values[p] + Math.sin(angle) * values[p + 2] + shift[0];
      out[p + 1] = values[p + 1] + shift[1];
      out[p + 2] = Math.cos(angle) * values[p + 2] - Math.sin(angle) * values[p] + shift[2];
    }
    return out;
  };
  return { ...clip, x: move(clip.x), y: move(clip.y) };
}

/** One line of an SBU file: the frame number, then 90 values. */
export function sbuLine(frame: number, value: (field: number) => number | string): string {
  return [frame, ...Array.from({ length: 90 }, (_, k) => value(k + 1))].join(",");
}

/** A small valid SBU file with plausible values. */
export function sbuText(frames: number, seed = 0): string {
  const random = new Random(seed);
  return Array.from(
    { length: frames },
    (_, t) => sbuLine(t + 1, () => random.uniform(0.3, 1.8).toFixed(6)) + "\n",
  ).join("");
}

/** Use a folder of files (path below the folder -> content) and remove it afterwards. */
export async function withFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    for (const [path, content] of Object.entries(files)) {
      const slash = path.lastIndexOf("/");
      if (slash > 0) await Deno.mkdir(`${root}/${path.slice(0, slash)}`, { recursive: true });
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${root}/${path}`, bytes as Uint8Array<ArrayBuffer>);
    }
    await use(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Greatest absolute difference. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

/** An integer of `size` bytes, the lowest first. */
export function fixed(value: number | bigint, size: number): number[] {
  const bits = BigInt.asUintN(8 * size, BigInt(value));
  return Array.from({ length: size }, (_, k) => Number(bits >> BigInt(8 * k) & 255n));
}

/** Bytes in the middle of a larger buffer, where a view that forgets its offset reads others. */
export function within(bytes: ArrayLike<number>, offset = 3): Uint8Array {
  const all = new Uint8Array(bytes.length + offset + 5).fill(0xa5);
  all.set(bytes, offset);
  return all.subarray(offset, offset + bytes.length);
}

/** Number of joint positions of two people that are NaN. */
export function countLost({ x, y }: Pick<Clip, "x" | "y">): number {
  const lost = (values: Float32Array) =>
    values.filter((value, i) => i % 3 === 0 && Number.isNaN(value)).length;
  return lost(x) + lost(y);
}
