/**
 * Experiments: a detector evaluated on every category of a data set, detectors compared with intervals, localisation on spliced
 * recordings, and the paper's figures to compare with.
 *
 * @module
 */
export type { Mending } from "../data/mending.ts";
export type { Cell } from "./cell.ts";
export { compare, type ComparedDetector, type Comparison, renderComparison } from "./compare.ts";
export { type DetectorFactory, evaluate, type Evaluation } from "./evaluate.ts";
export { type CategoryResult, type Results, type RunFalseAlarms, TABLE_FLOORS } from "./results.ts";
export { verifyRun } from "./run_directory.ts";
export {
  evaluateLocalization,
  type LocalizationOptions,
  type LocalizationQuality,
  type Splice,
  spliceClips,
} from "./splice.ts";
export { resultsTable } from "./tables/results_table.ts";
export { PAPER_AUROC } from "./tables/paper.ts";
