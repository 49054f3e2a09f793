/** Chooses the clips that a report shows, and how many frames of each, so that the file stays small. */
import type { CategoryResult } from "../experiments/results.ts";
import type { ScoredClip } from "../metrics/macro.ts";
import type { CaseKind } from "./types.ts";

/** How much is shown. */
export interface Extent {
  /** Number of the normal clips with the highest scores, and of the anomalous ones with the lowest, of a category. */
  readonly worst: number;
  /** Number of typical normal, and of typical anomalous, clips of a category. */
  readonly typical: number;
  /** Most frames of a clip. */
  readonly frames: number;
  /** Points at which an explanation takes gradients. */
  readonly points: number;
}

/** Extents, the largest first. */
const EXTENTS: readonly Extent[] = [
  { worst: 5, typical: 1, frames: 90, points: 16 },
  { worst: 4, typical: 1, frames: 60, points: 16 },
  { worst: 3, typical: 1, frames: 60, points: 8 },
  { worst: 2, typical: 1, frames: 48, points: 8 },
  { worst: 2, typical: 0, frames: 36, points: 4 },
  { worst: 2, typical: 0, frames: 24, points: 4 },
  { worst: 1, typical: 0, frames: 36, points: 4 },
];

/** Most bytes of joints in a report, before base64. */
const MOST_BYTES = 5_200_000;

/** Most bytes of joints up to which other test clips are added, so that they can be played. */
export const MOST_PLAYED_BYTES = 4_000_000;

/** Most work of all explanations: the cost of a gradient grows about as the square of the number of joints. */
const MOST_WORK = 7_000_000;

/** Choose clips of a category: the normal ones with the highest scores, the anomalous ones with the lowest, and some of medium
 * score. Each clip is chosen once; equal scores are ordered by id. */
export function chooseClips(
  { scores }: CategoryResult,
  { worst, typical }: Extent,
): { clip: ScoredClip; kind: CaseKind }[] {
  const order = (anomalous: boolean) =>
    scores.filter((s) => s.anomalous === anomalous)
      .sort((a, b) => (anomalous ? 1 : -1) * (a.score - b.score) || (a.clip < b.clip ? -1 : 1));
  const normals = order(false), anomalies = order(true);
  const middle = (list: readonly ScoredClip[]) => {
    const rest = list.slice(worst), start = Math.floor((rest.length - typical) / 2);
    return rest.slice(Math.max(0, start), Math.max(0, start) + typical);
  };
  const as = (kind: CaseKind) => (clip: ScoredClip) => ({ clip, kind });
  return [
    ...normals.slice(0, worst).map(as("highest normal")),
    ...anomalies.slice(0, worst).map(as("lowest anomaly")),
    ...middle(normals).map(as("typical normal")),
    ...middle(anomalies).map(as("typical anomaly")),
  ];
}

/** Largest extent that fits into a report; the smallest if none does.
 * @param joints Joints of one person. @param frames Frames of the longest clip. */
export function chooseExtent(categories: readonly CategoryResult[], joints: number, frames: number): Extent {
  const fits = (extent: Extent) => {
    const chosen = categories.flatMap((category) => chooseClips(category, extent));
    // Each clip has a nearest normal clip; several often share one.
    const clips = new Set(chosen.map(({ clip }) => clip.clip)).size + chosen.length * 0.75;
    const bytes = clips * Math.min(frames, extent.frames) * joints * 12;
    const work = chosen.length * (extent.points + 2) * (joints + 16) ** 2;
    return bytes <= MOST_BYTES && work <= MOST_WORK;
  };
  return EXTENTS.find(fits) ?? EXTENTS[EXTENTS.length - 1];
}
