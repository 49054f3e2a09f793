/**
 * Data: clips of two people, skeletons, data sets and their formats, splits, preparation, quality measures and
 * repairs, and the generator of synthetic interactions.
 *
 * @module
 */
export { hashSeed, Random } from "../core/random.ts";
export { CANONICAL_JOINTS, canonicalJoints, toCanonical } from "./canonical.ts";
export { Catalogue, type CatalogueRow, type CatalogueValue } from "./catalogue.ts";
export { checkClip, type Clip, type Recording } from "./clip.ts";
export type { ClipEntry, ClipSource, SkippedClip, SourceOptions, SplitSide } from "./clip_source.ts";
export type { DataSource, PathSource } from "./data_source.ts";
export type { Dataset, OpenOptions } from "./dataset.ts";
export { buildCache, type CacheReport } from "./formats/cache/build.ts";
export type { CachedClip, CacheManifest } from "./formats/cache/open.ts";
export { openCache } from "./formats/cache/open.ts";
export { INTERX_CATEGORIES } from "./formats/interx/names.ts";
export { NTU_CATEGORIES } from "./formats/ntu/names.ts";
export { FORMATS, openClipSource } from "./formats/registry.ts";
export { parseSbuClip, SBU_CATEGORIES } from "./formats/sbu/clip.ts";
export { openDataset } from "./open_dataset.ts";
export * from "./skeleton.ts";
export * from "./skeletons.ts";
export { type Unit, UNITS } from "./units.ts";
export type { WindowOptions } from "./windowed.ts";
export {
  expandSplit,
  parseSplit,
  PUBLISHED_SPLITS,
  type Split,
  splitDataset,
  type SplitRequest,
} from "./split.ts";
export {
  COORDINATION_KINDS,
  type CoordinationClips,
  coordinationClips,
  type CoordinationKind,
} from "./transforms/coordination.ts";
export { distanceMaps } from "./transforms/distance.ts";
export * from "./transforms/symmetry.ts";
export { checkPreparation, type Preparation, prepareClip, type PreparedClip } from "./transforms/prepare.ts";
export {
  type Bone,
  boneVariation,
  type ClipQuality,
  measureQuality,
  QUALITY_MEASURES,
} from "./transforms/quality.ts";
export { completeClip, type MissingOptions, type MissingPolicy } from "./transforms/missing.ts";
export { treatDataset } from "./transforms/repair.ts";
export { syntheticDataset } from "./synthetic/mod.ts";
export { type ClipOptions, generateClip, generateDataset, type SyntheticOptions } from "./synthetic/mod.ts";
export { generateVariations, type VariationOptions, type VariedClip } from "./synthetic/variation_set.ts";
export { type Variation, VARIATIONS, variationsOf } from "./synthetic/variations.ts";
export { SYNTHETIC_CATEGORIES } from "./synthetic/scripts.ts";
export {
  drawFamily,
  MUTANT_KINDS,
  type MutantKind,
  mutantKinds,
  mutateScript,
} from "./synthetic/families.ts";
export type { InteractionScript, PersonScript, ReachScript } from "./synthetic/random_script.ts";
export { type CorpusClip, type CorpusOptions, generateCorpus, performScript } from "./synthetic/takes.ts";
