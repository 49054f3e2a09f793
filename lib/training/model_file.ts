/**
 * Model files: a safetensors file with the weights, and all else as its metadata.
 *
 * @module
 */
import { registerSkeleton } from "../data/skeleton.ts";
import type { Named } from "../engine/engine.ts";
import { DataError } from "../errors.ts";
import { checkConfig } from "../model/config.ts";
import type { Preset } from "../presets.ts";
import { VERSION } from "../version.ts";
import type { CalibrationFold, Fitted } from "./fitted.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

/** What a model file says besides the weights. */
export function modelMetadata(preset: Preset, fitted: Fitted): Record<string, string> {
  const { category, seed, skeleton, config, folds } = fitted;
  return {
    format: "iadnet",
    version: VERSION,
    category,
    seed: String(seed),
    preset: JSON.stringify(preset),
    config: JSON.stringify(config),
    preparation: JSON.stringify(preset.preparation),
    skeleton: JSON.stringify(skeleton),
    calibration: JSON.stringify(
      folds.map(({ scores, windows }) => ({ scores: [...scores], windows: [...windows] })),
    ),
  };
}

/** The bytes of a model file. Tensors are named `<member>.<weight>`, those of fold k `fold<k>.<member>.<weight>`. */
export function encodeModel(preset: Preset, fitted: Fitted): Uint8Array {
  const tensors: Record<string, Named[string]> = {};
  const put = (prefix: string, members: readonly Named[]) =>
    members.forEach((member, i) => {
      for (const [name, values] of Object.entries(member)) tensors[`${prefix}${i}.${name}`] = values;
    });
  put("", fitted.members);
  fitted.folds.forEach(({ members }, k) => put(`fold${k}.`, members));
  return encodeSafetensors(tensors, modelMetadata(preset, fitted));
}

/** Read a model file's bytes.
 *
 * @throws {DataError} If they are damaged, or not a model of this package.
 */
export function decodeModel(bytes: Uint8Array, file: string): { preset: Preset; fitted: Fitted } {
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  if (metadata.format !== "iadnet") {
    throw new DataError(`Cannot use ${file}: it is not an IADNet model`, file);
  }
  try {
    const preset: Preset = JSON.parse(metadata.preset);
    const held: { scores: number[]; windows: number[] }[] = JSON.parse(metadata.calibration);
    const empty = () =>
      Array.from({ length: preset.training.members }, () => ({} as Record<string, Named[string]>));
    const members = empty(), folds = held.map(empty);
    for (const [key, values] of Object.entries(tensors)) {
      const [, fold, member, name] = /^(?:fold(\d+)\.)?(\d+)\.(.+)$/.exec(key)!;
      (fold === undefined ? members : folds[Number(fold)])[Number(member)][name] = values;
    }
    const fitted: Fitted = {
      category: metadata.category,
      seed: Number(metadata.seed),
      skeleton: registerSkeleton(JSON.parse(metadata.skeleton)),
      config: checkConfig(JSON.parse(metadata.config)),
      members,
      folds: held.map(({ scores, windows }, k): CalibrationFold => ({
        members: folds[k],
        scores: Float64Array.from(scores),
        windows: Float64Array.from(windows),
      })),
    };
    return { preset, fitted };
  } catch (cause) {
    throw new DataError(`Cannot use model ${file}: ${(cause as Error).message}`, file);
  }
}
