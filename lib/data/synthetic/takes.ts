/** Takes of random scripts: each with new bodies, manners, timing, size, meeting point and noise. */
import { hashSeed, Random } from "../../core/random.ts";
import { checkClip, type Clip } from "../clip.ts";
import { SBU15 } from "../skeletons.ts";
import { drawFamily } from "./families.ts";
import { addNoise, performRole } from "./perform.ts";
import { delayRole, drawManner, pulse, type Reach, rise, type Role } from "./person.ts";
import type { InteractionScript, PersonScript, ReachScript } from "./random_script.ts";

const WIDTH = SBU15.joints.length * 3;

/** Standard deviation of the sensor's noise, metres. */
const NOISE = 0.008;

/** Circumstances that both people of a take share. Times are fractions of the clip, lengths metres. */
interface Circumstances {
  readonly near: number;
  readonly begin: number;
  readonly rising: number;
  readonly holding: number;
  readonly size: number;
  /** Shift of every target: across the line between the people (targets at the middle or the partner alone), up, and along it. */
  readonly meeting: readonly [across: number, up: number, along: number];
}

/** How to generate a corpus. */
export interface CorpusOptions {
  /** Seed of every random choice. */
  readonly seed: number;
  /** Number of families; 800 if absent. */
  readonly families?: number;
  /** Mutants beside the parent of each family; 3 if absent. */
  readonly mutants?: number;
  /** Takes of each member of a family; 5 if absent. */
  readonly takes?: number;
}

/** A clip of a corpus, and the script that it is a take of. */
export interface CorpusClip {
  /** Two people with SBU's 15 joints, y up, 24 to 63 frames at 30 frames per second. Its category is `f<family>-m<member>`. */
  readonly clip: Clip;
  /** Number of the family, from 0. */
  readonly family: number;
  /** Number of the member: 0 is the parent, others are mutants. */
  readonly member: number;
}

/** Generate a corpus for supervised contrastive pre-training: families of scripts that differ in one element, several takes of
 * each. The same options give the same bits; a family does not depend on how many others there are.
 * @example
 * ```ts
 * import { generateCorpus } from "@lab/iadnet/data";
 * import { assertEquals } from "@std/assert";
 * const corpus = generateCorpus({ families: 2, mutants: 1, takes: 3, seed: 0 });
 * assertEquals(corpus.length, 2 * (1 + 1) * 3);
 * assertEquals(corpus[3].clip.category, "f0000-m1");
 * ```
 */
export function generateCorpus(options: CorpusOptions): CorpusClip[] {
  return [...corpusClips(options)];
}

/** The clips of `generateCorpus`, one by one: take by take, member by member, family by family. */
export function* corpusClips(options: CorpusOptions): Generator<CorpusClip> {
  const { seed, families = 800, mutants = 3, takes = 5 } = options;
  for (let family = 0; family < families; family++) {
    for (const [member, script] of drawFamily(seed, family, mutants).entries()) {
      const category = `f${String(family).padStart(4, "0")}-m${member}`;
      for (let take = 0; take < takes; take++) {
        const id = `${category}/${take}`;
        yield { clip: performScript(script, hashSeed(seed, id), id, category), family, member };
      }
    }
  }
}

/** One take of a script.
 * @param seed Seed of bodies, manners, timing, size, meeting point and noise. */
export function performScript(script: InteractionScript, seed: number, id: string, category: string): Clip {
  const random = new Random(seed), frames = 24 + random.integer(40);
  const circumstances: Circumstances = {
    near: script.near + random.normal(0, 0.05),
    begin: Math.max(0.02, script.begin + random.normal(0, 0.12)),
    rising: random.uniform(0.08, 0.2),
    holding: random.uniform(0.15, 0.3),
    size: random.uniform(0.75, 1.25),
    meeting: [random.normal(0, 0.07), random.normal(0, 0.08), random.normal(0, 0.05)],
  };
  const [one, two] = script.people.map((person, i) => {
    const side = i === 0 ? 1 : -1, manner = drawManner(random);
    const role = delayRole(roleOf(person, side, circumstances), person.shift);
    const values = performRole(manner, role, side, frames, SBU15, random.fork(`person ${i}`));
    if (person.turn !== 0) turnBody(values, person.turn + random.normal(0, 0.15));
    moveAlong(values, frames, script.drift.map((distance) => distance * circumstances.size));
    addNoise(values, WIDTH, NOISE, random);
    return values;
  });
  const [x, y] = script.exchanged ? [two, one] : [one, two];
  return checkClip({ id, category, group: id, fps: 30, skeleton: SBU15, frames, x, y, up: "y" });
}

