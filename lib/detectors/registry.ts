/**
 * All detectors by name: IADNet, the published methods that it is compared with, and the floors.
 *
 * @module
 */
import { decodeDetector } from "./file.ts";
import { ML_AAD_OPTIONS, mlAad, type MlAadOptions } from "./single_person/ml_aad/method.ts";
import { mocodad } from "./single_person/mocodad/method.ts";
import { MOCODAD_OPTIONS } from "./single_person/mocodad/options.ts";
import { STG_NF_OPTIONS, stgNf, type StgNfOptions } from "./single_person/stg_nf/method.ts";
import { createFloor, FLOORS, restoreFloor } from "./floors/floors.ts";
import { TwoPeople } from "./single_person/two_people.ts";
import type { PersonMethod } from "./single_person/method.ts";
import type { Detector } from "./detector.ts";
import type { Engine, EngineName, OpenEngine } from "../engine/engine.ts";
import { openEngine } from "../engine/select.ts";
import { DataError, UsageError } from "../core/errors.ts";
import { IADNet } from "./iadnet/detector.ts";
import { changePreset, getPreset } from "./iadnet/presets.ts";
import { parseSetting, type Setting } from "./settings.ts";

/** What there is to know of a detector. */
export interface DetectorInfo {
  /** Registry name. */
  readonly name: string;
  /** What tables call it. */
  readonly title: string;
  /** Where it was published; empty for a floor. */
  readonly paper: string;
  /** `exact`: as published. `as configured`: the published architecture, trained as its public configuration says.
   * `reconstruction`: written from the paper and related code, since none of its own is public. `floor`: nothing is trained. */
  readonly status: "exact" | "as configured" | "reconstruction" | "floor";
  /** Whether it has one model for each person. */
  readonly people: boolean;
  /** Its options with what they are if not given: `name:key=value,key=value` changes them. */
  readonly options: Readonly<Record<string, Setting>>;
}

/** How to make a detector. */
export interface DetectorOptions {
  /** The engine: its name, or an open one, which several detectors can share; `auto` if absent. */
  readonly engine?: EngineName | "auto" | OpenEngine;
  /** Threads of one operator where the engine is a name; 0 (as many as cores) if absent. */
  readonly threads?: number;
}

/** A published single-person method: what is known of it, and how to make it from all of its options. */
interface Entry {
  readonly info: DetectorInfo;
  readonly make: (options: DetectorInfo["options"]) => PersonMethod;
}

/** The single-person methods, in the paper's order. */
const METHODS: readonly Entry[] = [
  {
    info: {
      name: "stg-nf",
      title: "STG-NF",
      paper: "Hirschorn and Avidan, Normalizing flows for human pose anomaly detection, ICCV 2023",
      status: "exact",
      people: true,
      options: STG_NF_OPTIONS,
    },
    make: (options) => stgNf(options as StgNfOptions),
  },
  {
    info: {
      name: "mocodad",
      title: "MoCoDAD",
      paper:
        "Flaborea et al., Multimodal motion conditioned diffusion model for skeleton-based video anomaly detection, ICCV 2023",
      status: "as configured",
      people: true,
      options: MOCODAD_OPTIONS,
    },
    make: mocodad,
  },
  {
    info: {
      name: "ml-aad",
      title: "ML-AAD",
      paper:
        "Maeda et al., Frequency-guided multi-level human action anomaly detection with normalizing flows, Pattern Recognition 2025",
      status: "reconstruction",
      people: true,
      options: ML_AAD_OPTIONS,
    },
    make: (options) => mlAad(options as MlAadOptions),
  },
];

const IADNET: DetectorInfo = {
  name: "iadnet",
  title: "IADNet",
  paper: "IADNet: 3D human-human interaction anomaly detection",
  status: "reconstruction",
  people: false,
  options: { preset: "default" },
};

/** All detectors: IADNet first, then the published methods, then the floors.
 *
 * @example
 * ```ts
 * import { listDetectors } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * assert(listDetectors().some(({ name, status }) => name === "knn-poses" && status === "floor"));
 * ```
 */
export function listDetectors(): DetectorInfo[] {
  const floors = FLOORS.map((name): DetectorInfo => ({
    name,
    title: name,
    paper: "",
    status: "floor",
    people: false,
    options: {},
  }));
  return [IADNET, ...METHODS.map(({ info }) => info), ...floors];
}

/** What there is to know of a detector that is named as for `createDetector`.
 *
 * @throws {UsageError} As `createDetector`.
 */
