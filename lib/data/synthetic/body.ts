/** Parametric body of the synthetic interactions: proportions, pose, inverse kinematics.
 *
 * Coordinates: y up, the floor at y = 0, metres. A body that faces +z has its left side towards +x. */
import type { Random } from "../../core/random.ts";

/** A point or direction. */
export type Vector = readonly [number, number, number];

/** a + s b. */
export const add = (a: Vector, b: Vector, s = 1): Vector => [
  a[0] + s * b[0],
  a[1] + s * b[1],
  a[2] + s * b[2],
];
const subtract = (a: Vector, b: Vector): Vector => add(a, b, -1);
const length = (a: Vector): number => Math.hypot(a[0], a[1], a[2]);
/** From a (weight 0) to b (weight 1). */
export const mix = (a: Vector, b: Vector, weight: number): Vector => add(a, subtract(b, a), weight);
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const unit = (a: Vector): Vector => {
  const size = length(a) || 1;
  return [a[0] / size, a[1] / size, a[2] / size];
};

/** Common ratios of body parts to stature. */
const RATIOS = {
  thigh: 0.245,
  shin: 0.246,
  torso: 0.29,
  neck: 0.1,
  upperArm: 0.172,
  forearm: 0.157,
  shoulderWidth: 0.22,
  hipWidth: 0.16,
};

/** Direction that a heading faces. */
export const forwardAt = (heading: number): Vector => [Math.sin(heading), 0, Math.cos(heading)];
/** Direction to the left of a heading. */
export const leftAt = (heading: number): Vector => [Math.cos(heading), 0, -Math.sin(heading)];

/** Lengths of one person's body parts, metres. */
export type Proportions = Readonly<typeof RATIOS>;

/** Draw a person's proportions: stature 1.5 to 1.95 m, limbs in common ratios of it, each varied by some per cent. */
export function drawProportions(random: Random): Proportions {
  const height = Math.min(1.95, Math.max(1.5, random.normal(1.7, 0.09)));
  const parts = Object.entries(RATIOS).map((
    [part, ratio],
  ) => [part, height * ratio * random.normal(1, 0.03)]);
  return Object.fromEntries(parts);
}

/** The pose of one person at one time. */
export interface Pose {
  /** Pelvis above the floor plan: x, height, z. */
  readonly pelvis: Vector;
  /** Heading about the vertical, radians; 0 faces +z. */
  readonly heading: number;
  /** Forward lean of the spine, radians. */
  readonly lean: number;
  /** Sideways turn of the chest against the hips, radians. */
  readonly twist: number;
  /** Targets of the left and right wrists. */
  readonly hands: readonly [Vector, Vector];
  /** Targets of the left and right ankles. */
  readonly feet: readonly [Vector, Vector];
  /** Nod of the head, radians. */
  readonly nod: number;
  /** Turn of the head against the hips, radians. */
  readonly headTurn: number;
}

/** Two-bone inverse kinematics: the middle joint of a chain from `root` towards `target`, bent to the side of `pole`, and
 * the end, which is the target when it is within reach and lies along its direction when it is not. */
export function solveLimb(
  root: Vector,
  target: Vector,
  upper: number,
  lower: number,
  pole: Vector,
): { middle: Vector; end: Vector } {
  const direction = unit(subtract(target, root));
  const least = Math.abs(upper - lower) + 1e-4, most = (upper + lower) * 0.9999;
  const reach = Math.min(most, Math.max(least, length(subtract(target, root))));
  const along = (upper * upper - lower * lower + reach * reach) / (2 * reach);
  const out = Math.sqrt(Math.max(0, upper * upper - along * along));
  let side = subtract(pole, add([0, 0, 0], direction, dot(pole, direction)));
  if (length(side) < 1e-6) side = cross(direction, [0.3, 0.5, 0.8]);
  return { middle: add(add(root, direction, along), unit(side), out), end: add(root, direction, reach) };
}

/** Points of the body by name, from proportions and pose, with or without fingers. */
export function bodyPoints(body: Proportions, pose: Pose, fingers: boolean): Record<string, Vector> {
  const { heading, lean, twist, pelvis } = pose;
  const forward = forwardAt(heading), left = leftAt(heading), chestLeft = leftAt(heading + twist);
  const up: Vector = add([0, Math.cos(lean), 0], forward, Math.sin(lean));
  const torso = add(pelvis, up, body.torso * 0.5), chest = add(pelvis, up, body.torso * 0.9);
  const neck = add(pelvis, up, body.torso),
    headUp = unit(add(up, forwardAt(heading + pose.headTurn), Math.sin(pose.nod)));
  const points: Record<string, Vector> = {
    pelvis,
    torso,
    chest,
    neck,
    head: add(neck, headUp, body.neck),
    head_end: add(neck, headUp, body.neck * 1.8),
  };
  (["left", "right"] as const).forEach((side, i) => {
    const sign = i === 0 ? 1 : -1;
    const shoulder = add(chest, chestLeft, sign * body.shoulderWidth / 2);
    const hip = add(pelvis, left, sign * body.hipWidth / 2);
    const elbowPole = add(add([0, -1, 0], chestLeft, sign * 0.6), forward, -0.4);
    const arm = solveLimb(shoulder, pose.hands[i], body.upperArm, body.forearm, elbowPole);
    const leg = solveLimb(hip, pose.feet[i], body.thigh, body.shin, forward);
    const palm = unit(subtract(arm.end, arm.middle));
    const thumb = unit(cross(palm, [0, sign, 0]));
    Object.assign(points, {
      [`${side}_collar`]: add(chest, chestLeft, sign * body.shoulderWidth * 0.15),
      [`${side}_shoulder`]: shoulder,
      [`${side}_elbow`]: arm.middle,
      [`${side}_wrist`]: arm.end,
      [`${side}_hand`]: add(arm.end, palm, 0.07),
      [`${side}_hand_tip`]: add(arm.end, palm, 0.16),
      [`${side}_thumb`]: add(add(arm.end, palm, 0.06), thumb, 0.05),
      [`${side}_hip`]: hip,
      [`${side}_knee`]: leg.middle,
      [`${side}_ankle`]: leg.end,
      [`${side}_foot`]: add(add(leg.end, forward, 0.13), [0, -0.05, 0]),
      [`${side}_foot_end`]: add(add(leg.end, forward, 0.2), [0, -0.06, 0]),
    });
    if (!fingers) return;
    ["pinky", "ring", "middle", "index", "thumb"].forEach((finger, k) => {
      for (let joint = 1; joint <= 4; joint++) {
        const [ahead, aside] = finger === "thumb"
          ? [0.04 + 0.02 * joint, 0.03 + 0.01 * joint]
          : [0.07 + 0.025 * joint, 0.02 * (k - 1.5)];
        points[`${side}_${finger}_${joint}`] = add(add(arm.end, palm, ahead), thumb, aside);
      }
    });
  });
  return points;
}
