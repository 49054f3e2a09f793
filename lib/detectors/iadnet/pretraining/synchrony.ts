/** Batches for the synchrony loss: pairs of people who belong together, and pairs who do not, with the same movements of each person.
 *
 * What tells them apart lies between the people: over a batch each person's own movement has one distribution in both halves. */
import type { Random } from "../../../core/random.ts";
import { SBU15 } from "../../../data/skeletons.ts";
import { floorHeight } from "../../../data/transforms/coordination.ts";
import { mirrorClip } from "../../../data/transforms/symmetry.ts";
import {
  addWhiteNoise,
  holdLimb,
  offsetJoints,
  scaleBones,
  shift,
  swayJoints,
} from "../../../data/transforms/distort.ts";
import {
  alignPair,
  type PreparedClip,
  rotateVertical,
  sampleFrames,
} from "../../../data/transforms/prepare.ts";
import { CORPUS_FRAMES, type PretrainingCorpus, type Recording } from "./corpus.ts";

/** Pairs of a batch that belong together, and as many that do not. */
export const SYNCHRONY_PAIRS = 32;

/** Part of a recording, fractions of its length. */
export interface Window {
  readonly from: number;
  readonly length: number;
}

/** What is wrong in a mismatched pair, with its share of all pairs:
 *
 * - `partner`: person 2 is that of another take of the same script;
 * - `shift`: one person is late;
 * - `slow`: one person is slower;
 * - `distance`: person 2 stands nearer or farther along the line between the people;
 * - `aside`: person 2 stands beside it, or higher or lower. */
const SHARES = { partner: 0.35, shift: 0.35, slow: 0.1, distance: 0.12, aside: 0.08 } as const;

/** What is wrong in a mismatched pair. */
export type Mismatch = keyof typeof SHARES;

/** How a matched pair and its mismatched counterpart are made of one clip. */
export interface SynchronyPlan {
  readonly kind: Mismatch;
  /** Windows of person 1 and person 2 where they belong together: the same. */
  readonly matched: readonly [Window, Window];
  /** Windows of person 1 and person 2 where they do not. */
  readonly mismatched: readonly [Window, Window];
  /** Displacement of person 2 where they do not belong together: along the line between the people, up, and across it, metres. */
  readonly displaced: readonly [along: number, up: number, across: number];
}

/** Draw a plan. */
export function drawPlan(random: Random): SynchronyPlan {
  const kind = drawKind(random), length = random.uniform(0.5, 0.85);
  const whole = { from: random.uniform() * (1 - length), length };
  const plan = { kind, matched: [whole, whole], mismatched: [whole, whole], displaced: [0, 0, 0] } as const;
  // Where the people's windows differ, each is as often the one as the other, and as often so in matched pairs.
  const differing = (one: Window, two: Window): SynchronyPlan => {
    const [first, second] = random.chance(0.5) ? [one, two] : [two, one], both = random.pick([one, two]);
    return { ...plan, matched: [both, both], mismatched: [first, second] };
  };
  switch (kind) {
    case "partner":
      return plan;
    case "shift": {
      const length = Math.min(whole.length, 0.75), late = random.uniform(0.12, 1 - length);
      const from = random.uniform(0, 1 - length - late);
      return differing({ from, length }, { from: from + late, length });
    }
    case "slow":
      return differing(whole, { ...whole, length: whole.length / random.uniform(1.3, 1.6) });
    case "distance":
      return { ...plan, displaced: [random.pick([-1, 1]) * random.uniform(0.12, 0.3), 0, 0] };
    case "aside":
      return { ...plan, displaced: [0, random.normal(0, 0.045), random.normal(0, 0.15)] };
  }
}

function drawKind(random: Random): Mismatch {
  let left = random.uniform();
  const kinds = Object.keys(SHARES) as Mismatch[];
  return kinds.find((kind) => (left -= SHARES[kind]) < 0) ?? kinds[kinds.length - 1];
}

/** Draw a batch of clips of `frames` frames: first the matched pairs, then the mismatched counterpart of each. */
export function synchronyBatch(corpus: PretrainingCorpus, frames: number, random: Random): PreparedClip[] {
  const matched: PreparedClip[] = [], mismatched: PreparedClip[] = [];
  for (let i = 0; i < SYNCHRONY_PAIRS; i++) {
    const [one, two] = synchronyPair(corpus, random.integer(corpus.clips), drawPlan(random), frames, random);
    matched.push(one);
    mismatched.push(two);
  }
  return [...matched, ...mismatched];
}

/** The matched pair of a clip, and its mismatched counterpart. A partner of another take stands on the floor of the first one, and each
 * person has distortions of their own, so that neither shows who belongs together. */
export function synchronyPair(
  corpus: PretrainingCorpus,
  clip: number,
  plan: SynchronyPlan,
  frames: number,
  random: Random,
): [PreparedClip, PreparedClip] {
  const mirrored = random.chance(0.5), exchanged = random.chance(0.5);
  const [x, y] = recordedPair(corpus, clip, mirrored, random);
  let partner = y;
  if (plan.kind === "partner") {
    const first = clip - clip % corpus.takes, other = 1 + random.integer(corpus.takes - 1);
    const take = first + (clip - first + other) % corpus.takes;
    const [otherX, otherY] = recordedPair(corpus, take, mirrored, random);
    shift(otherY, [0, floorOf(x, y) - floorOf(otherX, otherY), 0]);
    partner = otherY;
  }
  const cut = (
    one: Recording,
    two: Recording,
    [a, b]: SynchronyPlan["matched"],
    displaced = plan.displaced,
  ) => {
    const people = [cutWindow(one, a, frames), cutWindow(two, b, frames)];
    shift(people[1], displaced);
    if (exchanged) people.reverse();
    return aligned(people[0], people[1], frames, random);
  };
  return [cut(x, y, plan.matched, [0, 0, 0]), cut(x, partner, plan.mismatched)];
}

const floorOf = (x: Recording, y: Recording) => floorHeight({ frames: CORPUS_FRAMES, x, y });

/** A clip as a sensor would record it, aligned. */
function recordedPair(
  corpus: PretrainingCorpus,
  clip: number,
  mirrored: boolean,
  random: Random,
): readonly [Recording, Recording] {
  const pair = corpus.pair(clip);
  for (const person of pair) {
    scaleBones(person, SBU15, 0.07, random);
    swayJoints(person, CORPUS_FRAMES, 0.012, random);
    if (random.chance(0.15)) holdLimb(person, SBU15, random);
    offsetJoints(person, CORPUS_FRAMES, 0.03, random);
    addWhiteNoise(person, random.uniform(0, 0.025), random);
  }
  const [x, y] = pair, whole = { frames: CORPUS_FRAMES, joints: SBU15.joints.length, x, y };
  alignPair(x, y, SBU15, "pair-yaw");
  const out = mirrored ? mirrorClip(whole, SBU15) : whole;
  return [out.x, out.y];
}

/** A window of a recording, resampled. */
function cutWindow(values: Recording, { from, length }: Window, frames: number): Float32Array {
  const last = CORPUS_FRAMES - 1;
  return sampleFrames(
    values,
    CORPUS_FRAMES,
    frames,
    (t) => Math.min(last, (from + length * t / (frames - 1)) * last),
  );
}

/** A pair, aligned and turned a little. */
function aligned(x: Float32Array, y: Float32Array, frames: number, random: Random): PreparedClip {
  alignPair(x, y, SBU15, "pair-yaw");
  rotateVertical(x, y, random.normal(0, 0.1));
  return { frames, joints: SBU15.joints.length, x, y };
}
