/** Canonical joints: the 15 joints of SBU's skeleton, found in any skeleton by names and structure, so that one encoder reads them all.
 *
 * A canonical joint is the mean of one or more joints of the skeleton. */
import { type JointKey, jointKeys } from "./joint_names.ts";
import type { Skeleton } from "./skeleton.ts";
import { SBU15 } from "./skeletons.ts";

/** Names of the canonical joints, in order: those of SBU's skeleton. */
export const CANONICAL_JOINTS: readonly string[] = SBU15.joints;

/** For each canonical joint, the joints of the skeleton whose mean it is; a joint may be listed more than once, which weights it.
 *
 * Hips and shoulders are the skeleton's own. The hand is the hand or wrist, the foot the ankle where there is one. What names do not
 * tell is taken from the structure, such as the elbow from the shoulder's child. It never throws: a skeleton without a neck gets the
 * mean of its shoulders.
 * @example
 * ```ts
 * import { canonicalJoints, KINECT25 } from "@lab/iadnet/data";
 * import { assertEquals } from "@std/assert";
 * const leftFoot = canonicalJoints(KINECT25)[11];
 * assertEquals(leftFoot.map((joint) => KINECT25.joints[joint]), ["left_ankle"]);
 * ```
 */
export function canonicalJoints(skeleton: Skeleton): readonly (readonly number[])[] {
  const body = new Body(skeleton), found: Record<string, readonly number[]> = {};
  found.neck = body.neck();
  found.head = body.head(found.neck);
  found.torso = body.torso(found.neck);
  for (const side of ["left", "right"] as const) {
    const shoulder = body.shoulder(side), elbow = body.elbow(side, shoulder);
    const hip = body.hip(side), knee = body.knee(side, hip);
    const limbs = { shoulder, elbow, hand: body.hand(side, elbow), hip, knee, foot: body.foot(side, knee) };
    for (const [name, joint] of Object.entries(limbs)) found[`${side}_${name}`] = [joint];
  }
  return CANONICAL_JOINTS.map((name) => found[name]);
}

/** The canonical joints of one person.
 * @param values Joints of the skeleton, [frames, joints, 3]. @returns [frames, 15, 3], in the same unit and axes. */
export function toCanonical(values: Float32Array, frames: number, skeleton: Skeleton): Float32Array {
  const sources = canonicalJoints(skeleton), from = skeleton.joints.length * 3, to = sources.length * 3;
  const out = new Float32Array(frames * to);
  for (let t = 0; t < frames; t++) {
    sources.forEach((joints, k) => {
      for (const joint of joints) {
        for (let axis = 0; axis < 3; axis++) {
          out[t * to + k * 3 + axis] += values[t * from + joint * 3 + axis] / joints.length;
        }
      }
    });
  }
  return out;
}

/** A skeleton whose joints are looked up by name and structure. */
class Body {
  readonly #skeleton: Skeleton;
  readonly #keys: readonly JointKey[];
  readonly #children: readonly (readonly number[])[];

