/** The data of a report, which the page reads as JSON. Arrays of numbers are base64 of little-endian values. */
import type { Clip } from "../data/clip.ts";
import type { Skeleton } from "../data/skeleton.ts";
import type { CategoryResult, Results } from "../experiments/results.ts";

/** Why a clip is shown. */
export type CaseKind =
  | "highest normal"
  | "lowest anomaly"
  | "typical normal"
  | "typical anomaly"
  | "dropped"
  | "other";

/** A clip that the page can play: `frames` and `fps` are those of the recording. */
export interface PlayedClip extends Pick<Clip, "id" | "category" | "frames" | "fps"> {
  /** Name of the skeleton. */
  readonly skeleton: string;
  /** Frames in `joints`, evenly spaced over the recording. */
  readonly kept: number;
  /** Metres per unit of `joints`. */
  readonly step: number;
  /** int16 [kept, 2, D, 3]: y up, person 1 looks along +x towards person 2. */
  readonly joints: string;
}

/** What each joint adds to a clip's score, compared with the nearest normal clip. */
export interface CaseExplanation {
  /** Frames that the model reads. */
  readonly frames: number;
  /** uint8 [frames, 2, D]: contribution of each joint in units of `unit`; 0 where it lowers the score. */
  readonly joints: string;
  /** Nats per unit of `joints`. */
  readonly unit: number;
}

/** Scores over time. */
export interface CaseCurve {
  /** `frames`: score of each frame, by a model that reads windows. `running`: score of the nearest normal clip plus the
   * contributions of the frames so far, which ends near the clip's score. */
  readonly kind: "frames" | "running";
  /** float32, nats, evenly spaced over the recording. */
  readonly values: string;
  /** float64: p-value of each frame; absent unless the scores are of frames. */
  readonly p?: string;
  /** Smallest possible p-value of a frame. */
  readonly smallestP?: number;
}

/** A clip as scored by the detector of one category. */
export interface ShownCase {
  /** Index in `clips`. */
  readonly clip: number;
  /** Category of the detector. */
  readonly category: string;
  /** Why it is shown. */
  readonly kind: CaseKind;
  /** Score of the clip. */
  readonly score: number;
  /** p-value; absent if the detector is not calibrated. */
  readonly p?: number;
  /** Smallest possible p-value; absent if the detector is not calibrated. */
  readonly smallestP?: number;
  /** Whether p is at most the alpha of the report; absent if the detector is not calibrated. The page goes by p and the alpha that its
   * reader chooses. */
  readonly alarm?: boolean;
  /** Nearest normal training clip, its index in `clips` and its score; absent if the training clips are not known. */
  readonly nearest?: { readonly clip: number; readonly score: number };
  /** Contributions of the joints; absent if the detector explains nothing. */
  readonly explanation?: CaseExplanation;
  /** Scores over time; absent if the detector gives none. */
  readonly curve?: CaseCurve;
}

/** Result of a category, its scores packed. */
export interface ReportCategory extends Omit<CategoryResult, "scores"> {
  /** uint32: index in `ids` of each test clip. */
  readonly clips: string;
  /** float64: score of each test clip. */
  readonly scores: string;
  /** uint8: 1 for an anomalous test clip. */
  readonly anomalous: string;
  /** float64: p-value of each test clip; absent if the detector is not calibrated. */
  readonly p?: string;
}

/** Names of the test clips' categories or groups. */
export interface ClipLabels {
  /** The names. */
  readonly names: readonly string[];
  /** uint32: index in `names` of each of `ids`. */
  readonly of: string;
}

/** A skeleton as the page draws it. */
export type ShownSkeleton = Pick<Skeleton, "joints" | "parents" | "pelvis">;

/** Clips that the page can play, and how detectors scored them. */
interface ShownClips {
  /** Skeletons by name. */
  readonly skeletons: Readonly<Record<string, ShownSkeleton>>;
  /** Clips, those that are shown and their nearest normal clips. */
  readonly clips: readonly PlayedClip[];
  /** One case per shown clip and category. */
  readonly cases: readonly ShownCase[];
}

