/** Filters and repairs of clips, by name. */
import { DataError, UsageError } from "../../core/errors.ts";
import type { Clip } from "../clip.ts";
import { categoriesOf, type Dataset } from "../dataset.ts";
import { fillGaps } from "./gaps.ts";
import { changePlaces, measureQuality } from "./quality.ts";

/** Filters: whether to keep a clip, and why it is left out. */
const filters: Readonly<Record<string, readonly [keep: (clip: Clip) => boolean, why: string]>> = {
  "drop-frozen": [(clip) => measureQuality(clip).frozen < clip.fps / 2, "nobody moves for half a second"],
  "drop-jumps": [(clip) => measureQuality(clip).jumps === 0, "a joint is faster than 20 m/s"],
  "drop-missing": [(clip) => measureQuality(clip).missing === 0, "a joint is missing in a frame"],
  "drop-short": [(clip) => clip.frames / clip.fps >= 0.5, "it is shorter than half a second"],
};

const repairs: Readonly<Record<string, (clip: Clip) => Clip>> = { "fill-missing": fillMissing, unswap };

/** Names of the filters and repairs. */
const TREATMENTS: readonly string[] = [...Object.keys(filters), ...Object.keys(repairs)];

/** Apply filters and repairs in the given order. The clips that a filter drops are listed in `skipped`, the names in
 * `treatments`, which every result records.
 *
 * - `drop-frozen`, `drop-jumps`, `drop-missing`, `drop-short`: leave clips out;
 * - `fill-missing`: joints at exactly the origin are interpolated;
 * - `unswap`: people who change places between two frames are changed back.
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
    if (Object.hasOwn(repairs, name)) clips = clips.map(repairs[name]);
    else {
      const [keep, why] = filters[name];
      clips = clips.filter((clip) => {
        const kept = keep(clip);
        if (!kept) skipped.push({ file: clip.id, reason: `${name}: ${clip.id}: ${why}` });
        return kept;
      });
    }
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
  const { joints } = clip.skeleton;
  const fill = (person: Float32Array) => {
    const out = person.slice();
    for (let p = 0; p < out.length; p += 3) {
      if (out[p] === 0 && out[p + 1] === 0 && out[p + 2] === 0) out.fill(NaN, p, p + 3);
    }
    fillGaps(
      out,
      clip.frames,
      joints.length,
      (joint) =>
        new DataError(`Cannot fill in ${joints[joint]} of ${clip.id}: it is missing in every frame`, clip.id),
    );
    return out;
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
