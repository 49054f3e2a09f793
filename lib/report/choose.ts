/**
 * Which clips a report shows of each category, and with how many frames, so that the file stays small.
 *
 * @module
 */
import type { CategoryResult } from "../experiments/results.ts";
import type { ScoredClip } from "../metrics/macro.ts";
import type { CaseKind } from "./types.ts";

/** A clip that is to be shown. */
export interface Choice {
  readonly clip: ScoredClip;
  readonly kind: CaseKind;
}

/** How much is shown. */
export interface Extent {
  /** Worst false alarms and worst misses of a category, each. */
  readonly worst: number;
  /** Typical clips of each kind. */
  readonly typical: number;
  /** Most frames of a clip. */
  readonly frames: number;
  /** Points at which an explanation takes gradients. */
  readonly points: number;
}

/** From the most to the least that is shown. */
const EXTENTS: readonly Extent[] = [
  { worst: 5, typical: 1, frames: 90, points: 16 },
  { worst: 4, typical: 1, frames: 60, points: 16 },
  { worst: 3, typical: 1, frames: 60, points: 8 },
  { worst: 2, typical: 1, frames: 48, points: 8 },
  { worst: 2, typical: 0, frames: 36, points: 4 },
  { worst: 2, typical: 0, frames: 24, points: 4 },
  { worst: 1, typical: 0, frames: 36, points: 4 },
];

/** Bytes of joints that a report holds at most, before base64. */
const MOST_BYTES = 5_200_000;

/** What explanations cost together at most: a gradient's cost grows about as the square of the joints. */
const MOST_WORK = 7_000_000;

/** The clips of one category: normal ones with the highest scores, anomalous ones with the lowest, and those in the middle. A
 * clip is there once. Equal scores go by id. */
export function chooseClips({ scores }: CategoryResult, { worst, typical }: Extent): Choice[] {
  const order = (anomalous: boolean) =>
    scores.filter((s) => s.anomalous === anomalous)
      .sort((a, b) => (anomalous ? 1 : -1) * (a.score - b.score) || (a.clip < b.clip ? -1 : 1));
  const normals = order(false), anomalies = order(true);
  const middle = (list: readonly ScoredClip[]) => {
    const rest = list.slice(worst), start = Math.floor((rest.length - typical) / 2);
    return rest.slice(Math.max(0, start), Math.max(0, start) + typical);
  };
  const as = (kind: CaseKind) => (clip: ScoredClip): Choice => ({ clip, kind });
  return [
    ...normals.slice(0, worst).map(as("false alarm")),
    ...anomalies.slice(0, worst).map(as("miss")),
    ...middle(normals).map(as("typical normal")),
    ...middle(anomalies).map(as("typical anomaly")),
  ];
}

/** The most that fits.
 *
 * @param joints Joints of one person. @param frames Frames of the longest clip.
 */
export function chooseExtent(categories: readonly CategoryResult[], joints: number, frames: number): Extent {
  const fits = (extent: Extent) => {
    const chosen = categories.flatMap((category) => chooseClips(category, extent));
    // Each has a nearest normal clip, which is often that of another one, too.
    const clips = new Set(chosen.map(({ clip }) => clip.clip)).size + chosen.length * 0.75;
    const bytes = clips * Math.min(frames, extent.frames) * joints * 12;
    const work = chosen.length * (extent.points + 2) * (joints + 16) ** 2;
    return bytes <= MOST_BYTES && work <= MOST_WORK;
  };
  return EXTENTS.find(fits) ?? EXTENTS[EXTENTS.length - 1];
}
