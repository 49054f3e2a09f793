/** Model files of all detectors: safetensors with every model's tensors, and all else as metadata.
 *
 * Tensors are named `model.<tensor>`; those of calibration fold k are named `fold<k>.<tensor>`. */
import { DataError } from "../core/errors.ts";
import { isObject } from "../core/options.ts";
import { checkFinite, decodeSafetensors, encodeSafetensors, type NamedShape } from "../core/safetensors.ts";
import type { Named, Values } from "../core/tensors.ts";
import { VERSION } from "../core/version.ts";
import type { Skeleton } from "../data/skeleton.ts";
import { parseSkeleton } from "../data/skeletons.ts";

/** Result of one training: all that scoring needs. */
export interface TrainedModel {
  /** Weights, running statistics and the like. */
  readonly tensors: Named;
  /** Numbers that float32 tensors cannot hold. */
  readonly numbers?: Readonly<Record<string, readonly number[]>>;
}

/** A model that was trained without one fold of the training clips, and its scores of that fold. */
export interface CalibrationFold {
  /** The model; only what differs from the main model where the two share an encoder. */
  readonly model: TrainedModel;
  /** Scores of the held-out clips. */
  readonly clips: Float64Array;
  /** Scores of their windows; the same as `clips` for a detector that reads whole clips. */
  readonly windows: Float64Array;
}

/** All that a fit gives. */
export interface FittedModel {
  /** Category that was learned. */
  readonly category: string;
  /** Seed of the fit. */
  readonly seed: number;
  /** Skeleton of the clips. */
  readonly skeleton: Skeleton;
  /** Frame rate of the clips; absent if they had several, or the file does not say. */
  readonly fps?: number;
  /** Model of all training clips. */
  readonly main: TrainedModel;
  /** Calibration; empty without. */
  readonly folds: readonly CalibrationFold[];
}

/** A model file, decoded. Tensors are not yet checked against the detector's shapes. */
export interface DecodedFile {
  /** Registry name of the detector. */
  readonly detector: string;
  /** Options that the detector was created with. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Fitted model, given the shapes that it must have.
   * @param shapes Names and shapes of a model's tensors, from what is found of them. They come one by one: a file that is not to be
   * trusted may declare any number.
   * @throws {DataError} If a tensor is missing, has another shape, or is one too many. */
  fitted(shapes: ShapesOf): FittedModel;
}

/** Names and shapes of the tensors that a model must have.
 * @param found The tensors that are there, and how many values they have in all: what is larger need not be listed.
 * @param isFold Whether the model is one of a calibration fold.
 * @throws {Error} If it cannot be a model. */
export type ShapesOf = (skeleton: Skeleton, found: FoundTensors, isFold: boolean) => Iterable<NamedShape>;

/** Tensors of a model file that are not yet checked. */
export interface FoundTensors {
  /** Shape of a tensor; undefined if it is not there. */
  shape(name: string): readonly number[] | undefined;
  /** Number of values of all tensors of the file. */
  readonly values: number;
}

/** Most values of a file's metadata lists. */
const MOST_FOLDS = 1000;

/** Encode a fitted detector as the bytes of a model file. */
export function encodeModelFile(
  detector: string,
  options: Readonly<Record<string, unknown>>,
  { category, seed, skeleton, fps, main, folds }: FittedModel,
): Uint8Array {
  const tensors: Record<string, Values> = {};
  const put = (prefix: string, { tensors: own }: TrainedModel) => {
    for (const [name, values] of Object.entries(own)) tensors[`${prefix}.${name}`] = values;
  };
  put("model", main);
  folds.forEach(({ model }, k) => put(`fold${k}`, model));
  const held = folds.map(({ model, clips, windows }) => ({
    clips: [...clips],
    windows: [...windows],
    numbers: model.numbers ?? {},
  }));
  return encodeSafetensors(tensors, {
    format: "iadnet-model",
    version: VERSION,
    detector,
    options: JSON.stringify(options),
    category,
    seed: String(seed),
    skeleton: JSON.stringify(skeleton),
    ...(fps !== undefined && { fps: String(fps) }),
    numbers: JSON.stringify(main.numbers ?? {}),
    calibration: JSON.stringify(held),
  });
}

