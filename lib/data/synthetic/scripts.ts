/**
 * Scripts of the synthetic interactions: what actor and reactor do, composed of shared movements.
 *
 * @module
 */
import type { Random } from "../../core/random.ts";
import type { Vector } from "./body.ts";
import { type Manner, pulse, type Reach, rise, type Role } from "./person.ts";

/** Circumstances of one clip. Times are fractions of the clip, heights and distances metres. */
export interface Encounter {
  /** Source of the movements' variation. */
  readonly random: Random;
  /** Manners of actor and reactor. */
  readonly manners: readonly [Manner, Manner];
  /** Distance of each person from the middle when they interact. */
  readonly near: number;
  /** Distance of each person from the middle before. */
  readonly far: number;
  /** When the interaction begins, peaks, eases and ends. */
  readonly times: readonly [number, number, number, number];
  /** Delay of the reactor. */
  readonly delay: number;
  /** Size of the movement, about 1. */
  readonly size: number;
  /** The hand (and foot) that actor and reactor lead with. */
  readonly hands: readonly ["left" | "right", "left" | "right"];
}

type Script = (encounter: Encounter) => [Role, Role];

const nothing = () => 0;
const shoulderHeight = ({ body }: Manner) => body.thigh + body.shin + 0.06 + body.torso * 0.9;
const hand = (side: "left" | "right") => `${side}_hand` as const;
const fixed = (place: Vector) => () => place;

/** Stand at `near`, having walked in from `far` before the interaction (or not), and perhaps stepping back after it. */
function approachPath({ random, near, far, times }: Encounter): (t: number) => number {
  const from = random.chance(0.65) ? far : near + random.normal(0.05, 0.05);
  const back = random.chance(0.4) ? random.uniform(0.1, 0.5) : 0;
  return (t) => near + (from - near) * (1 - rise(t, 0, times[0])) + back * rise(t, times[3], 1);
}

/** A role that stands (or walks in) and leans at the interaction. */
function stand(encounter: Encounter, lean = 0, reaches: readonly Reach[] = []): Role {
  const [a, b, c, d] = encounter.times;
  return {
    path: approachPath(encounter),
    lean: (t) => lean * encounter.size * pulse(t, a, b, c, d),
    crouch: nothing,
    reaches,
  };
}

/** One hand at a place between the times of the interaction. */
function reach(encounter: Encounter, limb: Reach["limb"], place: (t: number) => Vector, late = 0): Reach {
  const [a, b, c, d] = encounter.times;
  return { limb, amount: (t) => pulse(t, a + late, b + late, c, d), place };
}

/** A quick strike: out and back in the middle of the interaction. `side` +1 is the actor's end of the z axis. */
function strike(encounter: Encounter, limb: Reach["limb"], place: Vector): Reach {
  const [a, b] = encounter.times, quick = 0.05 + 0.04 * encounter.random.uniform();
  return {
    limb,
    amount: (t) => pulse(t, b - 2 * quick, b, b + 0.02, b + 2.5 * quick) + 0 * a,
    place: fixed(place),
  };
}

/** The reactor is moved back (positive) or drawn forward (negative) after the peak, and leans with it. */
function yielding(encounter: Encounter, distance: number, lean: number): Role {
  const [, b, c] = encounter.times, base = approachPath(encounter);
  const from = b + encounter.delay, to = Math.min(1, c + encounter.delay + 0.1);
  return {
    path: (t) => base(t) + distance * encounter.size * rise(t, from, to),
    lean: (t) => lean * encounter.size * pulse(t, from, from + 0.08, to, Math.min(1, to + 0.15)),
    crouch: nothing,
    reaches: [],
  };
}

const along = (height: number, z: number, x = 0): Vector => [x, height, z];