export function describeDetector(spec: string): DetectorInfo {
  const { name } = createDetector(spec);
  return listDetectors().find((info) => info.name === name)!;
}

/** Make a detector from its name, with options after a colon: `iadnet`, `iadnet:preset=small,position=unsync`,
 * `stg-nf:channels=published`, `knn-poses`.
 *
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
  const [name, given] = parseSpec(spec);
  if (name === IADNET.name) {
    const { preset = "default", ...changes } = given;
    return new IADNet({ ...options, preset: changePreset(getPreset(preset), changes) });
  }
  const method = METHODS.find(({ info }) => info.name === name);
  if (method) return new TwoPeople(method.make(mergeOptions(method.info, given)), opener(options));
  if (!FLOORS.includes(name)) {
    const known = listDetectors().map((info) => info.name);
    throw new UsageError(`Cannot find detector ${name}: known are ${known.join(", ")}`);
  }
  const [option] = Object.keys(given);
  if (option) throw new UsageError(`Cannot make detector ${name}: it has no option ${option}`);
  return createFloor(name);
}

/** Read a detector's file, of whichever kind it is.
 *
 * @throws {DataError} If the file is missing, damaged, or no detector of this package.
 * @example
 * ```ts
 * import { createDetector, generateDataset, loadDetector } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const clips = generateDataset({ seed: 0, clipsPerCategory: 4, categories: ["hug"] });
 * const floor = createDetector("knn-poses");
 * await floor.fit(clips, { seed: 0 });
 * const file = await Deno.makeTempFile();
 * await Deno.writeFile(file, floor.toBytes());
 * assertEquals(await (await loadDetector(file)).score(clips), await floor.score(clips));
 * ```
 */
export async function loadDetector(file: string, options: DetectorOptions = {}): Promise<Detector> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(file);
  } catch (cause) {
    throw new DataError(`Cannot open detector ${file}: ${(cause as Error).message}`, file);
  }
  return detectorFromBytes(bytes, file, options);
}

/** The detector that `toBytes` wrote.
 *
 * @param file What to name in an error.
 * @throws {DataError} If the bytes are damaged, or no detector of this package.
 */
export function detectorFromBytes(bytes: Uint8Array, file: string, options: DetectorOptions = {}): Detector {
  let decoded;
  try {
    decoded = decodeDetector(bytes, file);
  } catch {
    return IADNet.fromBytes(bytes, file, options);
  }
  const method = METHODS.find(({ info }) => info.name === decoded.detector);
  try {
    if (!method) return restoreFloor(decoded);
    const known = Object.entries(decoded.options).filter(([key]) => Object.hasOwn(method.info.options, key));
    const given = Object.fromEntries(known.map(([key, value]) => [key, String(value)]));
    return TwoPeople.fromFile(decoded, method.make(mergeOptions(method.info, given)), opener(options));
  } catch (cause) {
    throw new DataError(`Cannot use detector ${file}: ${(cause as Error).message}`, file);
  }
}

/** A function that opens the engine when it is first called. */
function opener({ engine = "auto", threads = 0 }: DetectorOptions): () => Promise<Engine> {
  let opened: Promise<Engine> | undefined;
  return () =>
    opened ??= typeof engine === "string" ? openEngine(engine, threads) : Promise.resolve(engine as Engine); // every open engine is one
}

/** `name:key=value,key=value` as name and options. */
function parseSpec(spec: string): [string, Record<string, string>] {
  const colon = spec.indexOf(":");
  if (colon < 0) return [spec, {}];
  const pairs = spec.slice(colon + 1).split(",").map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`Cannot read detector ${spec}: expected key=value, got ${pair}`);
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  return [spec.slice(0, colon), Object.fromEntries(pairs)];
}

/** A method's options with those given, each of the kind it must be. */
function mergeOptions(
  { name, options }: DetectorInfo,
  given: Readonly<Record<string, string>>,
): DetectorInfo["options"] {
  const merged: Record<string, Setting> = { ...options };
  for (const [key, text] of Object.entries(given)) {
    if (!Object.hasOwn(options, key)) {
      const known = Object.keys(options).join(", ");
      throw new UsageError(`Cannot make detector ${name}: it has no option ${key}, known are ${known}`);
    }
    const value = parseSetting(text, options[key]);
    if (value === undefined) {
      throw new UsageError(
        `Cannot make detector ${name}: ${key} must be a ${typeof options[key]}, got ${text}`,
      );
    }
    merged[key] = value;
  }
  return merged;
}
