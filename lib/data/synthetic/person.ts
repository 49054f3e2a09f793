/** One person over time: a path on the floor with planted steps, and tracks of what the hands, feet and spine do. */
import type { Random } from "../../core/random.ts";
import {
  add,
  bodyPoints,
  drawProportions,
  forwardAt,
  leftAt,
  mix,
  type Proportions,
  type Vector,
} from "./body.ts";

/** Smooth rise from 0 to 1 while t goes from `from` to `to` (minimum jerk). */
export function rise(t: number, from: number, to: number): number {
  const s = Math.min(1, Math.max(0, (t - from) / Math.max(1e-6, to - from)));
  return s * s * s * (10 + s * (6 * s - 15));
}

/** Rise from 0 to 1 between `a` and `b`, and fall between `c` and `d`. */
export function pulse(t: number, a: number, b: number, c: number, d: number): number {
  return rise(t, a, b) - rise(t, c, d);
}

/** A movement of one hand or foot towards `place` (in the world), by `amount` (0 to 1) at time t. */
export interface Reach {
  /** The hand or foot. */
  readonly limb: "left_hand" | "right_hand" | "left_foot" | "right_foot";
  /** How far it is on its way from rest to the place, 0 to 1. */
  readonly amount: (t: number) => number;
  /** Where it goes. */
  readonly place: (t: number) => Vector;
}

/** What one person does in a clip. Time t runs from 0 to 1. */
export interface Role {
  /** Place on the floor along the line between the two people (metres from the middle), at time t. */
  readonly path: (t: number) => number;
  /** Forward lean, radians. */
  readonly lean: (t: number) => number;
  /** Lowering of the pelvis, metres. */
  readonly crouch: (t: number) => number;
  /** Movements of the limbs; a later one overrides an earlier one. */
  readonly reaches: readonly Reach[];
  /** Turn of the head and shoulders against the hips, radians; 0 if absent. */
  readonly look?: number;
}

/** The role with everything in it later by `delay` (a fraction of the clip; negative is earlier). */
export function delayRole(role: Role, delay: number): Role {
  const late = <Value>(track: (t: number) => Value) => (t: number) => track(t - delay);
  return {
    ...role,
    path: late(role.path),
    lean: late(role.lean),
    crouch: late(role.crouch),
    reaches: role.reaches.map((reach) => ({
      ...reach,
      amount: late(reach.amount),
      place: late(reach.place),
    })),
  };
}

/** Build and habits of a person, the same in all clips of a group. */
export interface Manner {
  /** Lengths of the body parts. */
  readonly body: Proportions;
  /** Sideways sway of the pelvis, metres. */
  readonly sway: number;
  /** Swing of the hands while walking, metres. */
  readonly armSwing: number;
  /** Forward lean at rest, radians. */
  readonly leanBias: number;
  /** Length of a step, metres. */
  readonly stride: number;
}

/** Draw a person's build and habits. */
export function drawManner(random: Random): Manner {
  return {
    body: drawProportions(random),
    sway: random.uniform(0.005, 0.03),
    armSwing: random.uniform(0.05, 0.25),
    leanBias: random.normal(0, 0.05),
    stride: random.uniform(0.5, 0.75),
  };
}

/** Poses of one person, who stands on side +1 or -1 of the z axis and faces the other. */
export function animate(
  manner: Manner,
  role: Role,
  side: 1 | -1,
  frames: number,
  random: Random,
  fingers: boolean,
): Record<string, Vector>[] {
  const { body } = manner,
    { look = 0 } = role,
    standing = body.thigh + body.shin + 0.08 - 0.02,
    heading = side === 1 ? Math.PI : 0;
  const offset = random.normal(0, 0.09), turn = random.normal(0, 0.18), phase = random.uniform(0, 6.28);
  const still = [random.uniform(0.4, 1.6), random.uniform(0.4, 1.6), random.uniform(0.4, 1.6)];
  const idle = [0, 1].map(() =>
    [random.normal(0, 0.05), random.normal(0, 0.06), random.normal(0.03, 0.06)] as Vector
  );
  const twistSize = random.normal(0, 0.1), nodSize = random.normal(0.05, 0.1);
  const facing = forwardAt(heading + turn), left = leftAt(heading + turn);
  let travelled = 0, before = role.path(0);
  const feetAt: [Vector, Vector] = [[0, 0, 0], [0, 0, 0]];
  const planted: boolean[] = [false, false];
  return Array.from({ length: frames }, (_, frame) => {
    const t = frame / (frames - 1), place = role.path(t), step = Math.abs(place - before);
    travelled += step;
    before = place;
    const gait = travelled / manner.stride * Math.PI + phase, walking = Math.min(1, step * 60);
    const swayAt = Math.sin(t * 6.28 * still[0] + phase) * manner.sway;
    const crouch = role.crouch(t) + 0.02 * walking * Math.abs(Math.sin(gait));
    const pelvis: Vector = [offset + swayAt, standing - crouch, side * place];
    const hipSide = body.hipWidth / 2 + 0.02;
    for (const [i, sign] of [[0, 1], [1, -1]] as const) {
      // A foot is planted while it carries, and swings to under the hip while the gait lifts it.
      const lifted = walking > 0.05 ? Math.max(0, Math.sin(gait + (i === 0 ? 0 : Math.PI))) : 0;
      const under = add([pelvis[0], 0.08, pelvis[2]], left, sign * hipSide);
      const along = Math.hypot(under[0] - feetAt[i][0], under[2] - feetAt[i][2]);
      if (!planted[i] || lifted > 0.15 || along > 0.45) {
        feetAt[i] = planted[i] ? mix(feetAt[i], under, Math.min(1, 0.35 + lifted * 0.5)) : under;
        planted[i] = true;
      }
      feetAt[i] = [feetAt[i][0], 0.08 + 0.1 * lifted * walking, feetAt[i][2]];
    }
    const lean = role.lean(t) + manner.leanBias + 0.02 * Math.sin(t * 6.28 * still[1]);
    const down = body.upperArm + body.forearm - 0.05;
    const hands = [1, -1].map((sign, i) => {
      const swing = manner.armSwing * walking * Math.sin(gait + (i === 0 ? Math.PI : 0)) +
        0.02 * Math.sin(t * 6.28 * still[2] + i);
      const below: Vector = [pelvis[0], pelvis[1] + body.torso * 0.9 - down, pelvis[2]];
      const beside = add(below, left, sign * (body.shoulderWidth / 2 + 0.06));
      const rest = add(beside, facing, 0.08 + swing + Math.sin(lean) * body.torso * 0.5);
      return add(rest, idle[i]);
    });
    const limbs = { left_hand: hands[0], right_hand: hands[1], left_foot: feetAt[0], right_foot: feetAt[1] };
    for (const { limb, amount, place: target } of role.reaches) {
      limbs[limb] = mix(limbs[limb], target(t), amount(t));
    }
    const twist = twistSize * Math.sin(t * 6.28 * still[1] + phase);
    return bodyPoints(body, {
      pelvis,
      heading: heading + turn,
      lean,
      twist: twist + look,
      headTurn: look,
      hands: [limbs.left_hand, limbs.right_hand],
      feet: [limbs.left_foot, limbs.right_foot],
      nod: nodSize + 0.05 * Math.sin(t * 6.28 * still[0]),
    }, fingers);
  });
}
