/** Synthetic two-person interactions: seeded, for any registered skeleton.
 *
 * People differ in stature, proportions, posture and stride; clips in timing, size, handedness, who acts, who is person
 * 1, place and heading in the room, sensor noise and drift, and chance movements. The clip's length says nothing. */
import { checkOptions } from "../../core/options.ts";
import { createHash } from "node:crypto";
import { UsageError } from "../../core/errors.ts";
import { hashSeed, Random } from "../../core/random.ts";
import { checkClip, type Clip } from "../clip.ts";
import { categoriesOf, type Dataset, showingDataset } from "../dataset.ts";
import { rotateVertical } from "../transforms/prepare.ts";
import type { Skeleton } from "../skeleton.ts";
import { SBU15 } from "../skeletons.ts";
import { foldsByGroup } from "../split.ts";
import { addNoise, performRole } from "./perform.ts";
import { drawManner, type Manner, pulse, type Reach, type Role } from "./person.ts";
import { type Encounter, playScript, SYNTHETIC_CATEGORIES } from "./scripts.ts";
import { playVariation, type Variation } from "./variations.ts";

/** One clip to generate. */
export interface ClipOptions {
  /** One of `SYNTHETIC_CATEGORIES`. */
  readonly category: string;
  /** Seed of everything in the clip except the two people's build and manner. */
  readonly seed: number;
  /** The pair of people, such as `g01`: the same name is the same two people. */
  readonly group?: string;
  /** Skeleton; SBU's 15 joints if absent. */
  readonly skeleton?: Skeleton;
  /** Frames per second; 30 if absent. */
  readonly fps?: number;
  /** Standard deviation of the sensor's white noise, metres; 0.01 if absent. */
  readonly noise?: number;
  /** What is subtly wrong: one of `variationsOf(category)`. Everything else is as in the clip without it, which is its twin. */
  readonly variation?: Variation;
}

/** A set of clips to generate. */
export interface SyntheticOptions extends Omit<ClipOptions, "category" | "group" | "variation"> {
  /** Seed of every random choice. */
  readonly seed: number;
  /** Clips of each category; 40 if absent. */
  readonly clipsPerCategory?: number;
  /** Categories; all if absent. */
  readonly categories?: readonly string[];
  /** Number of pairs of people; 10 if absent. */
  readonly groups?: number;
}

/** Generate one clip: 1.5 to 4 seconds, y up, metres. The same options give the same bits.
 * @throws {UsageError} If the category is unknown, or the skeleton has a joint that the body lacks.
 * @example
 * ```ts
 * import { generateClip } from "@lab/iadnet/data";
 * import { assertEquals } from "@std/assert";
 * assertEquals(generateClip({ category: "hug", seed: 1 }), generateClip({ category: "hug", seed: 1 }));
 * ```
 */
export function generateClip(options: ClipOptions): Clip {
  checkOptions("generate a clip", options, [
    "category",
    "seed",
    "group",
    "skeleton",
    "fps",
    "noise",
    "variation",
  ]);
  const { category, seed, group = "g01", skeleton = SBU15, fps = 30, noise = 0.01, variation } = options;
  if (!SYNTHETIC_CATEGORIES.includes(category)) {
    throw new UsageError(
      `Cannot generate category ${category}: known are ${SYNTHETIC_CATEGORIES.join(", ")}`,
    );
  }
  const { random, frames, encounter } = drawCircumstances(category, seed, group, fps),
    { manners } = encounter;
  const played = variation === undefined
    ? playScript(category, encounter)
    : playVariation(category, encounter, variation, frames / fps, new Random(hashSeed(seed, variation)));
  const roles = played.map((role) => distract(role, random));
  const width = skeleton.joints.length * 3;
  const [one, two] = (["actor", "reactor"] as const).map((name, i) =>
    performRole(manners[i], roles[i], i === 0 ? 1 : -1, frames, skeleton, random.fork(name))
  );
  const [x, y] = random.chance(0.5) ? [one, two] : [two, one];
  placeInRoom(x, y, random);
  for (const values of [x, y]) addNoise(values, width, noise, random);
  const id = `${category}/${seed}`;
  return checkClip({ id, category, group, fps, skeleton, frames, x, y, up: "y" });
}

/** What is drawn before the script is played. */
export function drawCircumstances(
  category: string,
  seed: number,
  group: string,
  fps: number,
): { random: Random; frames: number; encounter: Encounter } {
  const random = new Random(hashSeed(seed, category)), people = new Random(hashSeed(0, group));
  const pair: [Manner, Manner] = [drawManner(people), drawManner(people)];
  const manners: [Manner, Manner] = random.chance(0.5) ? pair : [pair[1], pair[0]];
  const frames = Math.max(2, Math.round(random.uniform(1.5, 4) * fps));
  return { random, frames, encounter: drawEncounter(random, manners) };
}

