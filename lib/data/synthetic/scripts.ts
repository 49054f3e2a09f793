/**
 * The scripts of the synthetic interactions: what actor and reactor do, composed of shared sub-movements.
 *
 * @module
 */
import type { Random } from "../../core/random.ts";
import type { Vector } from "./body.ts";
import { type Manner, type Part, pulse, type Reach, rise } from "./person.ts";

/** What a script draws its movements from. Times are parts of the clip, heights and distances metres. */
export interface Scene {
  readonly random: Random;
  /** Manners of actor and reactor. */
  readonly manners: readonly [Manner, Manner];
  /** Distance of each person from the middle when they interact, and before. */
  readonly near: number;
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

type Script = (scene: Scene) => [Part, Part];

const nothing = () => 0;
const shoulderHeight = ({ body }: Manner) => body.thigh + body.shin + 0.06 + body.torso * 0.9;
const hand = (side: "left" | "right") => `${side}_hand` as const;
const fixed = (place: Vector) => () => place;

/** Stand at `near`, having walked in from `far` before the interaction (or not), and perhaps stepping back after it. */
function approachPath({ random, near, far, times }: Scene): (t: number) => number {
  const from = random.chance(0.65) ? far : near + random.normal(0.05, 0.05);
  const back = random.chance(0.4) ? random.uniform(0.1, 0.5) : 0;
  return (t) => near + (from - near) * (1 - rise(t, 0, times[0])) + back * rise(t, times[3], 1);
}

/** A part with nothing but standing (or walking in) and a lean at the interaction. */
function stand(scene: Scene, lean = 0, reaches: readonly Reach[] = []): Part {
  const [a, b, c, d] = scene.times;
  return {
    path: approachPath(scene),
    lean: (t) => lean * scene.size * pulse(t, a, b, c, d),
    crouch: nothing,
    reaches,
  };
}

/** One hand at a place between the times of the interaction. */
function reach(scene: Scene, limb: Reach["limb"], place: (t: number) => Vector, late = 0): Reach {
  const [a, b, c, d] = scene.times;
  return { limb, amount: (t) => pulse(t, a + late, b + late, c, d), place };
}

/** A quick strike: out and back in the middle of the interaction. `side` +1 is the actor's end of the z axis. */
function strike(scene: Scene, limb: Reach["limb"], place: Vector): Reach {
  const [a, b] = scene.times, quick = 0.05 + 0.04 * scene.random.uniform();
  return {
    limb,
    amount: (t) => pulse(t, b - 2 * quick, b, b + 0.02, b + 2.5 * quick) + 0 * a,
    place: fixed(place),
  };
}

/** The reactor is moved back (positive) or drawn forward (negative) after the peak, and leans with it. */
function yielding(scene: Scene, distance: number, lean: number): Part {
  const [, b, c] = scene.times, base = approachPath(scene);
  const from = b + scene.delay, to = Math.min(1, c + scene.delay + 0.1);
  return {
    path: (t) => base(t) + distance * scene.size * rise(t, from, to),
    lean: (t) => lean * scene.size * pulse(t, from, from + 0.08, to, Math.min(1, to + 0.15)),
    crouch: nothing,
    reaches: [],
  };
}

const along = (height: number, z: number, x = 0): Vector => [x, height, z];

/** Shake up and down around a place. */
function shaking(scene: Scene, place: Vector, size: number, turns: number): (t: number) => Vector {
  const [, b, c] = scene.times;
  return (
    t,
  ) => [
    place[0],
    place[1] + size * Math.sin((t - b) / (c - b) * 6.28 * turns) * pulse(t, b, b + 0.05, c - 0.05, c),
    place[2],
  ];
}

const SCRIPTS: Readonly<Record<string, Script>> = {
  approach: (scene) => {
    const end = scene.times[3], start = scene.near + 0.1;
    const one = scene.random.chance(0.4) ? 0.1 : 1;
    const walk = (part: number) => (t: number) =>
      start + (scene.far + 0.5 - start) * part * (1 - rise(t, 0, end));
    return [{ ...stand(scene), path: walk(1) }, { ...stand(scene), path: walk(one) }];
  },
  depart: (scene) => {
    const begin = scene.times[0] * 0.6, start = scene.near + 0.1;
    const one = scene.random.chance(0.4) ? 0.1 : 1;
    const walk = (part: number) => (t: number) =>
      start + (scene.far + 0.5 - start) * part * rise(t, begin, 1);
    return [{ ...stand(scene), path: walk(1) }, { ...stand(scene), path: walk(one) }];
  },
  handshake: (scene) => {
    const place = shaking(
      scene,
      along(1.02 + scene.random.normal(0, 0.05), 0),
      0.06 * scene.size,
      2 + scene.random.integer(3),
    );
    return [
      stand(scene, 0.1, [reach(scene, hand(scene.hands[0]), place)]),
      stand(scene, 0.1, [reach(scene, hand(scene.hands[1]), place, scene.delay)]),
    ];
  },
  "high-five": (scene) => {
    const place = fixed(along(1.62 + scene.random.normal(0, 0.06), 0));
    return [
      stand(scene, 0.03, [reach(scene, hand(scene.hands[0]), place)]),
      stand(scene, 0.03, [reach(scene, hand(scene.hands[1]), place, scene.delay / 2)]),
    ];
  },
  "pass-object": (scene) => {
    const height = 1.1 + scene.random.normal(0, 0.08);
    const place = fixed(along(height, 0));
    const other = scene.hands[0] === "left" ? "right" : "left";
    const both = scene.random.chance(0.5);
    const giver = [reach(scene, hand(scene.hands[0]), place)];
    if (both) giver.push(reach(scene, hand(other), fixed(along(height, 0.1))));
    return [
      stand(scene, 0.06, giver),
      stand(scene, 0.06, [reach(scene, hand(scene.hands[1]), place, scene.delay)]),
    ];
  },
  hug: (scene) => {
    const close = { ...scene, near: 0.2 };
    const arms = (side: 1 | -1, late: number, height: number) => [
      reach(scene, "left_hand", fixed(along(height, -0.32 * side, 0.14 * side)), late),
      reach(scene, "right_hand", fixed(along(height - 0.1, -0.32 * side, -0.14 * side)), late),
    ];
    return [
      { ...stand(close, 0.15, arms(1, 0, 1.25)) },
      { ...stand(close, 0.15, arms(-1, scene.delay, 1.15)) },
    ];
  },
  push: (scene) => {
    const at = shoulderHeight(scene.manners[1]) - 0.12, z = -scene.near + 0.22;
    const arms = [
      strike(scene, "left_hand", along(at, z, -0.13)),
      strike(scene, "right_hand", along(at, z, 0.13)),
    ];
    return [stand(scene, 0.22, arms), yielding(scene, 0.45, -0.2)];
  },
  punch: (scene) => {
    const at = shoulderHeight(scene.manners[1]) + scene.random.uniform(-0.15, 0.15);
    return [
      stand(scene, 0.15, [strike(scene, hand(scene.hands[0]), along(at, -scene.near + 0.2))]),
      yielding(scene, 0.2, -0.22),
    ];
  },
  kick: (scene) => {
    const foot = `${scene.hands[0]}_foot` as const;
    const wide = { ...scene, near: scene.near + 0.1 };
    return [
      stand(wide, -0.15, [strike(scene, foot, along(scene.random.uniform(0.5, 1), -scene.near + 0.15))]),
      yielding(wide, 0.25, 0.18),
    ];
  },
  wave: (scene) => {
    const [, b, c] = scene.times, turns = 2 + scene.random.integer(3);
    const greet = (side: 1 | -1, late: number, lead: "left" | "right") => {
      const x = (lead === "left" ? -1 : 1) * 0.35 * side;
      const place = (t: number): Vector => [
        x + 0.14 * scene.size * Math.sin((t - b) / (c - b) * 6.28 * turns),
        1.6,
        side * (scene.near + 0.2),
      ];
      return reach(scene, hand(lead), place, late);
    };
    const wide = { ...scene, near: scene.near + 0.25 };
    const answers = scene.random.chance(0.6) ? [greet(-1, scene.delay, scene.hands[1])] : [];
    return [stand(wide, 0, [greet(1, 0, scene.hands[0])]), stand(wide, 0, answers)];
  },
  point: (scene) => {
    const wide = { ...scene, near: scene.near + 0.2 };
    const at = shoulderHeight(scene.manners[0]) + scene.random.normal(0, 0.06);
    return [
      stand(wide, 0.05, [reach(scene, hand(scene.hands[0]), fixed(along(at, scene.near - 0.45)))]),
      stand(wide),
    ];
  },
  pull: (scene) => {
    const [, b, c] = scene.times;
    const at = along(1.0 + scene.random.normal(0, 0.05), 0);
    const drawn = (t: number): Vector => [0, at[1], 0.35 * scene.size * rise(t, b, c)];
    const back = stand(scene, -0.12, [reach(scene, hand(scene.hands[0]), drawn)]);
    const forward = yielding(scene, -0.3, 0.2);
    return [
      { ...back, path: (t) => scene.near + 0.3 * scene.size * rise(t, b, c) },
      { ...forward, reaches: [reach(scene, hand(scene.hands[1]), drawn, scene.delay / 2)] },
    ];
  },
  "help-up": (scene) => {
    const [, b, c] = scene.times;
    const depth = scene.random.uniform(0.4, 0.6);
    const low = (t: number) => depth * (1 - rise(t, b, c));
    const grip = (t: number): Vector => along(0.75 + 0.35 * rise(t, b, c), 0.05);
    const helper = stand(scene, 0.35, [reach(scene, hand(scene.hands[0]), grip)]);
    const helped = stand(scene, 0.2, [reach(scene, hand(scene.hands[1]), grip, scene.delay / 2)]);
    return [helper, { ...helped, path: () => scene.near, crouch: low }];
  },
  imitate: (scene) => {
    const wide = { ...scene, near: scene.near + 0.2 };
    const height = scene.random.uniform(0.9, 1.75), out = scene.random.uniform(0.2, 0.5);
    const arms = (side: 1 | -1, late: number) => [
      reach(scene, "left_hand", fixed(along(height, side * (scene.near + 0.05), -out * side)), late),
      reach(scene, "right_hand", fixed(along(height, side * (scene.near + 0.05), out * side)), late),
    ];
    return [stand(wide, 0, arms(1, 0)), stand(wide, 0, arms(-1, scene.delay))];
  },
};

/** Names of the categories. */
export const SYNTHETIC_CATEGORIES: readonly string[] = Object.keys(SCRIPTS);

/** What actor and reactor do in one scene of a category. */
export function playScript(category: string, scene: Scene): [Part, Part] {
  return SCRIPTS[category](scene);
}
