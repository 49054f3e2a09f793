/**
 * Filters and repairs of clips, by name.
 *
 * @module
 */
import { DataError, UsageError } from "../../core/errors.ts";
import type { Clip } from "../clip.ts";
import { categoriesOf, type Dataset } from "../dataset.ts";
import { fillGaps } from "./gaps.ts";
import { changePlaces, measureQuality } from "./quality.ts";

/** Whether to keep a clip. */
type Filter = (clip: Clip) => boolean;
/** Repair a clip. */
type Repair = (clip: Clip) => Clip;

const filters: Readonly<Record<string, { keep: Filter; what: string }>> = {
  "drop-frozen": {
    keep: (clip) => measureQuality(clip).frozen < clip.fps / 2,
    what: "nobody moves for half a second",
  },
  "drop-jumps": { keep: (clip) => measureQuality(clip).jumps === 0, what: "a joint is faster than 20 m/s" },
  "drop-missing": {
    keep: (clip) => measureQuality(clip).missing === 0,
    what: "a joint is missing in a frame",
  },
  "drop-short": { keep: (clip) => clip.frames / clip.fps >= 0.5, what: "it is shorter than half a second" },
};

const repairs: Readonly<Record<string, Repair>> = {
  "fill-missing": fillMissing,
  "unswap": unswap,
};

/** Names of the filters and repairs. */
export const TREATMENTS: readonly string[] = [...Object.keys(filters), ...Object.keys(repairs)];

/** Apply filters and repairs in the given order. The clips that a filter drops are listed in `skipped`, the names in
 * `treatments`, which every result records.
 *
 * - `drop-frozen`, `drop-jumps`, `drop-missing`, `drop-short`: leave clips out;
 * - `fill-missing`: joints at exactly the origin are interpolated;
 * - `unswap`: people who change places between two frames are changed back.
 *
 * @throws {UsageError} If a name is unknown, or no clip is left. @throws {DataError} If a joint is missing in every frame.
 * @example
 * ```ts
 * import { syntheticDataset } from "@lab/iadnet";
 * import { treatDataset } from "@lab/iadnet/data";
 * import { assertEquals } from "@std/assert";
 * const dataset = syntheticDataset({ seed: 0, clipsPerCategory: 3, categories: ["hug"] });
 * assertEquals(treatDataset(dataset, ["drop-jumps", "unswap"]).clips.length, 3);
 * ```
 */
export function treatDataset(dataset: Dataset, names: readonly string[]): Dataset {
  const unknown = names.find((name) => !TREATMENTS.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`Cannot treat clips: unknown name ${unknown}, known are ${TREATMENTS.join(", ")}`);
  }
  let clips = dataset.clips;
  const skipped = [...dataset.skipped];
  for (const name of names) {
    if (Object.hasOwn(repairs, name)) {
      clips = clips.map(repairs[name]);
      continue;
    }
    const { keep, what } = filters[name];
    const kept = clips.filter(keep), left = new Set(kept);
    for (const clip of clips) {
      if (!left.has(clip)) skipped.push({ file: clip.id, reason: `${name}: ${clip.id}: ${what}` });
    }
    clips = kept;
  }
  if (clips.length === 0) throw new UsageError(`Cannot treat clips: ${names.join(", ")} left none`);
  return {
    ...dataset,
    clips,
    skipped,
    treatments: [...dataset.treatments ?? [], ...names],
    categories: categoriesOf(clips),
  };
}

function fillMissing(clip: Clip): Clip {
  const fill = (person: Float32Array) => {
    const out = person.slice();
    let holes = false;
    for (let p = 0; p < out.length; p += 3) {
      if (out[p] !== 0 || out[p + 1] !== 0 || out[p + 2] !== 0) continue;
      out.fill(NaN, p, p + 3);
      holes = true;
    }
    if (!holes) return out;
    const { lost } = fillGaps(out, clip.frames, clip.skeleton.joints.length);
    if (lost === undefined) return out;
    throw new DataError(
      `Cannot fill in ${clip.skeleton.joints[lost]} of ${clip.id}: it is missing in every frame`,
      clip.id,
    );
  };
  return { ...clip, x: fill(clip.x), y: fill(clip.y) };
}

function unswap(clip: Clip): Clip {
  const { frames } = clip, width = clip.x.length / frames, x = clip.x.slice(), y = clip.y.slice();
  for (let t = 1; t < frames; t++) {
    if (!changePlaces(x, y, t, width)) continue;
    const own = x.slice(t * width, (t + 1) * width);
    x.set(y.subarray(t * width, (t + 1) * width), t * width);
    y.set(own, t * width);
  }
  return { ...clip, x, y };
}
