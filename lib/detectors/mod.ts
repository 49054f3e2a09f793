/**
 * Detectors: the contract that all of them implement, the registry, IADNet's presets, and the base class for detectors of your own.
 *
 * `docs/custom-detectors.md` shows a detector that is written with it.
 *
 * @module
 */
export type { NamedShape } from "../core/safetensors.ts";
export type {
  Checkpoints,
  FitCheckpoints,
  FitIdentity,
  TrainingState,
} from "../training/checkpoint/checkpoint.ts";
export {
  type CheckpointFolder,
  type CheckpointOptions,
  openCheckpoints,
} from "../training/checkpoint/folder.ts";
export { type FitProgress, History, type TrainingHistory } from "../training/history.ts";
export { learningRate, type Loop, loopSteps, runLoop, type Schedule, SCHEDULES } from "../training/loop.ts";
export * from "./detector.ts";
export { BaseDetector, type ScoreContext, type Scorer, type TrainContext } from "./base.ts";
export type {
  CalibrationFold,
  DecodedFile,
  FittedModel,
  FoundTensors,
  ShapesOf,
  TrainedModel,
} from "./model_file.ts";
export { decodeModelFile } from "./model_file.ts";
export { type Attribution, type AttributionInput, IADNet, type IADNetOptions } from "./iadnet/detector.ts";
export type { ScoreParts } from "./iadnet/scorer.ts";
export type { ModelConfig } from "./iadnet/config.ts";
export type { NetworkConfig } from "../model/config.ts";
export { changePreset, type Preset, type Training } from "./iadnet/preset.ts";
export { getPreset, PRESETS } from "./iadnet/presets.ts";
export { listEncoders, pretrainedEncoder, registerEncoder } from "./iadnet/pretrained.ts";
export {
  type EncoderFile,
  type EncoderMetadata,
  type PretrainedEncoder,
  readEncoder,
} from "./iadnet/pretraining/encoder_file.ts";
export { type PretrainingCorpus, pretrainingCorpus } from "./iadnet/pretraining/corpus.ts";
export {
  pretrainEncoder,
  pretrainingConfig,
  type PretrainingOptions,
} from "./iadnet/pretraining/pretrain.ts";
export {
  createDetector,
  detectorFromBytes,
  type DetectorInfo,
  listDetectors,
  loadDetector,
  type LoadOptions,
} from "./registry.ts";
export { FLOORS } from "./floors/floors.ts";
export type { Setting, Settings } from "./spec.ts";