/** Shake up and down around a place. */
function shaking(encounter: Encounter, place: Vector, size: number, turns: number): (t: number) => Vector {
  const [, b, c] = encounter.times;
  return (
    t,
  ) => [
    place[0],
    place[1] + size * Math.sin((t - b) / (c - b) * 6.28 * turns) * pulse(t, b, b + 0.05, c - 0.05, c),
    place[2],
  ];
}

const SCRIPTS: Readonly<Record<string, Script>> = {
  approach: (encounter) => {
    const end = encounter.times[3], start = encounter.near + 0.1;
    const one = encounter.random.chance(0.4) ? 0.1 : 1;
    const walk = (share: number) => (t: number) =>
      start + (encounter.far + 0.5 - start) * share * (1 - rise(t, 0, end));
    return [{ ...stand(encounter), path: walk(1) }, { ...stand(encounter), path: walk(one) }];
  },
  depart: (encounter) => {
    const begin = encounter.times[0] * 0.6, start = encounter.near + 0.1;
    const one = encounter.random.chance(0.4) ? 0.1 : 1;
    const walk = (share: number) => (t: number) =>
      start + (encounter.far + 0.5 - start) * share * rise(t, begin, 1);
    return [{ ...stand(encounter), path: walk(1) }, { ...stand(encounter), path: walk(one) }];
  },
  handshake: (encounter) => {
    const place = shaking(
      encounter,
      along(1.02 + encounter.random.normal(0, 0.05), 0),
      0.06 * encounter.size,
      2 + encounter.random.integer(3),
    );
    return [
      stand(encounter, 0.1, [reach(encounter, hand(encounter.hands[0]), place)]),
      stand(encounter, 0.1, [reach(encounter, hand(encounter.hands[1]), place, encounter.delay)]),
    ];
  },
  "high-five": (encounter) => {
    const place = fixed(along(1.62 + encounter.random.normal(0, 0.06), 0));
    return [
      stand(encounter, 0.03, [reach(encounter, hand(encounter.hands[0]), place)]),
      stand(encounter, 0.03, [reach(encounter, hand(encounter.hands[1]), place, encounter.delay / 2)]),
    ];
  },
  "pass-object": (encounter) => {
    const height = 1.1 + encounter.random.normal(0, 0.08);
    const place = fixed(along(height, 0));
    const other = encounter.hands[0] === "left" ? "right" : "left";
    const both = encounter.random.chance(0.5);
    const giver = [reach(encounter, hand(encounter.hands[0]), place)];
    if (both) giver.push(reach(encounter, hand(other), fixed(along(height, 0.1))));
    return [
      stand(encounter, 0.06, giver),
      stand(encounter, 0.06, [reach(encounter, hand(encounter.hands[1]), place, encounter.delay)]),
    ];
  },
  hug: (encounter) => {
    const close = { ...encounter, near: 0.2 };
    const arms = (side: 1 | -1, late: number, height: number) => [
      reach(encounter, "left_hand", fixed(along(height, -0.32 * side, 0.14 * side)), late),
      reach(encounter, "right_hand", fixed(along(height - 0.1, -0.32 * side, -0.14 * side)), late),
    ];
    return [
      { ...stand(close, 0.15, arms(1, 0, 1.25)) },
      { ...stand(close, 0.15, arms(-1, encounter.delay, 1.15)) },
    ];
  },
  push: (encounter) => {
    const at = shoulderHeight(encounter.manners[1]) - 0.12, z = -encounter.near + 0.22;
    const arms = [
      strike(encounter, "left_hand", along(at, z, -0.13)),
      strike(encounter, "right_hand", along(at, z, 0.13)),
    ];
    return [stand(encounter, 0.22, arms), yielding(encounter, 0.45, -0.2)];
  },
  punch: (encounter) => {
    const at = shoulderHeight(encounter.manners[1]) + encounter.random.uniform(-0.15, 0.15);
    return [
      stand(encounter, 0.15, [strike(encounter, hand(encounter.hands[0]), along(at, -encounter.near + 0.2))]),
      yielding(encounter, 0.2, -0.22),
    ];
  },
  kick: (encounter) => {
    const foot = `${encounter.hands[0]}_foot` as const;
    const wide = { ...encounter, near: encounter.near + 0.1 };
    return [
      stand(wide, -0.15, [
        strike(encounter, foot, along(encounter.random.uniform(0.5, 1), -encounter.near + 0.15)),
      ]),
      yielding(wide, 0.25, 0.18),
    ];
  },
  wave: (encounter) => {
    const [, b, c] = encounter.times, turns = 2 + encounter.random.integer(3);
    const greet = (side: 1 | -1, late: number, lead: "left" | "right") => {
      const x = (lead === "left" ? -1 : 1) * 0.35 * side;
      const place = (t: number): Vector => [
        x + 0.14 * encounter.size * Math.sin((t - b) / (c - b) * 6.28 * turns),
        1.6,
        side * (encounter.near + 0.2),
      ];
      return reach(encounter, hand(lead), place, late);
    };
    const wide = { ...encounter, near: encounter.near + 0.25 };
    const answers = encounter.random.chance(0.6) ? [greet(-1, encounter.delay, encounter.hands[1])] : [];
    return [stand(wide, 0, [greet(1, 0, encounter.hands[0])]), stand(wide, 0, answers)];
  },
  point: (encounter) => {
    const wide = { ...encounter, near: encounter.near + 0.2 };
    const at = shoulderHeight(encounter.manners[0]) + encounter.random.normal(0, 0.06);
    return [
      stand(wide, 0.05, [
        reach(encounter, hand(encounter.hands[0]), fixed(along(at, encounter.near - 0.45))),
      ]),
      stand(wide),
    ];
  },
  pull: (encounter) => {
    const [, b, c] = encounter.times;
    const at = along(1.0 + encounter.random.normal(0, 0.05), 0);
    const drawn = (t: number): Vector => [0, at[1], 0.35 * encounter.size * rise(t, b, c)];
    const back = stand(encounter, -0.12, [reach(encounter, hand(encounter.hands[0]), drawn)]);
    const forward = yielding(encounter, -0.3, 0.2);
    return [
      { ...back, path: (t) => encounter.near + 0.3 * encounter.size * rise(t, b, c) },
      { ...forward, reaches: [reach(encounter, hand(encounter.hands[1]), drawn, encounter.delay / 2)] },
    ];
  },
  "help-up": (encounter) => {
    const [, b, c] = encounter.times;
    const depth = encounter.random.uniform(0.4, 0.6);
    const low = (t: number) => depth * (1 - rise(t, b, c));
    const grip = (t: number): Vector => along(0.75 + 0.35 * rise(t, b, c), 0.05);
    const helper = stand(encounter, 0.35, [reach(encounter, hand(encounter.hands[0]), grip)]);
    const helped = stand(encounter, 0.2, [
      reach(encounter, hand(encounter.hands[1]), grip, encounter.delay / 2),
    ]);
    return [helper, { ...helped, path: () => encounter.near, crouch: low }];
  },
  imitate: (encounter) => {
    const wide = { ...encounter, near: encounter.near + 0.2 };
    const height = encounter.random.uniform(0.9, 1.75), out = encounter.random.uniform(0.2, 0.5);
    const arms = (side: 1 | -1, late: number) => [
      reach(encounter, "left_hand", fixed(along(height, side * (encounter.near + 0.05), -out * side)), late),
      reach(encounter, "right_hand", fixed(along(height, side * (encounter.near + 0.05), out * side)), late),
    ];
    return [stand(wide, 0, arms(1, 0)), stand(wide, 0, arms(-1, encounter.delay))];
  },
};

/** Names of the categories. */
export const SYNTHETIC_CATEGORIES: readonly string[] = Object.keys(SCRIPTS);

/** Roles of actor and reactor in one encounter of a category. */
export function playScript(category: string, encounter: Encounter): [Role, Role] {
  return SCRIPTS[category](encounter);
}
