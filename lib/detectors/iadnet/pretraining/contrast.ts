/** Batches for the contrastive loss: takes of the same script belong together, those of its mutants and of other families do not. */
import type { Random } from "../../../core/random.ts";
import type { Values } from "../../../core/tensors.ts";
import { SBU15 } from "../../../data/skeletons.ts";
import { mirrorClip } from "../../../data/transforms/symmetry.ts";
import {
  addWhiteNoise,
  holdLimb,
  offsetJoints,
  scaleBones,
  shift,
  smooth,
  swayJoints,
  tilt,
  wanderJoints,
} from "../../../data/transforms/distort.ts";
import {
  alignPair,
  type PreparedClip,
  rotateVertical,
  sampleFrames,
} from "../../../data/transforms/prepare.ts";
import { CORPUS_FRAMES, FAMILIES, MEMBERS, type PretrainingCorpus, type Recording } from "./corpus.ts";

/** Takes of each member in a batch. */
const TAKES = 4;

/** Clips of a batch. */
export const CONTRAST_CLIPS = FAMILIES * MEMBERS * TAKES;

/** How often the two people of a clip are mirrored, or change places. It is the same for all clips of a family in a batch: left and
 * right, and who acts, distinguish its members. */
interface FamilyView {
  readonly mirrored: boolean;
  readonly exchanged: boolean;
}

/** Draw a batch of augmented clips of `frames` frames: takes of one member follow each other, as do members of one family. */
export function contrastBatch(corpus: PretrainingCorpus, frames: number, random: Random): PreparedClip[] {
  const clips: PreparedClip[] = [];
  for (const family of sample(corpus.families, FAMILIES, random)) {
    const view = { mirrored: random.chance(0.5), exchanged: random.chance(0.5) };
    for (let member = 0; member < MEMBERS; member++) {
      for (const take of sample(corpus.takes, TAKES, random)) {
        const pair = corpus.pair((family * MEMBERS + member) * corpus.takes + take);
        clips.push(augmentPair(pair, frames, view, random));
      }
    }
  }
  return clips;
}

/** Which clips of a batch belong together: 1 for takes of the same member, 0 for all others and for the clip itself. */
export function positivePairs(): Values {
  const values = new Float32Array(CONTRAST_CLIPS ** 2);
  for (let i = 0; i < CONTRAST_CLIPS; i++) {
    for (let j = 0; j < CONTRAST_CLIPS; j++) {
      if (i !== j && Math.floor(i / TAKES) === Math.floor(j / TAKES)) values[i * CONTRAST_CLIPS + j] = 1;
    }
  }
  return { shape: [CONTRAST_CLIPS, CONTRAST_CLIPS], values };
}

/** `count` different numbers below `below`. */
function sample(below: number, count: number, random: Random): number[] {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(random.integer(below));
  return [...chosen];
}

/** What other bodies and another sensor would record: bones, sway, a limb that is lost, a tilted camera, a partner who stands
 * elsewhere, smoothing; then another cut in time, size and direction, and noise. The clip is aligned. */
function augmentPair(
  [x, y]: [Recording, Recording],
  frames: number,
  { mirrored, exchanged }: FamilyView,
  random: Random,
): PreparedClip {
  for (const person of [x, y]) {
    scaleBones(person, SBU15, 0.07, random);
    swayJoints(person, CORPUS_FRAMES, 0.012, random);
  }
  if (random.chance(0.3)) holdLimb(random.pick([x, y]), SBU15, random);
  const aboutX = random.normal(0, 0.06), aboutZ = random.normal(0, 0.06);
  for (const person of [x, y]) tilt(person, aboutX, aboutZ);
  shift(y, [random.normal(0, 0.06), random.normal(0, 0.03), random.normal(0, 0.06)]);
  if (random.chance(0.4)) { for (const person of [x, y, x, y]) smooth(person, CORPUS_FRAMES); }
  const at = drawTimes(frames, random);
  const people = [x, y].map((person) => sampleFrames(person, CORPUS_FRAMES, frames, at));
  if (exchanged) people.reverse();
  const clip: PreparedClip = { frames, joints: SBU15.joints.length, x: people[0], y: people[1] };
  const out = mirrored ? mirrorClip(clip, SBU15) : clip;
  alignPair(out.x, out.y, SBU15, "pair-yaw");
  rotateVertical(out.x, out.y, random.normal(0, 0.15));
  const size = random.uniform(0.88, 1.12);
  for (const person of [out.x, out.y]) {
    for (let p = 0; p < person.length; p++) person[p] *= size;
    offsetJoints(person, frames, 0.03, random);
    wanderJoints(person, frames, 0.05, 0.03, random);
    addWhiteNoise(person, random.uniform(0, 0.025), random);
  }
  return out;
}

/** Places in a recording for each of `frames` frames: up to a quarter of it is cut off at each end, and time is bent by up to 4.5 % of
 * it. */
function drawTimes(frames: number, random: Random): (t: number) => number {
  const last = CORPUS_FRAMES - 1, from = random.uniform(0, 0.25), to = 1 - random.uniform(0, 0.25);
  const bend = random.uniform(-0.15, 0.15) * 0.3 * CORPUS_FRAMES;
  return (t) => {
    const part = t / (frames - 1);
    const place = (from + (to - from) * part) * last + bend * Math.sin(Math.PI * part);
    return Math.min(last, Math.max(0, place));
  };
}
