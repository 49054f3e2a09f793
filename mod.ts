/**
 * 3D human-human interaction anomaly detection: learn one normal interaction of two people, and score how far any other
 * clip is from it. The reference open implementation of IADNet.
 *
 * @module
 */
import "./lib/notebook.ts";

export * from "./lib/core/errors.ts";
export * from "./lib/core/random.ts";
export * from "./lib/core/version.ts";
export * from "./lib/detectors/detector.ts";
export * from "./lib/detectors/iadnet/detector.ts";
export { History, type HistoryPart } from "./lib/training/history.ts";
export type {
  Checkpoints,
  FitCheckpoints,
  FitIdentity,
  PartState,
} from "./lib/training/checkpoint/checkpoint.ts";
export {
  type CheckpointFolder,
  type CheckpointOptions,
  openCheckpoints,
} from "./lib/training/checkpoint/folder.ts";
export * from "./lib/detectors/iadnet/presets.ts";
export * from "./lib/analysis/localize.ts";
export * from "./lib/analysis/live.ts";
export * from "./lib/analysis/explain.ts";
export * from "./lib/data/clip.ts";
export * from "./lib/data/skeleton.ts";
export * from "./lib/data/skeletons.ts";
export * from "./lib/data/transforms/distance.ts";
export {
  checkPreparation,
  type Preparation,
  prepareClip,
  prepareClips,
  type PreparedBatch,
  type PreparedClip,
} from "./lib/data/transforms/prepare.ts";
export * from "./lib/data/transforms/augment.ts";
export { parseSbuClip, SBU_CATEGORIES, SBU_FILE, sbuClipId } from "./lib/data/formats/sbu/clip.ts";
export type { Dataset, OpenOptions } from "./lib/data/dataset.ts";
export { openDataset } from "./lib/data/open_dataset.ts";
export { syntheticDataset } from "./lib/data/synthetic/dataset.ts";
export type { DataSource } from "./lib/data/data_source.ts";
export { buildCache, type CacheReport } from "./lib/data/formats/cache/build.ts";
export { openCache } from "./lib/data/formats/cache/open.ts";
export { MANIFEST_FILE } from "./lib/data/formats/cache/files.ts";
export { type CachedClip, type CacheManifest } from "./lib/data/formats/cache/manifest.ts";
export * from "./lib/data/transforms/quality.ts";
export * from "./lib/data/transforms/repair.ts";
export type { ClipEntry, ClipSource, SkippedClip, SourceOptions, SplitSide } from "./lib/data/clip_source.ts";
export { writeSbu, writeSbuClip } from "./tests/support/write_sbu.ts";
export { type InterxWriteOptions, writeInterx } from "./tests/support/write_interx.ts";
export { writeNtu } from "./tests/support/write_ntu.ts";
export { type NtuBody, type NtuRecording } from "./lib/data/formats/ntu/text.ts";
export { INTERX_CATEGORIES } from "./lib/data/formats/interx/names.ts";
export { NTU_CATEGORIES } from "./lib/data/formats/ntu/names.ts";
export { FORMATS, openClipSource, SOURCE_FORMATS } from "./lib/data/formats/registry.ts";
export { type Bone, boneVariation } from "./lib/data/transforms/bones.ts";
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
export { type ModelConfig } from "./lib/detectors/iadnet/config.ts";
export { type EngineName, type Named, type OpenEngine, type Values } from "./lib/engine/engine.ts";
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
export { createFloor, FLOORS } from "./lib/detectors/floors/floors.ts";
export {
  createDetector,
  detectorFromBytes,
  type DetectorInfo,
  listDetectors,
  loadDetector,
} from "./lib/detectors/registry.ts";
export type { Setting } from "./lib/detectors/spec.ts";
export { type DetectorFactory, evaluate, type Evaluation } from "./lib/experiments/evaluate.ts";
export { compare, type ComparedDetector, type Comparison } from "./lib/experiments/compare.ts";
export { verifyRun } from "./lib/experiments/run_directory.ts";
export { type CategoryResult, type Results, resultsTable, TABLE_FLOORS } from "./lib/experiments/results.ts";
export { PAPER_AUROC } from "./lib/experiments/tables/paper.ts";
export * from "./lib/plots/mod.ts";
