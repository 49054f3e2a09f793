/** Clips that are wrong only BETWEEN the two people: each person's own movement is that of a normal clip.
 *
 * Normal and anomalous clips of one kind, but for `roles`, hold the same movements of person 1 and the same movements of person 2, so
 * a detector that sees one person at a time is at chance. */
import { UsageError } from "../../core/errors.ts";
import { hashSeed, Random } from "../../core/random.ts";
import { checkClip, type Clip } from "../clip.ts";
import type { SkippedClip } from "../clip_source.ts";
import { commonSkeleton, prepareClip, resample, sampleFrames } from "./prepare.ts";

/** What is wrong between the people:
 *
 * - `partner`: person 2 is that of another clip, of another group where possible, stretched to the length of the first. Each person
 *   2 is used once;
 * - `shift-0.3`, `shift-0.5`, `shift-1`: one person is late by so many seconds. The normal clips are cut as the anomalous ones are;
 * - `slow`: one person moves at 1/1.4 of the speed. In half of the normal clips both people do;
 * - `roles`: the people change places. It shows only where they have roles, and in how each moves;
 * - `distance`: person 2 stands 20 cm farther or nearer (farther if they are less than 40 cm apart). */
export const COORDINATION_KINDS = [
  "partner",
  "shift-0.3",
  "shift-0.5",
  "shift-1",
  "slow",
  "roles",
  "distance",
] as const;

/** What is wrong between the people. */
export type CoordinationKind = typeof COORDINATION_KINDS[number];

/** Clips of one kind. An id is that of the clip it was made from, `~`, and what was done. */
export interface CoordinationClips {
  /** Coordinated clips. */
  readonly normal: readonly Clip[];
  /** Clips that are wrong between the people. */
  readonly anomalous: readonly Clip[];
  /** Clips that are too short, or a single clip without another to take a partner from. */
  readonly skipped: readonly SkippedClip[];
}

/** How much the slow person is slowed. */
const SLOWING = 1.4;

/** Change of the distance, metres. */
const STEP = 0.2;

/** Make clips that are wrong only between the people, and their normal counterparts.
 *
 * All are in the frame of their pair: y up, the floor (the median over time of the lowest joint) at 0, the pair centred, person 2
 * in the direction +x of person 1 in frame 0 of the original clip. A shift of s seconds needs clips of at least s + max(s, 0.5)
 * seconds, the other kinds need two frames; shorter clips are left out.
 * @param clips Normal clips of one category and one skeleton. @param seed Seed of the choice of partners and directions.
 * @throws {UsageError} If there is no clip, the kind is unknown, or the clips differ in category or skeleton.
 * @example
 * ```ts
 * import { coordinationClips, generateDataset } from "@lab/iadnet/data";
 * import { assertEquals } from "@std/assert";
 * const clips = generateDataset({ seed: 0, clipsPerCategory: 4, categories: ["hug"] });
 * const { normal, anomalous } = coordinationClips(clips, "partner", 0);
 * assertEquals([normal.length, anomalous.length], [4, 4]);
 * ```
 */
export function coordinationClips(
  clips: readonly Clip[],
  kind: CoordinationKind,
  seed: number,
): CoordinationClips {
  commonSkeleton(clips);
  const other = clips.find(({ category }) => category !== clips[0].category);
  if (other) throw new UsageError(`Cannot mix categories: ${clips[0].category} and ${other.category}`);
  if (!COORDINATION_KINDS.includes(kind)) {
    throw new UsageError(`Cannot make clips of kind ${kind}: known are ${COORDINATION_KINDS.join(", ")}`);
  }
  const seconds = kind.startsWith("shift-") ? Number(kind.slice("shift-".length)) : 0;
  const needed = ({ fps }: Clip) =>
    Math.max(2, seconds && Math.round(seconds * fps) + Math.round(Math.max(seconds, 0.5) * fps));
  const long = clips.filter((clip) => clip.frames >= needed(clip));
  const isAlone = kind === "partner" && long.length === 1;
  const pairs = isAlone ? [] : long.map(toPairFrame);
  const random = new Random(hashSeed(seed, kind));
  const made = kind === "partner" ? exchangePartners(pairs, random) : pairs.map((pair) => {
    if (kind === "slow") return slow(pair);
    if (kind === "roles") return { normal: [pair], anomalous: [named(pair, kind, pair.y, pair.x)] };
    if (kind === "distance") return changeDistance(pair, seed);
    return shift(pair, Math.round(seconds * pair.fps), kind);
  });
  return {
    normal: made.flatMap(({ normal }) => normal),
    anomalous: made.flatMap(({ anomalous }) => anomalous),
    skipped: clips.filter((clip) => isAlone || clip.frames < needed(clip)).map((clip) => ({
      file: clip.id,
      reason: isAlone && clip === long[0]
        ? `${kind}: ${clip.id} has no other clip to take the partner from`
        : `${kind}: ${clip.id} has ${clip.frames} frames, ${needed(clip)} are needed`,
    })),
  };
}

