/** Encodes clips and numbers for the page, as base64 of little-endian arrays. */
import { Buffer } from "node:buffer";
import type { Clip } from "../data/clip.ts";
import { prepareClip } from "../data/transforms/prepare.ts";
import type { PlayedClip, ShownSkeleton } from "./types.ts";

/** Bytes of an array as base64. */
export function encode(values: ArrayBufferView): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
}

/** Encode a clip for the player: y up, turned as for a model, at most `most` evenly spaced frames, 16 bits per coordinate.
 * @param most At least 2. */
export function playedClip(clip: Clip, most: number): PlayedClip {
  const kept = Math.max(2, Math.min(clip.frames, most)), width = clip.skeleton.joints.length * 3;
  const { x, y } = prepareClip(clip, { frames: kept, align: "pair-yaw", scale: "none" });
  const farthest = [x, y].reduce(
    (most, person) => person.reduce((a, b) => Math.max(a, Math.abs(b)), most),
    0,
  );
  const step = (farthest || 1) / 32767, joints = new Int16Array(2 * kept * width);
  for (const [k, person] of [x, y].entries()) {
    for (let t = 0; t < kept; t++) {
      const frame = person.subarray(t * width, (t + 1) * width);
      joints.set(Array.from(frame, (value) => Math.round(value / step)), (2 * t + k) * width);
    }
  }
  const { id, category, frames, fps, skeleton } = clip;
  return { id, category, skeleton: skeleton.name, frames, fps, kept, step, joints: encode(joints) };
}

/** Encode contributions as bytes: the largest as 255, negative ones as 0. `unit` is what 1 stands for. */
export function packPositive(values: Float64Array): { joints: string; unit: number } {
  const unit = values.reduce((most, value) => Math.max(most, value), 0) / 255 || 1;
  return { joints: encode(Uint8Array.from(values, (value) => Math.max(0, Math.round(value / unit)))), unit };
}

/** Clips that the page can play, each once. */
export class Album {
  /** Clips in the order of their indices. */
  readonly clips: PlayedClip[] = [];
  /** Skeletons by name. */
  readonly skeletons: Record<string, ShownSkeleton> = Object.create(null); // a name may be __proto__
  /** Bytes of joints, before base64. */
  bytes = 0;
  readonly #indices = new Map<Clip, number>();

  /** An empty album. @param frames Most frames of a clip. */
  constructor(readonly frames: number) {}

  /** Index of a clip, which is added if it is new. */
  add(clip: Clip): number {
    const known = this.#indices.get(clip);
    if (known !== undefined) return known;
    const { name, joints, parents, pelvis } = clip.skeleton;
    this.skeletons[name] = { joints, parents, pelvis };
    this.#indices.set(clip, this.clips.length);
    const played = playedClip(clip, this.frames);
    this.bytes += bytesOf(clip, played.kept);
    return this.clips.push(played) - 1;
  }

  /** Add a clip if the album then has at most so many bytes of joints. */
  addWithin(clip: Clip, most: number): void {
    const size = bytesOf(clip, Math.min(clip.frames, this.frames));
    if (this.#indices.has(clip) || this.bytes + size <= most) this.add(clip);
  }
}

/** Bytes of the joints of so many frames. */
function bytesOf({ skeleton }: Clip, frames: number): number {
  return frames * skeleton.joints.length * 12;
}
