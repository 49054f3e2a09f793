/** The registered skeleton that joints belong to. */
import { findJoints } from "../skeletons/joints.ts";
import { getSkeleton, listSkeletons } from "../skeletons.ts";

/** Names of the registered skeletons with exactly these joints.
 * @param texts Names or indices of joints, distinct. */
export function skeletonsOf(texts: readonly string[]): string[] {
  return listSkeletons().filter((name) => {
    if (name.startsWith("bvh:")) return false;
    const skeleton = getSkeleton(name), joints = findJoints(texts, skeleton);
    return new Set(joints).size === skeleton.joints.length && texts.length === joints.length &&
      !joints.includes(-1);
  });
}

/** Names of the registered skeletons with so many joints. */
export function skeletonsOfSize(joints: number): string[] {
  return skeletonsOf(Array.from({ length: joints }, (_, i) => String(i)));
}