type Made = Pick<CoordinationClips, "normal" | "anomalous">;

/** A clip made from another. */
function named(clip: Clip, what: string, x: Float32Array, y: Float32Array): Clip {
  const frames = clip.frames * x.length / clip.x.length;
  return checkClip({ ...clip, id: `${clip.id}~${what}`, frames, x, y });
}

/** The clip in the frame of its pair, with the floor at 0. */
function toPairFrame(clip: Clip): Clip {
  const { x, y } = prepareClip(clip, { frames: clip.frames, align: "pair-yaw", scale: "none" });
  const floor = floorHeight({ frames: clip.frames, x, y });
  for (const person of [x, y]) for (let p = 1; p < person.length; p += 3) person[p] -= floor;
  return { ...clip, up: "y", x, y };
}

/** Height of the floor in a clip whose y axis points up: the median over time of the lowest joint. */
export function floorHeight({ frames, x, y }: Pick<Clip, "frames" | "x" | "y">): number {
  const width = x.length / frames;
  const lowest = Array.from({ length: frames }, (_, t) => {
    let least = Infinity;
    for (let p = t * width + 1; p < (t + 1) * width; p += 3) least = Math.min(least, x[p], y[p]);
    return least;
  }).sort((a, b) => a - b);
  return lowest[lowest.length >> 1];
}

/** Each clip with person 2 of another one. Sorted by group, the partner stands as many places further on as the largest group has
 * clips: that is another group, unless one group has more than half of the clips. */
function exchangePartners(pairs: readonly Clip[], random: Random): Made[] {
  const groups = new Map<string, Clip[]>();
  for (const pair of random.shuffle(pairs)) groups.set(pair.group, [...groups.get(pair.group) ?? [], pair]);
  const sorted = [...groups.values()].flat(),
    largest = Math.max(...[...groups.values()].map((g) => g.length));
  const step = largest === sorted.length ? 1 : largest;
  return pairs.map((pair) => {
    const other = sorted[(sorted.indexOf(pair) + step) % sorted.length];
    const y = resample(other.y, other.frames, pair.frames);
    return { normal: [pair], anomalous: [named(pair, `partner ${other.id}`, pair.x, y)] };
  });
}

function shift(pair: Clip, frames: number, kind: string): Made {
  const offset = frames * pair.x.length / pair.frames;
  const before = (person: Float32Array) => person.slice(0, person.length - offset);
  const after = (person: Float32Array) => person.slice(offset);
  const { x, y } = pair;
  return {
    normal: [
      named(pair, `${kind} before`, before(x), before(y)),
      named(pair, `${kind} after`, after(x), after(y)),
    ],
    anomalous: [
      named(pair, `${kind} late`, after(x), before(y)),
      named(pair, `${kind} early`, before(x), after(y)),
    ],
  };
}

function slow(pair: Clip): Made {
  const { frames } = pair;
  const [x, y] = [pair.x, pair.y].map((person) => sampleFrames(person, frames, frames, (t) => t / SLOWING));
  return {
    normal: [pair, named(pair, "slow both", x, y)],
    anomalous: [named(pair, "slow second", pair.x, y), named(pair, "slow first", x, pair.y)],
  };
}

function changeDistance(pair: Clip, seed: number): Made {
  const { x, y, skeleton } = pair;
  const place = (person: Float32Array) =>
    skeleton.pelvis.reduce((sum, joint) => sum + person[joint * 3] / skeleton.pelvis.length, 0);
  const isClose = place(y) - place(x) < 2 * STEP;
  const farther = isClose || new Random(hashSeed(seed, `distance ${pair.id}`)).chance(0.5);
  const moved = y.map((value, p) => p % 3 === 0 ? value + (farther ? STEP : -STEP) : value);
  return { normal: [pair], anomalous: [named(pair, farther ? "farther" : "nearer", x, moved)] };
}