/** The role of a person on side +1 or -1 of the z axis. */
function roleOf(person: PersonScript, side: 1 | -1, circumstances: Circumstances): Role {
  const { near, begin, rising, holding, size } = circumstances, { path, lean, crouch } = person;
  const a = begin + person.delay, b = a + rising, c = b + holding, d = Math.min(0.98, c + rising);
  return {
    path: (t) =>
      near + size * (path.walkIn * (1 - rise(t, 0, a)) + path.leave * rise(t, c, 1)) +
      size * path.retreat * rise(t, b, c),
    lean: (t) => lean * size * pulse(t, a, b, c, d),
    crouch: (t) => crouch.depth * (crouch.rises ? 1 - rise(t, b, c) : rise(t, a, c)),
    reaches: person.reaches.map((reach) => reachOf(reach, person.displaced, a, side, circumstances)),
  };
}

function reachOf(
  reach: ReachScript,
  displaced: PersonScript["displaced"],
  from: number,
  side: 1 | -1,
  { near, rising, size, meeting }: Circumstances,
): Reach {
  const { to, kind, offset, amplitude, turns } = reach, [limbSide] = reach.limb.split("_");
  const quick = kind === "strike", own = (limbSide === "left" ? -1 : 1) * side * 0.25;
  const shared = to === "middle" || to === "partner";
  const x = offset[0] + (shared ? displaced[0] + meeting[0] : own);
  const y = reach.height + (shared ? displaced[1] : 0) + meeting[1];
  const along = { middle: 0, partner: 0.15 - near, self: near - 0.1, air: near - 0.35 }[to];
  const z = side * along + offset[1] + meeting[2];
  const out = from + reach.start, there = out + (quick ? 0.08 : rising);
  const back = there + (quick ? 0.03 : reach.hold + 0.1), home = back + (quick ? 0.12 : rising);
  return {
    limb: reach.limb,
    amount: (t) => pulse(t, out, there, back, home),
    place: (t) => {
      const phase = (t - there) / Math.max(0.05, back - there) * 2 * Math.PI * turns;
      const sine = size * amplitude * Math.sin(phase), cosine = size * amplitude * Math.cos(phase);
      if (kind === "shake-up") return [x, y + sine, z];
      if (kind === "shake-across") return [x + sine, y, z];
      return kind === "circle" ? [x + sine, y + cosine, z] : [x, y, z];
    },
  };
}

/** Turn the body about the vertical through the middle of its hips, in place. */
function turnBody(values: Float32Array, angle: number): void {
  const cos = Math.cos(angle), sin = Math.sin(angle), [left, right] = SBU15.hips.map((joint) => joint * 3);
  for (let at = 0; at < values.length; at += WIDTH) {
    const [x, z] = [0, 2].map((k) => (values[at + left + k] + values[at + right + k]) / 2);
    for (let p = at; p < at + WIDTH; p += 3) {
      const dx = values[p] - x, dz = values[p + 2] - z;
      values[p] = x + cos * dx + sin * dz;
      values[p + 2] = z - sin * dx + cos * dz;
    }
  }
}

/** Move the body along the floor by a distance that grows evenly over the clip, in place. */
function moveAlong(values: Float32Array, frames: number, [dx, dz]: readonly number[]): void {
  for (let p = 0; p < values.length; p += 3) {
    const progress = Math.floor(p / WIDTH) / (frames - 1);
    values[p] += dx * progress;
    values[p + 2] += dz * progress;
  }
}