/** Decode a model file.
 * @param file Path to name in errors.
 * @throws {DataError} If it is damaged, or not one that `encodeModelFile` wrote. */
export function decodeModelFile(bytes: Uint8Array, file: string): DecodedFile {
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  if (metadata.format !== "iadnet-model") {
    throw new DataError(`Cannot read ${file}: expected a model file of this package`, file);
  }
  try {
    const { detector, category } = metadata, seed = Number(metadata.seed);
    if (detector === undefined || category === undefined || !Number.isSafeInteger(seed)) {
      throw new Error("detector, category or seed is missing");
    }
    const options: unknown = JSON.parse(metadata.options),
      skeleton = parseSkeleton(JSON.parse(metadata.skeleton));
    const fps = metadata.fps === undefined ? undefined : Number(metadata.fps);
    if (fps !== undefined && !(fps > 0 && Number.isFinite(fps))) {
      throw new Error(`fps must be a positive number, got ${metadata.fps}`);
    }
    if (!isObject(options)) throw new Error("options must be an object");
    const numbers = checkNumbers(JSON.parse(metadata.numbers));
    const held = checkCalibration(JSON.parse(metadata.calibration));
    checkFinite(tensors);
    const fitted = (shapes: ShapesOf): FittedModel => {
      const rest = new Map(Object.entries(tensors));
      const values = Object.values(tensors).reduce((sum, own) => sum + own.values.length, 0);
      const take = (prefix: string, isFold: boolean): Named => {
        const shapeOf = (name: string) => rest.get(`${prefix}.${name}`)?.shape, wanted = new Set<string>();
        for (const { name, shape } of shapes(skeleton, { shape: shapeOf, values }, isFold)) {
          const found = shapeOf(name);
          if (`${found}` !== `${shape}`) {
            const is = found ? `has shape [${found}], expected [${shape}]` : "is missing";
            throw new Error(`tensor ${prefix}.${name} ${is}`);
          }
          wanted.add(`${prefix}.${name}`);
        }
        const taken = [...rest].filter(([key]) => wanted.has(key)); // in the file's order
        for (const key of wanted) rest.delete(key);
        return Object.fromEntries(taken.map(([key, values]) => [key.slice(prefix.length + 1), values]));
      };
      const main = { tensors: take("model", false), numbers };
      const folds = held.map(({ clips, windows, numbers }, k): CalibrationFold => ({
        model: { tensors: take(`fold${k}`, true), numbers },
        clips: Float64Array.from(clips),
        windows: Float64Array.from(windows),
      }));
      const [other] = rest.keys();
      if (other !== undefined) throw new Error(`unexpected tensor ${other}`);
      return { category, seed, skeleton, ...(fps !== undefined && { fps }), main, folds };
    };
    return { detector, options, fitted };
  } catch (cause) {
    throw new DataError(`Cannot read model ${file}: ${(cause as Error).message}`, file);
  }
}

const isNumbers = (list: unknown): list is number[] => Array.isArray(list) && list.every(Number.isFinite);

function checkNumbers(value: unknown): Record<string, number[]> {
  if (isObject(value) && Object.values(value).every(isNumbers)) return value as Record<string, number[]>;
  throw new Error("numbers must be lists of finite numbers");
}

function checkCalibration(
  held: unknown,
): { clips: number[]; windows: number[]; numbers: Record<string, number[]> }[] {
  const isFold = (fold: unknown) => isObject(fold) && isNumbers(fold.clips) && isNumbers(fold.windows);
  if (!Array.isArray(held) || held.length > MOST_FOLDS || !held.every(isFold)) {
    throw new Error(`calibration must be at most ${MOST_FOLDS} folds of scores`);
  }
  return held.map((fold) => ({ ...fold, numbers: checkNumbers(fold.numbers) }));
}
