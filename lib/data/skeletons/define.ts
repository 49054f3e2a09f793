/** Skeletons from short tables. */
import type { Skeleton, UpAxis } from "../skeleton.ts";
import { registerSkeleton } from "./registry.ts";

/** Register a skeleton from words `joint:parent` in storage order. In a word with `*` the star stands for left, then right. Partners
 * on the other side are found by name. */
export function define(name: string, up: UpAxis, pelvis: readonly string[], bones: string): Skeleton {
  const words = bones.trim().split(/\s+/).flatMap((bone) => bone.includes("*") ? sided(bone) : [bone])
    .map((bone) => bone.split(":"));
  const joints = words.map(([joint]) => joint), at = (joint: string) => joints.indexOf(joint);
  const swapSide = (joint: string) =>
    joint.replace(/^(left|right)_/, (side) => side === "left_" ? "right_" : "left_");
  return registerSkeleton({
    name,
    joints,
    parents: words.map(([, parent]) => at(parent)),
    mirror: joints.map((joint) => at(swapSide(joint))),
    pelvis: pelvis.map(at),
    hips: [at("left_hip"), at("right_hip")],
    shoulders: [at("left_shoulder"), at("right_shoulder")],
    up,
  });
}

/** Words with a star, for the left side and for the right side. */
export function sided(words: string): [left: string, right: string] {
  return [words.replaceAll("*", "left"), words.replaceAll("*", "right")];
}
