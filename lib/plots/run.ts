/**
 * The fields of `results.json` that figures show.
 *
 * @module
 */
import type { ScoredClip } from "../metrics/cells.ts";
import type { Origin } from "./caption.ts";

/** One category of a run. */
export interface PlottedCategory {
  /** The normal category. */
  readonly category: string;
  /** AUROC. */
  readonly auroc: number;
  /** 95 % interval, [low, high]. */
  readonly ci: readonly [number, number];
  /** Number of normal test clips. */
  readonly normals: number;
  /** Number of anomalous test clips. */
  readonly anomalies: number;
  /** Score of each test clip. */
  readonly scores: readonly ScoredClip[];
  /** AUROC of each floor. */
  readonly floors: Readonly<Record<string, number>>;
}

/** The results of a run, such as `Results`. */
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
  /** Macro mean and its 95 % interval. */
  readonly macro: { readonly auroc: number; readonly ci: readonly [number, number] };
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
