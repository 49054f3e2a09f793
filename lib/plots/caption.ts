/** Captions of figures, and the runs that they describe. */
import type { CategoryScores } from "../metrics/cells.ts";
import type { Range } from "./figure.ts";

/** Where the numbers of a figure come from. */
export interface Origin {
  /** The detector, as `createDetector` takes it. */
  readonly detector: string;
  /** Seeds. */
  readonly seeds: readonly number[];
  /** Name of the engine. */
  readonly engine?: string;
  /** Name of the data set, or its format. */
  readonly data?: string;
  /** Name of the split. */
  readonly split?: string;
}

/** Caption of a figure: a sentence, then detector, seeds, data and n.
 * @param n What n counts, such as `4 normal and 20 anomalous clips`. */
export function captionOf(sentence: string, origin: Origin, n: string): string {
  const { detector, seeds, engine, data, split } = origin;
  const setup = [
    `detector ${detector}`,
    ...(engine ? [`engine ${engine}`] : []),
    `${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`,
  ].join(", ");
  const text = [setup, ...(data ? [data] : []), ...(split ? [`split ${split}`] : []), `n = ${n}`].join("; ");
  return `${sentence} ${text[0].toUpperCase()}${text.slice(1)}.`;
}

/** A count with its noun: `1 clip`, `2 clips`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** An AUROC with its interval. */
export interface PlottedAuroc {
  /** AUROC, or a mean of several. */
  readonly auroc: number;
  /** 95 % interval, [low, high]. */
  readonly ci: Range;
}

/** One category of a run. */
export interface PlottedCategory extends CategoryScores, PlottedAuroc {
  /** Number of normal test clips. */
  readonly normals: number;
  /** Number of anomalous test clips. */
  readonly anomalies: number;
  /** AUROC of each floor. */
  readonly floors: Readonly<Record<string, number>>;
}

/** The fields of a run's results that figures show, such as `Results`. */
export interface PlottedRun {
  /** Detector as `createDetector` takes it. */
  readonly detector: string;
  /** Name of the engine. */
  readonly engine: string;
  /** Seed. */
  readonly seed: number;
  /** Name of the split. */
  readonly split: string;
  /** Format of the data. */
  readonly data: { readonly format: string };
  /** Macro mean. */
  readonly macro: PlottedAuroc;
  /** Macro mean of each floor. */
  readonly floors: Readonly<Record<string, number>>;
  /** One result per category. */
  readonly categories: readonly PlottedCategory[];
}

/** Runs by display name. */
export type NamedRuns = Readonly<Record<string, PlottedRun>>;

/** Origin of the numbers of several runs. */
export function originOf(runs: readonly PlottedRun[]): Origin {
  const distinct = <T>(values: readonly T[]) => [...new Set(values)];
  return {
    detector: distinct(runs.map((run) => run.detector)).join(" and "),
    engine: distinct(runs.map((run) => run.engine)).join(", "),
    seeds: distinct(runs.map((run) => run.seed)),
    data: distinct(runs.map((run) => run.data.format)).join(", "),
    split: distinct(runs.map((run) => run.split)).join(", "),
  };
}

/** Numbers of test clips, in words. */
export function clipsOf({ categories }: PlottedRun): string {
  const total = categories.length > 0 ? categories[0].normals + categories[0].anomalies : 0;
  const normals = categories.map((category) => category.normals);
  const low = Math.min(...normals), high = Math.max(...normals);
  return `${total} test clips, ${low === high ? low : `${low} to ${high}`} of them normal in each category`;
}
