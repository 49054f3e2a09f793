/**
 * Model files: a safetensors file with the weights, and all else as its metadata.
 *
 * @module
 */
import { checkPreparation } from "../../data/transforms/prepare.ts";
import { parseSkeleton } from "../../data/skeleton_file.ts";
import type { Named, Values } from "../../engine/engine.ts";
import { DataError } from "../../core/errors.ts";
import { checkConfig, featureDimension, type ModelConfig } from "../../model/config.ts";
import { encoderShapes, flowShapes } from "../../model/init.ts";
import type { Preset } from "./presets.ts";
import { VERSION } from "../../core/version.ts";
import type { CalibrationFold, Fitted } from "./scorer.ts";
import {
  checkFinite,
  decodeSafetensors,
  encodeSafetensors,
  type NamedShape,
  takeTensors,
} from "../../core/safetensors.ts";

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

/** Metadata of files that were written before there were checksums. */
const OLDER = [
  "format",
  "version",
  "category",
  "seed",
  "preset",
  "config",
  "preparation",
  "skeleton",
  "calibration",
];

/** Read a model file's bytes. Every tensor that the network needs is there, has its shape and is finite, and there is no other.
 *
 * @throws {DataError} If they are damaged, or not a model of this package.
 */
export function decodeModel(bytes: Uint8Array, file: string): { preset: Preset; fitted: Fitted } {
  const { tensors, metadata } = decodeSafetensors(bytes, file, OLDER);
  if (metadata.format !== "iadnet") {
    throw new DataError(`Cannot use ${file}: it is not an IADNet model`, file);
  }
  try {
    const preset = checkPreset(JSON.parse(metadata.preset)), { category } = metadata;
    const skeleton = parseSkeleton(JSON.parse(metadata.skeleton)), seed = Number(metadata.seed);
    const config = checkConfig(JSON.parse(metadata.config)), held = checkCalibration(metadata.calibration);
    if (category === undefined || !Number.isSafeInteger(seed)) throw new Error("it has no category or seed");
    if (config.joints !== skeleton.joints.length || config.frames !== preset.preparation.frames) {
      throw new Error("its numbers of joints and frames do not fit together");
    }
    checkFinite(tensors);
    const rest = new Map(Object.entries(tensors)), frozen = preset.training.mode === "frozen";
    const take = (prefix: string, head: boolean) =>
      Array.from(
        { length: preset.training.members },
        (_, i) =>
          takeTensors(
            rest,
            `${prefix}${i}.`,
            memberShapes(config, rest, `${prefix}${i}.`, frozen, head),
            misfit,
          ),
      );
    const members = take("", false);
    const folds = held.map(({ scores, windows }, k): CalibrationFold => ({
      members: take(`fold${k}.`, frozen),
      scores: Float64Array.from(scores),
      windows: Float64Array.from(windows),
    }));
    const [other] = rest.keys();
    if (other !== undefined) throw new Error(`it has a tensor ${other} that no part of the model needs`);
    return { preset, fitted: { category, seed, skeleton, config, members, folds } };
  } catch (cause) {
    throw new DataError(`Cannot use model ${file}: ${(cause as Error).message}`, file);
  }
}

/** The error for a tensor that is missing or has another shape. */
function misfit({ name, shape }: NamedShape, found: Values | undefined): Error {
  return new Error(
    found ? `tensor ${name} has shape [${found.shape}], expected [${shape}]` : `it has no tensor ${name}`,
  );
}

/** Names and shapes of a member's weights, one by one.
 *
 * @param head Only those after the frozen encoder. */
function* memberShapes(
  config: ModelConfig,
  tensors: ReadonlyMap<string, Values>,
  prefix: string,
  frozen: boolean,
  head: boolean,
): Generator<NamedShape> {
  if (!head) yield* encoderShapes(config);
  const d = featureDimension(config);
  if (!frozen) return yield* flowShapes(config, d);
  const r = tensors.get(`${prefix}whiten.basis`)?.shape[1] ?? 0; // directions that were kept
  if (!(r >= 1 && r <= d)) throw new Error(`${prefix}whiten.basis keeps ${r} directions`);
  yield* flowShapes(config, r);
  yield { name: "whiten.basis", shape: [d, r] };
  yield { name: "whiten.mean", shape: [d] };
  yield { name: "whiten.scale", shape: [d] };
  yield { name: "whiten.spread", shape: [r] };
  yield { name: "whiten.outside", shape: [] };
}

/** What scoring needs of a preset. */
function checkPreset(preset: Preset): Preset {
  const { name, window, training } = preset;
  if (typeof name !== "string") throw new Error("its preset has no name");
  if (window !== null && !(window > 0 && window < 3600)) {
    throw new Error(`its preset has windows of ${window} s`);
  }
  checkPreparation(preset.preparation);
  if (!["joint", "frozen"].includes(training.mode)) throw new Error(`its training mode is ${training.mode}`);
  if (!(Number.isInteger(training.members) && training.members > 0)) {
    throw new Error(`its number of members is ${training.members}`);
  }
  return preset;
}

/** Scores of held-out clips. */
function checkCalibration(text: string): { scores: number[]; windows: number[] }[] {
  const held = JSON.parse(text),
    areNumbers = (list: unknown) => Array.isArray(list) && list.every(Number.isFinite);
  const isFold = (fold: Record<string, unknown>) => areNumbers(fold?.scores) && areNumbers(fold.windows);
  if (!Array.isArray(held) || !held.every(isFold)) throw new Error("its calibration is no list of scores");
  return held;
}