  constructor(skeleton: Skeleton) {
    this.#skeleton = skeleton;
    this.#keys = jointKeys(skeleton.joints);
    this.#children = skeleton.joints.map((_, joint) =>
      skeleton.parents.flatMap((parent, child) => parent === joint ? [child] : [])
    );
  }

  neck(): readonly number[] {
    const named = this.#named("middle", /neck$/);
    return named === undefined ? this.#skeleton.shoulders : [named];
  }

  head(neck: readonly number[]): readonly number[] {
    const named = this.#named("middle", /head$/);
    if (named !== undefined) return [named];
    const ears = (["left", "right"] as const).map((side) => this.#named(side, /ear$/));
    if (ears[0] !== undefined && ears[1] !== undefined) return [ears[0], ears[1]];
    const nose = this.#named("middle", /nose$/);
    if (nose !== undefined) return [nose];
    if (neck.length > 1) return neck;
    let top = neck[0];
    for (let next = this.#child(top, "middle"); next !== undefined; next = this.#child(top, "middle")) {
      top = next;
    }
    return [top];
  }

  /** A torso by name, else the mean of the joints between neck and pelvis, else the mean of pelvis and shoulders. */
  torso(neck: readonly number[]): readonly number[] {
    const named = this.#named("middle", /torso$/);
    if (named !== undefined) return [named];
    const { pelvis, shoulders, hips } = this.#skeleton;
    const below = new Set([...pelvis, ...hips.flatMap((hip) => this.#ancestors(hip))]);
    const above = this.#ancestors(neck[0]), end = above.findIndex((joint) => below.has(joint));
    const between = above.slice(0, Math.max(0, end)).filter((joint) => this.#keys[joint].side === "middle");
    if (between.length > 0) return between;
    const twice = (joints: readonly number[], times: number) => Array(times).fill(joints).flat();
    return [...twice(pelvis, shoulders.length), ...twice(shoulders, pelvis.length)];
  }

  shoulder(side: Side): number {
    const own = this.#skeleton.shoulders[INDEX[side]];
    return this.#below(own, this.#named(side, /(^|upper)arm$|humerus$/)) ?? own;
  }

  hip(side: Side): number {
    const own = this.#skeleton.hips[INDEX[side]];
    return this.#below(own, this.#named(side, /up(per)?leg$|thigh$/)) ?? own;
  }

  elbow(side: Side, shoulder: number): number {
    return this.#named(side, /elbow$/, /(fore|lower)arm$/) ?? this.#child(shoulder, side) ?? shoulder;
  }

  hand(side: Side, elbow: number): number {
    return this.#named(side, /hand$/, /wrist$/, /palm$/) ?? this.#child(elbow, side) ?? elbow;
  }

  knee(side: Side, hip: number): number {
    const named = this.#named(side, /knee$/, /(shin|calf|lowerleg)$/, /^leg$/);
    return named ?? this.#child(hip, side) ?? hip;
  }

  foot(side: Side, knee: number): number {
    return this.#named(side, /ankle$/) ?? this.#child(knee, side) ?? this.#named(side, /foot$/) ?? knee;
  }

  /** The joint of that side with the shortest name that fits the first pattern that any name fits. */
  #named(side: JointKey["side"], ...patterns: readonly RegExp[]): number | undefined {
    for (const pattern of patterns) {
      const fits = this.#keys.flatMap((key, joint) =>
        key.side === side && pattern.test(key.part) ? [joint] : []
      );
      const length = (joint: number) => this.#keys[joint].part.length;
      if (fits.length > 0) return fits.reduce((best, joint) => length(joint) < length(best) ? joint : best);
    }
    return undefined;
  }

  /** The child with the longest chain below it; no helper joints, and none of the other side. */
  #child(joint: number, side: JointKey["side"]): number | undefined {
    const children = this.#children[joint].filter((child) => {
      const key = this.#keys[child];
      return (key.side === side || key.side === "middle") && !/twist|roll/.test(key.part);
    });
    if (children.length === 0) return undefined;
    return children.reduce((best, child) => this.#depth(child) > this.#depth(best) ? child : best);
  }

  #depth(joint: number): number {
    return 1 + Math.max(0, ...this.#children[joint].map((child) => this.#depth(child)));
  }

  /** The joints above a joint, nearest first. */
  #ancestors(joint: number): number[] {
    const above: number[] = [];
    for (let at = this.#skeleton.parents[joint]; at !== -1; at = this.#skeleton.parents[at]) above.push(at);
    return above;
  }

  /** The joint, if it stands below another. */
  #below(above: number, joint: number | undefined): number | undefined {
    return joint !== undefined && this.#ancestors(joint).includes(above) ? joint : undefined;
  }
}

type Side = "left" | "right";
const INDEX: Readonly<Record<Side, 0 | 1>> = { left: 0, right: 1 };
