/** The skeleton: the joints of one person, their parents, left and right, landmarks, and the up axis. */

/** An axis of the coordinate frame that points up. */
export type UpAxis = "x" | "y" | "z" | "-x" | "-y" | "-z";

/** All axes that can point up. */
export const UP_AXES: readonly UpAxis[] = ["x", "y", "z", "-x", "-y", "-z"];

/** A skeleton: the joints of one person and how they are connected.
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
  /** Index of each joint's counterpart on the other side of the body; its own index on the midline. */
  readonly mirror: readonly number[];
  /** Joints whose mean is the pelvis. */
  readonly pelvis: readonly number[];
  /** [left, right] hip. They give the direction that the person faces. */
  readonly hips: readonly [number, number];
  /** [left, right] shoulder. */
  readonly shoulders: readonly [number, number];
  /** Up axis of recordings with this skeleton, unless a clip says otherwise. */
  readonly up: UpAxis;
}