/** Generate clips of several categories. A clip does not depend on which others are generated; its id is
 * `<category>/<number>`, and the groups take turns.
 * @throws {UsageError} If a category is unknown. */
export function generateDataset(options: SyntheticOptions): Clip[] {
  const { seed, clipsPerCategory = 40, categories = SYNTHETIC_CATEGORIES, groups = 10, ...rest } = options;
  const clips: Clip[] = [];
  for (const category of [...categories].sort()) {
    for (let k = 0; k < clipsPerCategory; k++) {
      const clip = generateClip({ ...rest, category, ...placeInSet(seed, category, k, groups) });
      clips.push({ ...clip, id: `${category}/${String(k).padStart(4, "0")}` });
    }
  }
  return clips;
}

/** Seed and group of clip `k` of a category. */
export function placeInSet(
  seed: number,
  category: string,
  k: number,
  groups: number,
): Required<Pick<ClipOptions, "group" | "seed">> {
  const group = `g${String(k % groups + 1).padStart(2, "0")}`;
  return { group, seed: hashSeed(seed, `${category} ${k}`) };
}

/** Generate synthetic interactions as a data set, with 5 folds by group.
 * @throws {UsageError} If a category is unknown. */
export function syntheticDataset(options: SyntheticOptions): Dataset {
  const clips = generateDataset(options);
  const hash = createHash("sha256").update(JSON.stringify(options));
  for (const clip of clips) hash.update(clip.x).update(clip.y);
  return showingDataset({
    format: "synthetic",
    clips,
    folds: foldsByGroup(clips),
    skipped: [],
    hash: hash.digest("hex"),
    categories: categoriesOf(clips),
  });
}

/** Settings of the format `synthetic`, after the seed: the key, and the option that it sets. */
const SETTINGS = { noise: "noise", clips: "clipsPerCategory", groups: "groups", fps: "fps" } as const;

/** The format `synthetic`: all categories, generated from a seed, such as `0`. Settings may follow it: `7,noise=0.03,clips=24` has a
 * sensor's noise of 3 cm and 24 clips of each category; `groups` and `fps` are the others.
 * @throws {UsageError} If the seed is not an integer, or a setting is unknown or not a positive number. */
export function openSynthetic(text: string): Dataset {
  const refuse = (why: string) => new UsageError(`Cannot generate clips: ${why}`);
  const [seed, ...settings] = text.split(",");
  if (!Number.isInteger(Number(seed))) throw refuse(`the seed must be an integer, got ${seed}`);
  const options = settings.map((setting) => {
    const [key, value] = setting.split("="), size = Number(value);
    if (!Object.hasOwn(SETTINGS, key)) {
      throw refuse(`unknown setting ${key}, known are ${Object.keys(SETTINGS).join(", ")}`);
    }
    const isWhole = key === "noise" || Number.isInteger(size);
    if (!(size > 0 && size < 1e6 && isWhole)) throw refuse(`${key} must be a positive number, got ${value}`);
    return [SETTINGS[key as keyof typeof SETTINGS], size];
  });
  return syntheticDataset({ seed: Number(seed), ...Object.fromEntries(options) });
}

function drawEncounter(random: Random, manners: readonly [Manner, Manner]): Encounter {
  const begin = random.uniform(0.12, 0.45),
    rising = random.uniform(0.08, 0.2),
    holding = random.uniform(0.1, 0.3);
  const side = () => random.chance(0.8) ? "right" as const : "left" as const;
  return {
    random,
    manners,
    near: random.uniform(0.32, 0.56),
    far: random.uniform(0.8, 1.5),
    times: [begin, begin + rising, begin + rising + holding, Math.min(0.98, begin + 2 * rising + holding)],
    delay: random.uniform(0.01, 0.08),
    size: random.uniform(0.7, 1.3),
    hands: [side(), side()],
  };
}

/** With probability one half, add a chance movement of one hand (scratching, straightening clothes) below the script's own. */
function distract(role: Role, random: Random): Role {
  if (!random.chance(0.5)) return role;
  const at = random.uniform(0, 0.8), height = random.uniform(0.9, 1.6), aside = random.normal(0, 0.25);
  const limb = random.chance(0.5) ? "left_hand" as const : "right_hand" as const;
  const size = random.uniform(0.2, 0.7);
  const movement: Reach = {
    limb,
    amount: (t) => size * pulse(t, at, at + 0.1, at + 0.15, at + 0.3),
    place: () => [aside, height, 0],
  };
  return { ...role, reaches: [movement, ...role.reaches] };
}

/** Rotate and move both people anywhere in the room. */
function placeInRoom(x: Float32Array, y: Float32Array, random: Random): void {
  rotateVertical(x, y, random.uniform(-Math.PI, Math.PI));
  const dx = random.uniform(-2, 2), dz = random.uniform(1, 4);
  for (const values of [x, y]) {
    for (let p = 0; p < values.length; p += 3) {
      values[p] += dx;
      values[p + 2] += dz;
    }
  }
}
