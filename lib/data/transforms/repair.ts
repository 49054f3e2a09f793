/** Filters and repairs of clips, by name. */
import { UsageError } from "../../core/errors.ts";
import type { Clip } from "../clip.ts";
import type { SkippedClip } from "../clip_source.ts";
import { categoriesOf, type Dataset } from "../dataset.ts";
import { changePlaces, measureQuality } from "./quality.ts";

/** Filters: whether to keep a clip, and why it is left out. */
const filters: Readonly<Record<string, readonly [keep: (clip: Clip) => boolean, why: string]>> = {
  "drop-frozen": [(clip) => measureQuality(clip).frozen < clip.fps / 2, "nobody moves for half a second"],
  "drop-jumps": [(clip) => measureQuality(clip).jumps === 0, "a joint is faster than 20 m/s"],
  "drop-short": [(clip) => clip.frames / clip.fps >= 0.5, "it is shorter than half a second"],
};

const repairs: Readonly<Record<string, (clip: Clip) => Clip>> = { unswap };

/** Names of the filters and repairs. */
const TREATMENTS: readonly string[] = [...Object.keys(filters), ...Object.keys(repairs)];

/** Apply filters and repairs in the given order. The clips that a filter drops are listed in `skipped`, the names in
 * `treatments`, which every result records.
 *
 * - `drop-frozen`, `drop-jumps`, `drop-short`: leave clips out;
 * - `unswap`: people who change places between two frames are changed back.
 * @throws {UsageError} If a name is unknown, or no clip is left.
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
  const { clips, skipped } = treatClips(dataset.clips, names);
  if (clips.length === 0) throw new UsageError(`Cannot treat clips: ${names.join(", ")} left none`);
  return {
    ...dataset,
    clips,
    skipped: [...dataset.skipped, ...skipped],
    treatments: [...dataset.treatments ?? [], ...names],
    categories: categoriesOf(clips),
  };
}

/** Apply filters and repairs to clips, in the given order.
 * @returns The clips that are left, and the ones that are not.
 * @throws {UsageError} If a name is unknown. */
export function treatClips(
  clips: readonly Clip[],
  names: readonly string[],
): Pick<Dataset, "clips" | "skipped"> {
  const unknown = names.find((name) => !TREATMENTS.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`Cannot treat clips: unknown name ${unknown}, known are ${TREATMENTS.join(", ")}`);
  }
  const skipped: SkippedClip[] = [];
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
  return { clips, skipped };
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
