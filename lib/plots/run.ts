/**
 * What figures read of a run: the part of `results.json` that they show.
 *
 * @module
 */
import type { ScoredClip } from "../metrics/macro.ts";
import type { Origin } from "./caption.ts";

/** One category of a run. */
export interface PlottedCategory {
  /** The category that is normal. */
  readonly category: string;
  /** AUROC, and its 95 % interval. */
  readonly auroc: number;
  /** Its 95 % interval, [low, high]. */
  readonly ci: readonly [number, number];
  /** Normal and anomalous test clips. */
  readonly normals: number;
  /** Anomalous test clips. */
  readonly anomalies: number;
  /** Every test clip's score. */
  readonly scores: readonly ScoredClip[];
  /** AUROC of each floor. */
  readonly floors: Readonly<Record<string, number>>;
}

/** A run. `Results` is one. */
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
  /** Macro mean, and its 95 % interval. */
  readonly macro: { readonly auroc: number; readonly ci: readonly [number, number] };
  /** Macro mean of each floor. */
  readonly floors: Readonly<Record<string, number>>;
  /** One result a category. */
  readonly categories: readonly PlottedCategory[];
}

/** Several runs by the name that a figure shows. */
export type NamedRuns = Readonly<Record<string, PlottedRun>>;

/** Where the numbers of some runs come from. */
export function originOf(runs: readonly PlottedRun[]): Origin {
  const distinct = <T>(values: readonly T[]) => [...new Set(values)];
  return {
    preset: distinct(runs.map((run) => run.detector)).join(" and "),
    engine: distinct(runs.map((run) => run.engine)).join(", "),
    seeds: distinct(runs.map((run) => run.seed)),
    data: distinct(runs.map((run) => run.data.format)).join(", "),
    split: distinct(runs.map((run) => run.split)).join(", "),
  };
}

/** The numbers of test clips in words. */
export function clipsOf({ categories }: PlottedRun): string {
  const total = categories.length > 0 ? categories[0].normals + categories[0].anomalies : 0;
  const normals = categories.map((category) => category.normals);
  const low = Math.min(...normals), high = Math.max(...normals);
  return `${total} test clips, ${low === high ? low : `${low} to ${high}`} of them normal in each category`;
}
