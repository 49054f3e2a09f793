/**
 * 3D human-human interaction anomaly detection: learn one normal interaction of two people, and score how far any other
 * clip is from it. The reference open implementation of IADNet.
 *
 * This module has what most users need. The rest is in `@lab/iadnet/data`, `/detectors`, `/engine`, `/experiments`, `/metrics`,
 * `/model` and `/plots`.
 *
 * @module
 */
import "./lib/notebook.ts";

export { DataError, EngineError, IadnetError, Interrupted, UsageError } from "./lib/core/errors.ts";
export { VERSION } from "./lib/core/version.ts";

export type { Clip } from "./lib/data/clip.ts";
export type { Dataset, OpenOptions } from "./lib/data/dataset.ts";
export { openDataset } from "./lib/data/open_dataset.ts";
export type { Skeleton } from "./lib/data/skeleton.ts";
export { getSkeleton, listSkeletons, registerSkeleton } from "./lib/data/skeletons.ts";
export { type Split, splitDataset } from "./lib/data/split.ts";
export { syntheticDataset } from "./lib/data/synthetic/mod.ts";
export { generateDataset, type SyntheticOptions } from "./lib/data/synthetic/mod.ts";

export type {
  Detector,
  DetectorOptions,
  FitOptions,
  Prediction,
  PredictOptions,
  ScoreOptions,
} from "./lib/detectors/detector.ts";
export { IADNet, type IADNetOptions } from "./lib/detectors/iadnet/detector.ts";
export type { Preset } from "./lib/detectors/iadnet/preset.ts";
export { getPreset, PRESETS } from "./lib/detectors/iadnet/presets.ts";
export {
  createDetector,
  detectorFromBytes,
  type DetectorInfo,
  listDetectors,
  loadDetector,
} from "./lib/detectors/registry.ts";
export { type CheckpointOptions, openCheckpoints } from "./lib/training/checkpoint/folder.ts";
export { type FitProgress, History } from "./lib/training/history.ts";

export { explain, explainer, type ExplainOptions, type Explanation } from "./lib/analysis/explain.ts";
export {
  type Frame,
  LiveDetector,
  type LiveDetectorOptions,
  type LiveScore,
  type MissedFrame,
} from "./lib/analysis/live.ts";
export {
  type AnomalousInterval,
  type Localization,
  localize,
  type LocalizeOptions,
} from "./lib/analysis/localize.ts";

export type { EngineName, OpenEngine } from "./lib/engine/engine.ts";
export { doctor, openSharedEngine } from "./lib/engine/select.ts";

export { compare, type ComparedDetector, type Comparison } from "./lib/experiments/compare.ts";
export { evaluate, type Evaluation } from "./lib/experiments/evaluate.ts";
export type { CategoryResult, Results } from "./lib/experiments/results.ts";
export { resultsTable } from "./lib/experiments/tables/results_table.ts";
export { auroc } from "./lib/metrics/auroc.ts";

export { showClip, showComparison, showResults } from "./lib/plots/display.ts";
export type { Figure } from "./lib/plots/figure.ts";
export { toSvg } from "./lib/plots/svg.ts";
