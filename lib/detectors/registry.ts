/** All detectors by name: IADNet, the published methods that it is compared with, and the floors. */
import { DataError, UsageError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { BaseDetector } from "./base.ts";
import type { Detector, DetectorOptions } from "./detector.ts";
import { createFloor, FLOORS } from "./floors/floors.ts";
import { IADNet } from "./iadnet/detector.ts";
import { changePreset, checkPreset } from "./iadnet/preset.ts";
import { getPreset } from "./iadnet/presets.ts";
import { decodeModelFile } from "./model_file.ts";
import type { PersonMethod } from "./single_person/method.ts";
import { ML_AAD_OPTIONS, mlAad } from "./single_person/ml_aad/method.ts";
import { mocodad, MOCODAD_OPTIONS } from "./single_person/mocodad/method.ts";
import { STG_NF_OPTIONS, stgNf } from "./single_person/stg_nf/method.ts";
import { TwoPeople } from "./single_person/two_people.ts";
import { mergeSettings, parseSpec, type Settings } from "./spec.ts";
import { readFileUpTo } from "../core/read_file.ts";

/** Description of a detector. */
export interface DetectorInfo {
  /** Registry name. */
  readonly name: string;
  /** Name in tables. */
  readonly title: string;
  /** Where it was published; empty for a floor. */
  readonly paper: string;
  /** `adapted`: the published architecture; the head of its file lists what differs. `reconstruction`: written from the paper and
   * related code, since no code of its own is public. `floor`: nothing is trained. */
  readonly status: "adapted" | "reconstruction" | "floor";
  /** Whether it has one model for each person. */
  readonly people: boolean;
  /** Options and their defaults: `name:key=value,key=value` changes them. */
  readonly options: Settings;
}

/** A detector of the registry. */
interface Entry {
  readonly info: DetectorInfo;
  /** Create it with some options given as text. */
  create(given: Readonly<Record<string, string>>, common: DetectorOptions): BaseDetector;
  /** Create it with the options of a model file. */
  recreate(options: Readonly<Record<string, unknown>>, common: DetectorOptions): BaseDetector;
}

/** Options that every detector but IADNet has besides its own. IADNet's are those of its preset. */
const COMMON = { calibrationFolds: 3 };

const IADNET: Entry = {
  info: {
    name: "iadnet",
    title: "IADNet",
    paper: "Maeda et al., 3D human-human interaction anomaly detection",
    status: "reconstruction",
    people: false,
    options: { preset: "default" },
  },
  create: ({ preset = "default", ...changes }, common) =>
    new IADNet({ ...common, preset: changePreset(getPreset(preset), changes) }),
  recreate: ({ preset }, common) => new IADNet({ ...common, preset: checkPreset(preset) }),
};

/** A detector whose options are settings. */
function entry(
  info: DetectorInfo,
  make: (settings: Settings, common: DetectorOptions) => BaseDetector,
): Entry {
  const all = { ...info, options: { ...info.options, ...COMMON } };
  const create = (given: Readonly<Record<string, string>>, common: DetectorOptions) => {
    const settings = mergeSettings(`create detector ${info.name}`, all.options, given);
    const { calibrationFolds, ...own } = settings;
    return make(own, { calibrationFolds: Number(calibrationFolds), ...common });
  };
  const recreate = (options: Readonly<Record<string, unknown>>, common: DetectorOptions) =>
    create(Object.fromEntries(Object.entries(options).map(([key, value]) => [key, String(value)])), common);
  return { info: all, create, recreate };
}

/** The published single-person methods, each run once for each person. */
const METHODS: readonly (Omit<DetectorInfo, "people"> & { make: (settings: Settings) => PersonMethod })[] = [{
  name: "stg-nf",
  title: "STG-NF",
  paper: "Hirschorn and Avidan, Normalizing flows for human pose anomaly detection, ICCV 2023",
  status: "adapted",
  options: STG_NF_OPTIONS,
  make: stgNf,
}, {
  name: "mocodad",
  title: "MoCoDAD",
  paper:
    "Flaborea et al., Multimodal motion conditioned diffusion model for skeleton-based video anomaly detection, ICCV 2023",
  status: "adapted",
  options: MOCODAD_OPTIONS,
  make: mocodad,
}, {
  name: "ml-aad",
  title: "ML-AAD",
  paper:
    "Maeda et al., Frequency-guided multi-level human action anomaly detection with normalizing flows, Pattern Recognition 2025",
  status: "reconstruction",
  options: ML_AAD_OPTIONS,
  make: mlAad,
}];

const ENTRIES: readonly Entry[] = [
  IADNET,
  ...METHODS.map(({ make, ...info }) =>
    entry({ ...info, people: true }, (settings, common) => new TwoPeople(make(settings), common))
  ),
  ...FLOORS.map((name) =>
    entry(
      { name, title: name, paper: "", status: "floor", people: false, options: {} },
      (_, common) => createFloor(name, common),
    )
  ),
];

/** All detectors: IADNet first, then the published methods, then the floors.
 * @example
 * ```ts
 * import { listDetectors } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * assert(listDetectors().some(({ name, status }) => name === "knn-poses" && status === "floor"));
 * ```
 */
export function listDetectors(): DetectorInfo[] {
  return ENTRIES.map(({ info }) => info);
}

/** Description of a detector that is named as for `createDetector`.
 * @throws {UsageError} As `createDetector`. */
export function describeDetector(spec: string): DetectorInfo {
  createDetector(spec); // its options are checked, too
  return findEntry(parseSpec(spec).name).info;
}

/** Create a detector from its name, with options after a colon: `iadnet`, `iadnet:preset=frozen,position=unsync`,
 * `stg-nf:channels=published`, `knn-poses`.
 * @throws {UsageError} If the name, an option or a value is unknown.
 * @example
 * ```ts
 * import { createDetector, generateDataset } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const detector = createDetector("iadnet:preset=tiny,epochs=2");
 * await detector.fit(generateDataset({ seed: 0, clipsPerCategory: 6, categories: ["hug"] }), { seed: 0 });
 * assertEquals(detector.name, "iadnet");
 * ```
 */
export function createDetector(spec: string, options: DetectorOptions = {}): Detector {
  checkOptions("create a detector", options, ["engine", "threads", "calibrationFolds"]);
  const { name, given } = parseSpec(spec);
  return findEntry(name).create(given, options);
}

/** Options for `loadDetector`. */
export type LoadOptions = Pick<DetectorOptions, "engine" | "threads">;

/** Read a detector's model file, of whichever kind it is.
 * @throws {DataError} If the file is missing, damaged, or not a model file of this package.
 * @example
 * ```ts
 * import { createDetector, generateDataset, loadDetector } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const clips = generateDataset({ seed: 0, clipsPerCategory: 4, categories: ["hug"] });
 * const floor = createDetector("knn-poses");
 * await floor.fit(clips, { seed: 0 });
 * const file = await Deno.makeTempFile();
 * await floor.save(file);
 * assertEquals(await (await loadDetector(file)).score(clips), await floor.score(clips));
 * ```
 */
export async function loadDetector(file: string, options: LoadOptions = {}): Promise<Detector> {
  let bytes: Uint8Array;
  try {
    bytes = await readFileUpTo(file);
  } catch (cause) {
    throw new DataError(`Cannot open model ${file}: ${(cause as Error).message}`, file);
  }
  return detectorFromBytes(bytes, file, options);
}

/** The detector that `toBytes` wrote.
 * @param file Name for errors.
 * @throws {DataError} If the bytes are damaged, or not a model file of this package. */
export function detectorFromBytes(
  bytes: Uint8Array,
  file: string = "model",
  options: LoadOptions = {},
): Detector {
  checkOptions("load a detector", options, ["engine", "threads"]);
  const decoded = decodeModelFile(bytes, file);
  try {
    return findEntry(decoded.detector).recreate(decoded.options, options).restore(decoded);
  } catch (cause) {
    throw new DataError(`Cannot use model ${file}: ${(cause as Error).message}`, file);
  }
}

function findEntry(name: string): Entry {
  const found = ENTRIES.find(({ info }) => info.name === name);
  if (found) return found;
  const known = ENTRIES.map(({ info }) => info.name).join(", ");
  throw new UsageError(`Cannot find detector ${name}: expected one of ${known}`);
}
