/**
 * What a report shows, as plain data: the page reads it as JSON. Arrays of numbers are base64 of little-endian values.
 *
 * @module
 */
import type { CategoryResult, Results } from "../experiments/results.ts";

/** Why a clip is shown. */
export type CaseKind = "false alarm" | "miss" | "typical normal" | "typical anomaly" | "dropped";

/** A clip that can be played. */
export interface PlayedClip {
  /** Its id. */
  readonly id: string;
  /** Its interaction class. */
  readonly category: string;
  /** Name of its skeleton. */
  readonly skeleton: string;
  /** Frames of the recording, and frames a second. */
  readonly frames: number;
  readonly fps: number;
  /** Frames that are embedded, evenly spaced over the recording. */
  readonly kept: number;
  /** Metres of one unit of `joints`. */
  readonly step: number;
  /** int16 [kept, 2, D, 3]: y up, person 1 looks along +x towards person 2. */
  readonly joints: string;
}

/** Why a clip scores as it does, against the nearest normal clip. */
export interface CaseExplanation {
  /** The nearest normal clip: its place in `clips`, and its score in nats. */
  readonly nearest: number;
  readonly nearestScore: number;
  /** Frames that the model reads. */
  readonly frames: number;
  /** uint8 [frames, 2, D]: contribution of each joint, `unit` nats each; 0 where it lowers the score. */
  readonly joints: string;
  readonly unit: number;
}

/** Scores over time. */
export interface CaseCurve {
  /** `frames`: the score of each frame, by a model that reads windows. `running`: the nearest normal clip's score and what
   * the frames so far add to it; it ends near the clip's score. */
  readonly kind: "frames" | "running";
  /** float32, nats, evenly spaced over the recording. */
  readonly values: string;
  /** Where the alarm begins, nats; null if no alarm can come. */
  readonly alarm: number | null;
}

/** A clip as one category's detector sees it. */
export interface ShownCase {
  /** Place in `clips`. */
  readonly clip: number;
  /** The category whose detector scored it. */
  readonly category: string;
  readonly kind: CaseKind;
  /** Score in nats. */
  readonly score: number;
  /** p-value; absent if the model is not calibrated. */
  readonly p?: number;
  readonly explanation?: CaseExplanation;
  readonly curve?: CaseCurve;
}

/** A category: its result, the scores packed. */
export interface ReportCategory extends Omit<CategoryResult, "scores"> {
  /** uint32: each test clip's place in `ids`. */
  readonly clips: string;
  /** float64, nats. */
  readonly scores: string;
  /** uint8: 1 = anomalous. */
  readonly anomalous: string;
  /** Score above which a clip raises the alarm, nats; null if no alarm can come, absent if nothing is known. */
  readonly alarm?: number | null;
}

/** A skeleton as the player draws it. */
export interface ShownSkeleton {
  readonly joints: readonly string[];
  readonly parents: readonly number[];
  /** Joints whose mean is the pelvis. */
  readonly pelvis: readonly number[];
}

/** What a server says of a clip that was sent to it. Places are within its own `clips`. */
export interface Scored {
  readonly skeletons: Readonly<Record<string, ShownSkeleton>>;
  readonly clips: readonly PlayedClip[];
  readonly cases: readonly ShownCase[];
  /** What was left out, in a sentence; empty if nothing was. */
  readonly left: string;
}

/** All that a page shows. */
export interface ReportData extends Omit<Results, "categories"> {
  /** Name of the run's folder. */
  readonly name: string;
  /** False-alarm rate of the alarm line. */
  readonly alpha: number;
  /** Ids of the test clips. */
  readonly ids: readonly string[];
  readonly categories: readonly ReportCategory[];
  readonly skeletons: Readonly<Record<string, ShownSkeleton>>;
  readonly clips: readonly PlayedClip[];
  readonly cases: readonly ShownCase[];
  /** Why there are no clips, or not all that there should be; absent if there is nothing to say. */
  readonly note?: string;
  /** Whether the page can send clips to be scored. */
  readonly live?: boolean;
}
