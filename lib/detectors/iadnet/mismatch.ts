/** Pairs that are wrong only between the people, made from the training clips of a category, and pairs that are right, treated
 * likewise: what the pair ratio is fitted to. */
import type { Random } from "../../core/random.ts";
import { floorHeight } from "../../data/transforms/coordination.ts";
import {
  alignPair,
  type Preparation,
  type PreparedClip,
  sampleFrames,
} from "../../data/transforms/prepare.ts";
import type { Skeleton } from "../../data/skeleton.ts";

/** Largest number of clips that pairs are made from. */
const MOST_CLIPS = 100;

/** Clips up to which each is used for six mismatches; with more, for three. */
const FEW_CLIPS = 64;

/** Smallest and largest shift, as a fraction of the clip. */
const SHIFT = [0.2, 0.4] as const;

/** Pairs made from clips. */
export interface Pairs {
  /** Cut clips: both people as recorded. */
  readonly matched: readonly PreparedClip[];
  /** Person 2 of another clip; or one person late by 20 to 40 % of the clip, cut to where both are there. */
  readonly mismatched: readonly PreparedClip[];
}

/** Make pairs from prepared clips: two mismatches with the partner of another recording, where there is one, for each one in time.
 * @param recordings The recording of each clip. @param skeleton Their skeleton. @param align How they were prepared. */
export function makePairs(
  clips: readonly PreparedClip[],
  recordings: readonly string[],
  skeleton: Skeleton,
  align: Preparation["align"],
  random: Random,
): Pairs {
  const all = random.shuffle(clips.map((clip, i) => ({ clip, recording: recordings[i] })));
  const chosen = all.slice(0, MOST_CLIPS), rounds = clips.length <= FEW_CLIPS ? 2 : 1;
  const matched: PreparedClip[] = [], mismatched: PreparedClip[] = [];
  const realigned = (clip: PreparedClip, x: Float32Array, y: Float32Array) => {
    alignPair(x, y, skeleton, align);
    return { ...clip, x, y };
  };
  for (const { clip, recording } of chosen) {
    const others = chosen.filter((other) => other.recording !== recording);
    for (let round = 0; round < rounds; round++) {
      for (let k = 0; k < 2 && others.length > 0; k++) {
        mismatched.push(realigned(clip, clip.x.slice(), onFloorOf(clip, random.pick(others).clip)));
      }
      const { frames } = clip, shift = Math.max(1, Math.round(random.uniform(...SHIFT) * frames));
      const cut = (person: Float32Array, isLate: boolean) =>
        sampleFrames(
          person,
          frames,
          frames,
          (t) => (isLate ? shift : 0) + t * (frames - 1 - shift) / (frames - 1),
        );
      const isLate = random.chance(0.5), both = random.chance(0.5);
      mismatched.push(realigned(clip, cut(clip.x, isLate), cut(clip.y, !isLate)));
      matched.push(realigned(clip, cut(clip.x, both), cut(clip.y, both)));
    }
  }
  return { matched, mismatched };
}

/** Person 2 of another clip, on the floor of this one. */
function onFloorOf(clip: PreparedClip, other: PreparedClip): Float32Array {
  const rise = floorHeight(clip) - floorHeight(other);
  return other.y.map((value, p) => p % 3 === 1 ? value + rise : value);
}
