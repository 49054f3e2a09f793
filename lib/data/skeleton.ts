/**
 * Skeletons by name: joints, parents, left/right, landmarks, up axis.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";

/** An axis of the coordinate frame that points up. */
export type UpAxis = "x" | "y" | "z" | "-x" | "-y" | "-z";

/** All axes that can point up. */
export const UP_AXES: readonly UpAxis[] = ["x", "y", "z", "-x", "-y", "-z"];

/** A skeleton: the joints of one person and how they hang together.
 *
 * @example
 * ```ts
 * import { getSkeleton } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(getSkeleton("sbu15").joints.length, 15);
 * ```
 */
export interface Skeleton {
  /** Registry name, such as `sbu15`. */
  readonly name: string;
  /** Joint names in storage order: snake case, `left_`/`right_` prefix. */
  readonly joints: readonly string[];
  /** Index of each joint's parent; -1 for the root. */
  readonly parents: readonly number[];
  /** The joint that takes this joint's place in a mirror image; the joint itself on the midline. */
  readonly mirror: readonly number[];
  /** Joints whose mean is the pelvis, and the pair of hips and of shoulders that give the facing direction. */
  readonly pelvis: readonly number[];
  /** [left, right] hip. */
  readonly hips: readonly [number, number];
  /** [left, right] shoulder. */
  readonly shoulders: readonly [number, number];
  /** Up axis of recordings with this skeleton unless a clip says otherwise. */
  readonly up: UpAxis;
}

const registry = new Map<string, Skeleton>();

/** Register a skeleton under its name.
 *
 * @throws {UsageError} If the lists differ in length, a parent is missing or cyclic, or the mirror is not an involution.
 */
export function registerSkeleton(skeleton: Skeleton): Skeleton {
  const { name, joints, parents, mirror } = skeleton;
  const refuse = (why: string) => new UsageError(`Cannot register skeleton ${name}: ${why}`);
  if (parents.length !== joints.length || mirror.length !== joints.length) {
    throw refuse(`expected ${joints.length} parents and mirrors, got ${parents.length} and ${mirror.length}`);
  }
  joints.forEach((joint, i) => {
    if (mirror[mirror[i]] !== i) throw refuse(`the mirror of ${joint} does not lead back to it`);
    const seen = new Set<number>();
    for (let at = i; at !== -1; at = parents[at]) {
      if (seen.has(at) || !(at in joints)) throw refuse(`the parents of ${joint} do not lead to a root`);
      seen.add(at);
    }
  });
  registry.set(name, skeleton);
  return skeleton;
}

/** The skeleton of that name.
 *
 * @throws {UsageError} If no skeleton has this name; the message lists those there are.
 */
export function getSkeleton(name: string): Skeleton {
  const skeleton = registry.get(name);
  if (!skeleton) {
    throw new UsageError(`Cannot find skeleton ${name}: known are ${listSkeletons().join(", ")}`);
  }
  return skeleton;
}

/** Names of all registered skeletons. */
export function listSkeletons(): string[] {
  return [...registry.keys()].sort();
}
