/**
 * Metrics of anomaly detection: AUROC and its uncertainty, comparison of detectors, conformal p-values, displacement.
 *
 * Everywhere, a higher score is more anomalous and the anomaly is the positive class. The module depends on no native library
 * and on no model: use it to evaluate any detector.
 *
 * @example
 * ```ts
 * import { auroc } from "@lab/iadnet";
 * import { delong } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * const normal = [1, 2, 3], anomalous = [2.5, 4, 5];
 * assertEquals(auroc(normal, anomalous), 8 / 9);
 * assertEquals(delong(normal, anomalous).auroc, 8 / 9);
 * ```
 *
 * @module
 */
export { auroc, type Interval, type ScorePair } from "./auroc.ts";
export { averagePrecision, equalErrorRate, fprAtTpr, type RocCurve, rocCurve } from "./curve.ts";
export * from "./delong.ts";
export * from "./macro.ts";
export type { CellScores } from "./cells.ts";
export * from "./nested.ts";
export * from "./seeds.ts";
export { type CategoryComparison, compareDetectors, type DetectorComparison } from "./comparison.ts";
export * from "./wilcoxon.ts";
export * from "./conformal.ts";
export * from "./false_alarms.ts";
export * from "./martingale.ts";
export { RollingConformal } from "./rolling.ts";
export * from "./chance.ts";
export * from "./correlation.ts";
export * from "./displacement.ts";
export type { Clip } from "../data/clip.ts";
export type { Skeleton, UpAxis } from "../data/skeleton.ts";
