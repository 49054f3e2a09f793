/** False alarms: how often normal test clips raise the alarm, by category and by group. */
import { UsageError } from "../core/errors.ts";
import { checkSettings, FRACTION } from "../core/options.ts";
import { Z95 } from "./normal.ts";

/** A normal test clip and its p-value. */
export interface NormalClip {
  /** Category of the clip and of the detector. */
  readonly category: string;
  /** Group of the clip, such as the people or the session. */
  readonly group: string;
  /** p-value by the category's detector, in (0, 1]. */
  readonly p: number;
}

/** Rate of false alarms on some normal clips. */
export interface AlarmRate {
  /** Number of normal clips. */
  readonly normals: number;
  /** Number of them with p <= alpha. */
  readonly alarms: number;
  /** alarms / normals. */
  readonly rate: number;
  /** Wilson's 95 % interval of the rate, [low, high], for clips that raise the alarm independently. Clips of one group do not: an
   * interval over few groups is too narrow. */
  readonly ci: readonly [number, number];
}

/** Rates of false alarms at one level. */
export interface FalseAlarms extends AlarmRate {
  /** An alarm is raised at p-values up to this. */
  readonly alpha: number;
  /** Rate by category, in the order in which the categories first occur. */
  readonly categories: Readonly<Record<string, AlarmRate>>;
  /** Rate by group, sorted by name. */
  readonly groups: Readonly<Record<string, AlarmRate>>;
}

/** Count false alarms. On groups that no training clip belongs to, the rates say how a detector treats new people.
 * @param clips At least one.
 * @throws {UsageError} If there is no clip, or alpha is not between 0 and 1.
 * @example
 * ```ts
 * import { falseAlarms } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * const clips = [0.02, 0.3, 0.7, 0.05].map((p, i) => ({ category: "hug", group: i < 2 ? "a" : "b", p }));
 * const { rate, groups } = falseAlarms(clips, 0.04);
 * assertEquals([rate, groups.a.rate, groups.b.rate], [0.25, 0.5, 0]);
 * ```
 */
export function falseAlarms(clips: readonly NormalClip[], alpha: number): FalseAlarms {
  checkSettings<{ alpha: number }>("count false alarms", { alpha }, { alpha: FRACTION });
  if (clips.length === 0) throw new UsageError("Cannot count false alarms: expected normal clips, got none");
  const rates = (keyOf: (clip: NormalClip) => string, keys: readonly string[]) =>
    Object.fromEntries(
      keys.map((key) => [key, alarmRate(clips.filter((clip) => keyOf(clip) === key), alpha)]),
    );
  const category = (clip: NormalClip) => clip.category, group = (clip: NormalClip) => clip.group;
  return {
    alpha,
    ...alarmRate(clips, alpha),
    categories: rates(category, [...new Set(clips.map(category))]),
    groups: rates(group, [...new Set(clips.map(group))].sort()),
  };
}

/** Rate of p-values up to alpha, with the interval of Wilson (1927). */
function alarmRate(clips: readonly NormalClip[], alpha: number): AlarmRate {
  const normals = clips.length, alarms = clips.filter(({ p }) => p <= alpha).length, rate = alarms / normals;
  const scale = 1 + Z95 ** 2 / normals, middle = (rate + Z95 ** 2 / (2 * normals)) / scale;
  const half = Z95 / scale * Math.sqrt(rate * (1 - rate) / normals + Z95 ** 2 / (4 * normals ** 2));
  const low = alarms === 0 ? 0 : middle - half, high = alarms === normals ? 1 : middle + half;
  return { normals, alarms, rate, ci: [low, high] };
}
