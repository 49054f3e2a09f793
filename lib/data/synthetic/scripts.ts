/** Scripts of the synthetic interactions: what actor and reactor do, composed of shared movements. */
import type { Random } from "../../core/random.ts";
import type { Vector } from "./body.ts";
import { type Manner, pulse, type Reach, rise, type Role } from "./person.ts";

type Side = "left" | "right";
type Place = (t: number) => Vector;

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
  readonly hands: readonly [Side, Side];
}

const shoulderHeight = ({ body }: Manner) => body.thigh + body.shin + 0.06 + body.torso * 0.9;
const at = (height: number, z: number, x = 0): Vector => [x, height, z];

/** An encounter with the movements that its script is composed of. */
type Scene = Encounter & ReturnType<typeof movementsOf>;

function movementsOf({ random, near, far, times: [a, b, c, d], delay, size, hands }: Encounter) {
  /** Stand at `place`, having walked in from `far` before the interaction (or not), and perhaps stepping back after it. */
  const approach = (place: number): Role["path"] => {
    const from = random.chance(0.65) ? far : place + random.normal(0.05, 0.05);
    const back = random.chance(0.4) ? random.uniform(0.1, 0.5) : 0;
    return (t) => place + (from - place) * (1 - rise(t, 0, a)) + back * rise(t, d, 1);
  };
  return {
    /** The leading hands of actor and reactor. */
    lead: hands.map((side) => `${side}_hand` as const),
    /** Stand (or walk in), and lean at the interaction. */
    stand: (lean = 0, reaches: readonly Reach[] = [], place = near): Role => ({
      path: approach(place),
      lean: (t) => lean * size * pulse(t, a, b, c, d),
      crouch: () => 0,
      reaches,
    }),
    /** One hand at a place between the times of the interaction. */
    reach: (limb: Reach["limb"], place: Vector | Place, late = 0): Reach => ({
      limb,
      amount: (t) => pulse(t, a + late, b + late, c, d),
      place: typeof place === "function" ? place : () => place,
    }),
    /** A quick strike: out and back in the middle of the interaction. The actor's end of the z axis is positive. */
    strike: (limb: Reach["limb"], place: Vector): Reach => {
      const quick = 0.05 + 0.04 * random.uniform();
      return {
        limb,
        amount: (t) => pulse(t, b - 2 * quick, b, b + 0.02, b + 2.5 * quick),
        place: () => place,
      };
    },
    /** Be moved back (positive) or drawn forward (negative) after the peak, and lean with it. */
    yielding: (distance: number, lean: number, place = near): Role => {
      const path = approach(place), from = b + delay, to = Math.min(1, c + delay + 0.1);
      return {
        path: (t) => path(t) + distance * size * rise(t, from, to),
        lean: (t) => lean * size * pulse(t, from, from + 0.08, to, Math.min(1, to + 0.15)),
        crouch: () => 0,
        reaches: [],
      };
    },
  };
}

/** Two people who walk as `progress` says, the reactor perhaps far less. */
function walk({ random, near, far, stand }: Scene, progress: (t: number) => number): [Role, Role] {
  const start = near + 0.1, other = random.chance(0.4) ? 0.1 : 1;
  const role = (share: number): Role => {
    return { ...stand(), path: (t) => start + (far + 0.5 - start) * share * progress(t) };
  };
  return [role(1), role(other)];
}

