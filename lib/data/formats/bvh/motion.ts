/** BVH files: joint positions of one person. */
import { cannotRead } from "../../../core/errors.ts";
import type { Skeleton } from "../../skeleton.ts";
import type { Motion } from "../pair.ts";
import { bvhPositions } from "./positions.ts";
import { deriveSkeleton, type Landmarks } from "./skeleton.ts";
import { parseBvh } from "./text.ts";

/** How to find the skeleton of a BVH file. */
export interface BvhOptions {
  /** Skeleton that the joints must have; derived from the joint names if absent. */
  readonly skeleton?: Skeleton;
  /** Joints that names do not tell. */
  readonly landmarks?: Landmarks;
  /** Told what a user must know about the skeleton. */
  readonly warn?: (why: string) => void;
}

/** Read a BVH file, and compute joint positions from its rotations, in the file's unit. Joints stand in the file's order, without end
 * sites.
 * @param bytes Content of the file. @param file Path to name in errors.
 * @throws {DataError} If it is not a BVH file, ends too early, has a value that is not a number, or has other joints. */
export function readBvh(
  bytes: Uint8Array,
  file: string,
  { skeleton, landmarks = {}, warn = () => {} }: BvhOptions = {},
): Motion {
  const content = parseBvh(bytes, file), { joints, fps, frames } = content;
  const refuse = (why: string) => cannotRead(file, why);
  const names = joints.map(({ name }) => name).join(", ");
  if (skeleton && skeleton.joints.join(", ") !== names) {
    throw refuse(`expected the joints of ${skeleton.name} (${skeleton.joints.join(", ")}), found ${names}`);
  }
  return {
    skeleton: skeleton ?? deriveSkeleton(joints, landmarks, warn, refuse),
    fps,
    frames,
    values: bvhPositions(content),
  };
}
