/** Random interaction scripts for pre-training.
 *
 * A script is a plain value. Times are fractions of the clip, lengths metres, angles radians. */
import type { Random } from "../../core/random.ts";

/** A movement of one hand or foot. */
export interface ReachScript {
  /** The hand or foot. */
  readonly limb: "left_hand" | "right_hand" | "left_foot" | "right_foot";
  /** Where it goes: the middle between the people, the partner, the person's own front, or the air ahead. */
  readonly to: "middle" | "partner" | "self" | "air";
  /** Height of the target. */
  readonly height: number;
  /** Offset of the target across the line between the people, and along it. */
  readonly offset: readonly [across: number, along: number];
  /** Movement at the target. */
  readonly kind: "hold" | "strike" | "shake-up" | "shake-across" | "circle";
  /** Size of a shake or circle. */
  readonly amplitude: number;
  /** Number of shakes or circles. */
  readonly turns: number;
  /** When it starts, after the person's own beginning. */
  readonly start: number;
  /** How long the limb stays. */
  readonly hold: number;
}

/** What one person does. */
export interface PersonScript {
  /** Floor path: distance walked in before the interaction, distance walked away after it, and retreat at its peak. */
  readonly path: { readonly walkIn: number; readonly leave: number; readonly retreat: number };
  /** Forward lean at the interaction. */
  readonly lean: number;
  /** Depth of a crouch, and whether the person rises from it (true) or sinks into it. */
  readonly crouch: { readonly depth: number; readonly rises: boolean };
  /** Turn of the whole body away from the partner. */
  readonly turn: number;
  /** Delay of the person's beginning. */
  readonly delay: number;
  /** Delay of everything that the person does, path included; negative is early. */
  readonly shift: number;
  /** Displacement of targets at the middle or the partner: across the line between the people, and up. */
  readonly displaced: readonly [across: number, up: number];
  /** Movements of the limbs. */
  readonly reaches: readonly ReachScript[];
}

/** What two people do. */
export interface InteractionScript {
  /** Distance of each person from the middle. */
  readonly near: number;
  /** When the interaction begins. */
  readonly begin: number;
  /** Movement of both people together over the clip: x and z. */
  readonly drift: readonly [number, number];
  /** Whether the second of `people` is person 1 of the clip. */
  readonly exchanged: boolean;
  /** The two people. */
  readonly people: readonly [PersonScript, PersonScript];
}

const LIMBS = ["left_hand", "right_hand", "left_hand", "right_hand", "left_foot", "right_foot"] as const;
const TARGETS = ["middle", "partner", "partner", "self", "air"] as const;
/** Kinds of movement at a target; holding counts twice. */
export const REACH_KINDS = ["hold", "hold", "strike", "shake-up", "shake-across", "circle"] as const;

function drawReach(random: Random): ReachScript {
  const limb = random.pick(LIMBS), height = random.uniform(0.4, 1.8);
  return {
    limb,
    to: random.pick(TARGETS),
    height: limb.endsWith("_foot") ? Math.min(height, 1) * 0.8 : height,
    offset: [random.normal(0, 0.2), random.normal(0, 0.15)],
    kind: random.pick(REACH_KINDS),
    amplitude: random.uniform(0.05, 0.15),
    turns: 1 + random.integer(4),
    start: random.uniform(0, 0.25),
    hold: random.uniform(0.05, 0.4),
  };
}

/** Draw movements of the limbs: as many as one of `counts` says. */
export const drawReaches = (random: Random, counts: readonly number[]) =>
  Array.from({ length: random.pick(counts) }, () => drawReach(random));

/** Draw what one person does. */
export function drawPerson(random: Random): PersonScript {
  const perhaps = (p: number, value: () => number) => random.chance(p) ? value() : 0;
  return {
    path: {
      walkIn: perhaps(0.4, () => random.uniform(0.3, 1.2)),
      leave: perhaps(0.25, () => random.uniform(0.2, 1.2)),
      retreat: perhaps(0.25, () => random.normal(0, 0.3)),
    },
    lean: perhaps(0.4, () => random.normal(0, 0.25)),
    crouch: { depth: perhaps(0.2, () => random.uniform(0.1, 0.55)), rises: random.chance(0.5) },
    turn: perhaps(0.25, () => random.uniform(-2.5, 2.5)),
    delay: random.uniform(0, 0.12),
    shift: 0,
    displaced: [0, 0],
    reaches: drawReaches(random, [0, 1, 1, 2, 2, 3]),
  };
}

/** Draw the script of an interaction. */
export function drawScript(random: Random): InteractionScript {
  const one = drawPerson(random), two = drawPerson(random);
  const drifts = random.chance(0.2);
  return {
    near: random.uniform(0.15, 0.75),
    begin: random.uniform(0.05, 0.4),
    drift: drifts ? [random.normal(0, 0.8), random.normal(0, 0.8)] : [0, 0],
    exchanged: random.chance(0.5),
    people: [one, random.chance(0.3) ? { ...two, reaches: one.reaches } : two],
  };
}
