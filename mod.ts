/**
 * 3D human-human interaction anomaly detection: learn one normal interaction of two people, and score how far any other
 * clip is from it. The reference open implementation of IADNet.
 *
 * @module
 */
export * from "./lib/errors.ts";
export * from "./lib/random.ts";
export * from "./lib/version.ts";
export * from "./lib/detector.ts";
export * from "./lib/iadnet.ts";
export { History, type HistoryPart } from "./lib/training/history.ts";
export type { Checkpoints, FitCheckpoints, FitIdentity, PartState } from "./lib/training/checkpoint.ts";
export {
  type CheckpointFolder,
  type CheckpointOptions,
  openCheckpoints,
} from "./lib/training/checkpoint_folder.ts";
export * from "./lib/presets.ts";
export * from "./lib/localize.ts";
export * from "./lib/live.ts";
export * from "./lib/explain.ts";
export * from "./lib/data/clip.ts";
export * from "./lib/data/skeleton.ts";
export * from "./lib/data/skeletons.ts";
export * from "./lib/data/distance.ts";
export {
  checkPreparation,
  type Preparation,
  prepareClip,
  prepareClips,
  type PreparedBatch,
  type PreparedClip,
} from "./lib/data/prepare.ts";
export * from "./lib/data/augment.ts";
export { parseSbuClip, SBU_CATEGORIES, SBU_FILE, SBU_LAYOUT, sbuClipId } from "./lib/data/sbu.ts";
export * from "./lib/data/dataset.ts";
export type { DataSource } from "./lib/data/reopen.ts";
export * from "./lib/data/cache.ts";
export * from "./lib/data/quality.ts";
export * from "./lib/data/repair.ts";
export * from "./lib/data/source.ts";
export { writeSbu, writeSbuClip } from "./lib/data/write_sbu.ts";
export { type InterxWriteOptions, writeInterx } from "./lib/data/write_interx.ts";
export { writeNtu } from "./lib/data/write_ntu.ts";
export { type NtuBody, type NtuRecording } from "./lib/data/ntu_text.ts";
export { INTERX_CATEGORIES } from "./lib/data/interx_names.ts";
export { NTU_CATEGORIES } from "./lib/data/ntu_names.ts";
export { openSource, SOURCE_FORMATS } from "./lib/data/formats.ts";
export { type Bone, boneVariation } from "./lib/data/bones.ts";
export * from "./lib/data/split.ts";
export * from "./lib/data/catalogue.ts";
export {
  type ClipOptions,
  generateClip,
  generateDataset,
  type SyntheticOptions,
} from "./lib/data/synthetic/mod.ts";
export { SYNTHETIC_CATEGORIES } from "./lib/data/synthetic/scripts.ts";
export { solveLimb, type Vector } from "./lib/data/synthetic/body.ts";
export { type ModelConfig } from "./lib/model/config.ts";
export { type EngineName, type Named, type OpenEngine, type Values } from "./lib/engine/engine.ts";
export { type PathEnd, type PathGradients } from "./lib/training/path.ts";
export { doctor, type EngineReport, ENGINES } from "./lib/engine/select.ts";
export { openSharedEngine } from "./lib/engine/shared.ts";
export { learningRate } from "./lib/training/schedule.ts";
export { auroc, type Interval, type ScorePair } from "./lib/metrics/auroc.ts";
export {
  type AurocComparison,
  type AurocEstimate,
  delong,
  delongMean,
  holm,
  pairedDelong,
  pairedDelongMean,
} from "./lib/metrics/delong.ts";
export { averagePrecision, equalErrorRate, fprAtTpr, type RocCurve, rocCurve } from "./lib/metrics/curve.ts";
export * from "./lib/metrics/macro.ts";
export * from "./lib/metrics/conformal.ts";
export * from "./lib/metrics/chance.ts";
export { type CellScores } from "./lib/metrics/cells.ts";
export * from "./lib/metrics/seeds.ts";
export {
  type CategoryComparison,
  compareDetectors,
  type DetectorComparison,
} from "./lib/metrics/comparison.ts";
export * from "./lib/metrics/wilcoxon.ts";
export * from "./lib/metrics/correlation.ts";
export * from "./lib/metrics/displacement.ts";
export { createFloor, FLOORS } from "./lib/baselines/trivial.ts";
export {
  createDetector,
  detectorFromBytes,
  type DetectorInfo,
  type DetectorOptions,
  listDetectors,
  loadDetector,
} from "./lib/detectors.ts";
export type { Setting } from "./lib/settings.ts";
export { checkCategories, evaluate, type Evaluation, TABLE_FLOORS } from "./lib/benchmark/evaluate.ts";
export { compare, type ComparedDetector, type Comparison } from "./lib/benchmark/compare.ts";
export { refuseExisting, runCategory, RunFolder, verifyRun } from "./lib/benchmark/run_folder.ts";
export type { RunJob } from "./lib/benchmark/job.ts";
export { type CategoryResult, type Results, resultsTable } from "./lib/benchmark/results.ts";
export { PAPER_AUROC } from "./lib/benchmark/paper.ts";
export * from "./lib/plots/mod.ts";
