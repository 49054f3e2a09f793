/**
 * Encodes numbers for the page, as base64 of little-endian arrays.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Clip } from "../data/clip.ts";
import { prepareClip } from "../data/transforms/prepare.ts";
import type { PlayedClip } from "./types.ts";

/** Bytes of an array as base64. */
export function encode(values: ArrayBufferView): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
}

/** Encode a clip for the player: y up, turned as for a model, at most `most` evenly spaced frames, 16 bits per coordinate.
 *
 * @param most At least 2.
 */
export function playedClip(clip: Clip, most: number): PlayedClip {
  const kept = Math.max(2, Math.min(clip.frames, most)), width = clip.skeleton.joints.length * 3;
  const { x, y } = prepareClip(clip, { frames: kept, align: "pair-yaw", scale: "none" });
  let farthest = 0;
  for (const person of [x, y]) for (const value of person) farthest = Math.max(farthest, Math.abs(value));
  const step = (farthest || 1) / 32767, joints = new Int16Array(2 * kept * width);
  for (let t = 0; t < kept; t++) {
    for (const [k, person] of [x, y].entries()) {
      for (let i = 0; i < width; i++) {
        joints[(2 * t + k) * width + i] = Math.round(person[t * width + i] / step);
      }
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