const SCRIPTS: Readonly<Record<string, (scene: Scene) => [Role, Role]>> = {
  approach: (scene) => walk(scene, (t) => 1 - rise(t, 0, scene.times[3])),
  depart: (scene) => walk(scene, (t) => rise(t, scene.times[0] * 0.6, 1)),
  handshake: ({ random, times: [, b, c], size, lead, delay, stand, reach }) => {
    const height = 1.02 + random.normal(0, 0.05), up = 0.06 * size, turns = 2 + random.integer(3);
    const place: Place = (t) => {
      const shake = up * Math.sin((t - b) / (c - b) * 6.28 * turns);
      return at(height + shake * pulse(t, b, b + 0.05, c - 0.05, c), 0);
    };
    return [stand(0.1, [reach(lead[0], place)]), stand(0.1, [reach(lead[1], place, delay)])];
  },
  "high-five": ({ random, lead, delay, stand, reach }) => {
    const place = at(1.62 + random.normal(0, 0.06), 0);
    return [stand(0.03, [reach(lead[0], place)]), stand(0.03, [reach(lead[1], place, delay / 2)])];
  },
  "pass-object": ({ random, hands, lead, delay, stand, reach }) => {
    const height = 1.1 + random.normal(0, 0.08), place = at(height, 0);
    const other = hands[0] === "left" ? "right_hand" : "left_hand";
    const second = random.chance(0.5) ? [reach(other, at(height, 0.1))] : [];
    return [stand(0.06, [reach(lead[0], place), ...second]), stand(0.06, [reach(lead[1], place, delay)])];
  },
  hug: ({ delay, stand, reach }) => {
    const arms = (side: 1 | -1, late: number, height: number) => [
      reach("left_hand", at(height, -0.32 * side, 0.14 * side), late),
      reach("right_hand", at(height - 0.1, -0.32 * side, -0.14 * side), late),
    ];
    return [stand(0.15, arms(1, 0, 1.25), 0.2), stand(0.15, arms(-1, delay, 1.15), 0.2)];
  },
  push: ({ manners, near, stand, strike, yielding }) => {
    const height = shoulderHeight(manners[1]) - 0.12, z = -near + 0.22;
    const arms = [strike("left_hand", at(height, z, -0.13)), strike("right_hand", at(height, z, 0.13))];
    return [stand(0.22, arms), yielding(0.45, -0.2)];
  },
  punch: ({ random, manners, near, lead, stand, strike, yielding }) => {
    const height = shoulderHeight(manners[1]) + random.uniform(-0.15, 0.15);
    return [stand(0.15, [strike(lead[0], at(height, -near + 0.2))]), yielding(0.2, -0.22)];
  },
  kick: ({ random, near, hands, stand, strike, yielding }) => {
    const kick = strike(`${hands[0]}_foot`, at(random.uniform(0.5, 1), -near + 0.15));
    return [stand(-0.15, [kick], near + 0.1), yielding(0.25, 0.18, near + 0.1)];
  },
  wave: ({ random, times: [, b, c], near, size, hands, lead, delay, stand, reach }) => {
    const turns = 2 + random.integer(3);
    const greet = (who: 0 | 1, late: number) => {
      const side = who === 0 ? 1 : -1, x = (hands[who] === "left" ? -1 : 1) * 0.35 * side;
      const swing = (t: number) => x + 0.14 * size * Math.sin((t - b) / (c - b) * 6.28 * turns);
      return reach(lead[who], (t) => at(1.6, side * (near + 0.2), swing(t)), late);
    };
    const answers = random.chance(0.6) ? [greet(1, delay)] : [];
    return [stand(0, [greet(0, 0)], near + 0.25), stand(0, answers, near + 0.25)];
  },
  point: ({ random, manners, near, lead, stand, reach }) => {
    const height = shoulderHeight(manners[0]) + random.normal(0, 0.06);
    return [stand(0.05, [reach(lead[0], at(height, near - 0.45))], near + 0.2), stand(0, [], near + 0.2)];
  },
  pull: ({ random, times: [, b, c], near, size, lead, delay, stand, reach, yielding }) => {
    const height = 1.0 + random.normal(0, 0.05);
    const drawn: Place = (t) => at(height, 0.35 * size * rise(t, b, c));
    const back = stand(-0.12, [reach(lead[0], drawn)]), forward = yielding(-0.3, 0.2);
    return [
      { ...back, path: (t) => near + 0.3 * size * rise(t, b, c) },
      { ...forward, reaches: [reach(lead[1], drawn, delay / 2)] },
    ];
  },
  "help-up": ({ random, times: [, b, c], near, lead, delay, stand, reach }) => {
    const depth = random.uniform(0.4, 0.6);
    const grip: Place = (t) => at(0.75 + 0.35 * rise(t, b, c), 0.05);
    const helper = stand(0.35, [reach(lead[0], grip)]),
      helped = stand(0.2, [reach(lead[1], grip, delay / 2)]);
    return [helper, { ...helped, path: () => near, crouch: (t) => depth * (1 - rise(t, b, c)) }];
  },
  imitate: ({ random, near, delay, stand, reach }) => {
    const height = random.uniform(0.9, 1.75), out = random.uniform(0.2, 0.5);
    const arms = (side: 1 | -1, late: number) => [
      reach("left_hand", at(height, side * (near + 0.05), -out * side), late),
      reach("right_hand", at(height, side * (near + 0.05), out * side), late),
    ];
    return [stand(0, arms(1, 0), near + 0.2), stand(0, arms(-1, delay), near + 0.2)];
  },
};

/** Names of the categories. */
export const SYNTHETIC_CATEGORIES: readonly string[] = Object.keys(SCRIPTS);

/** Roles of actor and reactor in one encounter of a category. */
export function playScript(category: string, encounter: Encounter): [Role, Role] {
  return SCRIPTS[category]({ ...encounter, ...movementsOf(encounter) });
}
