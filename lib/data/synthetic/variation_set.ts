/** Sets of subtle variations of synthetic clips, as anomalies beside normal clips of the same category. */
import { UsageError } from "../../core/errors.ts";
import type { Clip } from "../clip.ts";
import { type ClipOptions, drawCircumstances, generateClip, placeInSet } from "./mod.ts";
import { type Variation, variationsOf } from "./variations.ts";

/** A set of subtle variations to generate. */
export interface VariationOptions extends Omit<ClipOptions, "group" | "variation"> {
  /** Clips of each variation; 40 if absent. */
  readonly clipsPerVariation?: number;
  /** Variations; all of the category if absent. */
  readonly variations?: readonly Variation[];
  /** Number of pairs of people; 10 if absent. */
  readonly groups?: number;
}

/** A clip of a variation. */
export interface VariedClip {
  /** The clip. Its id is that of its twin in `generateDataset` with the same seed and groups, `~`, and the variation. */
  readonly clip: Clip;
  /** What is wrong in it. */
  readonly variation: Variation;
}

/** Generate subtle variations of clips of one category. Without its variation, a clip is one of `generateDataset` with the same seed
 * and groups. For `other-hand`, clips whose actor leads with the left hand, one in five, are passed over.
 * @throws {UsageError} If the category is unknown or has no such variation.
 * @example
 * ```ts
 * import { generateVariations } from "@lab/iadnet/data";
 * import { assertEquals } from "@std/assert";
 * const varied = generateVariations({ seed: 0, category: "handshake", clipsPerVariation: 2, variations: ["missed"] });
 * assertEquals(varied.map(({ clip }) => clip.id), ["handshake/0000~missed", "handshake/0001~missed"]);
 * ```
 */
export function generateVariations(options: VariationOptions): VariedClip[] {
  const { seed, category, clipsPerVariation = 40, groups = 10, ...given } = options;
  const { variations = variationsOf(category), ...rest } = given, varied: VariedClip[] = [];
  if (variations.length === 0) throw new UsageError(`Cannot vary ${category}: it has no variations`);
  for (const variation of variations) {
    for (let k = 0, made = 0; made < clipsPerVariation; k++) {
      const place = placeInSet(seed, category, k, groups);
      const { encounter } = drawCircumstances(category, place.seed, place.group, rest.fps ?? 30);
      if (variation === "other-hand" && encounter.hands[0] === "left") continue;
      const clip = generateClip({ ...rest, category, variation, ...place });
      varied.push({
        clip: { ...clip, id: `${category}/${String(k).padStart(4, "0")}~${variation}` },
        variation,
      });
      made++;
    }
  }
  return varied;
}