/** The server's answer to a file: its clips, scored. */
export interface Scored extends ShownClips {
  /** What was left out, in a sentence; empty if nothing was. */
  readonly left: string;
}

/** All data of a page. */
export interface ReportData extends Omit<Results, "categories" | "falseAlarms">, ShownClips {
  /** Name of the run's folder. */
  readonly name: string;
  /** Name of the detector, as a title. */
  readonly title: string;
  /** Unit of the scores; empty if they have none. */
  readonly unit: "nats" | "";
  /** Whether the detector explains its scores: an IADNet does. */
  readonly explains: boolean;
  /** An alarm is raised at p-values up to this, until the reader changes it. */
  readonly alpha: number;
  /** Ids of the test clips. */
  readonly ids: readonly string[];
  /** Category of each test clip; "" if it has no model and the clips are not known. */
  readonly clipCategories: ClipLabels;
  /** Group of each test clip; absent if the clips are not known. */
  readonly clipGroups?: ClipLabels;
  /** Groups of test clips that have training clips as well; absent if no detector is calibrated. */
  readonly knownGroups?: readonly string[];
  /** One result per category. */
  readonly categories: readonly ReportCategory[];
  /** Why clips are missing; absent if none are. */
  readonly note?: string;
  /** Whether a server scores clips for the page. */
  readonly live?: boolean;
  /** The stream that the server reads; absent if it reads none. */
  readonly stream?: ShownStream;
}

/** AUROC of a run less that of the first run. */
export interface RunDifference {
  /** Of the macro means, with its bootstrap 95 % interval; absent if the runs have no test clips in common. */
  readonly macro?: { readonly difference: number; readonly ci: readonly [number, number] };
  /** By category, with DeLong's paired standard error, and p after Holm's correction. */
  readonly categories: Readonly<
    Record<string, { readonly difference: number; readonly error: number; readonly p: number }>
  >;
  /** Why there is no difference, or what it leaves out; absent if it is whole. */
  readonly note?: string;
}

/** A run that is compared with others. */
export interface ComparedRun extends Pick<Results, "detector" | "engine" | "seed" | "split" | "macro"> {
  /** Name of the run's folder. */
  readonly name: string;
  /** Name of the detector, as a title. */
  readonly title: string;
  /** Its data. */
  readonly data: Pick<Results["data"], "format" | "hash" | "train" | "test">;
  /** One result per category. */
  readonly categories: readonly ReportCategory[];
  /** Its AUROC less that of the first run; absent for the first run. */
  readonly difference?: RunDifference;
}

/** All data of a page that compares runs. */
export interface ComparisonData extends Pick<ReportData, "version" | "alpha" | "ids" | "clipCategories"> {
  /** The runs; the others are compared with the first. */
  readonly runs: readonly ComparedRun[];
}

/** A stream that the page follows. */
export interface ShownStream {
  /** Detectors that score its frames, with the smallest possible p-value of a window. */
  readonly models: readonly { readonly category: string; readonly smallestP: number }[];
  /** Name of the skeleton in `skeletons`. */
  readonly skeleton: string;
  /** Frames per second. */
  readonly fps: number;
  /** Frames of a window: the first score comes after so many. */
  readonly windowFrames: number;
}

/** A frame of a stream, scored. */
export interface LiveFrame {
  /** Index of the frame, from 0. */
  readonly frame: number;
  /** Joints of both people, [2, D, 3], metres, y up; null where a coordinate is not known, or for all if the line cannot be read. */
  readonly people: readonly (number | null)[] | null;
  /** What is missing, so that there is no score; absent if nothing is. */
  readonly missing?: string;
  /** Score and p-value by each model; absent while the window fills. */
  readonly scores?: readonly { readonly score: number; readonly p: number }[];
}
