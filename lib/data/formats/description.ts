/**
 * The description of a user's own clips: a small JSON file `iadnet.json` beside them.
 *
 * @module
 */
import { RE2JS } from "re2js";
import { DataError } from "../../core/errors.ts";
import { getSkeleton, listSkeletons, type Skeleton, UP_AXES, type UpAxis } from "../skeleton.ts";
import { adoptSkeleton } from "../skeleton_file.ts";

/** Name of the description file. */
export const DESCRIPTION_FILE = "iadnet.json";

/** How the joints are stored. */
export type OwnLayout = "csv" | "parquet" | "npz" | "npy" | "bvh";

/** Layouts of a user's own clips. */
export const OWN_LAYOUTS: readonly OwnLayout[] = ["csv", "parquet", "npz", "npy", "bvh"];

/** Longest pattern of groups, characters. */
const LONGEST_PATTERN = 200;

/** Metres of one unit. */
const UNITS: Readonly<Record<string, number>> = { m: 1, cm: 0.01, mm: 0.001 };

/** What `iadnet.json` says. */
export interface Description {
  /** How the joints are stored. */
  readonly layout: OwnLayout;
  /** The skeleton; absent for BVH files, which carry their own. */
  readonly skeleton?: Skeleton;
  /** Metres of one unit of the files. */
  readonly metres: number;
  /** The axis that points up. */
  readonly up: UpAxis;
  /** Frames per second; absent for BVH files, which say it themselves. */
  readonly fps?: number;
  /** Takes the clip's group out of its id; undefined where the pattern does not match. The whole id is the group if absent. */
  readonly group?: (id: string) => string | undefined;
}

/** Read a description.
 *
 * ```json
 * { "layout": "csv", "skeleton": "kinect25", "units": "m", "up": "y", "fps": 30, "group": "^(S\\d+)" }
 * ```
 *
 * `layout` is csv, parquet, npz, npy or bvh. `skeleton` is a registered name, or an object with `name`, `joints`, `parents`,
 * `mirror`, `pelvis`, `hips`, `shoulders` (indices). `units` is m, cm or mm (m if absent), `up` an axis such as y or -z. `group`
 * is a regular expression (RE2: no look-around, no back references) whose first group is the clip's.
 *
 * @param bytes The file's content. @param file Path to name in errors.
 * @throws {DataError} If it is not JSON, or a field is missing, unknown or wrong; the message names the field.
 */
export function parseDescription(bytes: Uint8Array, file: string): Description {
  const refuse = (why: string) => new DataError(`Cannot use ${file}: ${why}`, file);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw refuse("it is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw refuse("expected an object");
  const fields = value as Record<string, unknown>;
  const known = ["layout", "skeleton", "units", "up", "fps", "group"];
  const odd = Object.keys(fields).find((key) => !known.includes(key));
  if (odd !== undefined) throw refuse(`unknown field ${odd}, known are ${known.join(", ")}`);
  const choice = (key: string, from: readonly string[], fallback?: string): string => {
    const given = fields[key] ?? fallback;
    if (typeof given === "string" && from.includes(given)) return given;
    throw refuse(`${key} must be ${from.join(", ")}, got ${JSON.stringify(given)}`);
  };
  const layout = choice("layout", OWN_LAYOUTS) as OwnLayout;
  const skeleton = readSkeleton(fields.skeleton, refuse);
  if (!skeleton && layout !== "bvh") throw refuse("skeleton is missing");
  const { fps, group } = fields;
  if (fps === undefined ? layout !== "bvh" : !(typeof fps === "number" && fps > 0 && Number.isFinite(fps))) {
    throw refuse(`fps must be a positive number, got ${JSON.stringify(fps)}`);
  }
  return {
    layout,
    ...(skeleton && { skeleton }),
    metres: UNITS[choice("units", Object.keys(UNITS), "m")],
    up: choice("up", UP_AXES, skeleton?.up ?? "y") as UpAxis,
    ...(fps !== undefined && { fps: fps as number }),
    ...(group !== undefined && { group: readPattern(group, refuse) }),
  };
}

/** The group of a clip by the description's pattern.
 *
 * @throws {DataError} If the pattern does not match the id.
 */
export function groupOfId({ group }: Description, id: string, file: string): string {
  if (!group) return id;
  const found = group(id);
  if (found === undefined) {
    throw new DataError(`Cannot use clip ${id} of ${file}: its id does not match group`, file);
  }
  return found;
}

/** A pattern from a file, by an engine whose time grows with the id's length alone, whatever the pattern. */
function readPattern(value: unknown, refuse: (why: string) => DataError): Description["group"] {
  if (typeof value !== "string" || value.length > LONGEST_PATTERN) {
    throw refuse(
      `group must be a regular expression of at most ${LONGEST_PATTERN} characters, got ${
        JSON.stringify(value).slice(0, 100)
      }`,
    );
  }
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(value);
  } catch (cause) {
    throw refuse(`group is no regular expression: ${(cause as Error).message}`);
  }
  if (pattern.groupCount() < 1) throw refuse(`group has no parentheses around the group, got ${value}`);
  return (id) => {
    const found = pattern.matcher(id);
    return found.find() ? found.group(1) ?? undefined : undefined;
  };
}

function readSkeleton(value: unknown, refuse: (why: string) => DataError): Skeleton | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") {
    if (listSkeletons().includes(value)) return getSkeleton(value);
    throw refuse(`skeleton ${value} is unknown, known are ${listSkeletons().join(", ")}`);
  }
  if (typeof value !== "object" || value === null) throw refuse("skeleton must be a name or an object");
  const given = value as Record<string, unknown>;
  const { name, joints } = given;
  if (typeof name !== "string" || name === "") throw refuse("skeleton.name must be text");
  if (
    !Array.isArray(joints) || joints.length === 0 || joints.length > 1000 ||
    !joints.every((j) => typeof j === "string")
  ) {
    throw refuse("skeleton.joints must be 1 to 1000 names");
  }
  const indices = (key: string, length: number | undefined, low: number): number[] => {
    const list = given[key];
    const fits = Array.isArray(list) && (length === undefined ? list.length > 0 : list.length === length) &&
      list.every((item) => Number.isInteger(item) && item >= low && item < joints.length);
    if (fits) return list;
    throw refuse(`skeleton.${key} must be ${length ?? "some"} indices of joints`);
  };
  const up = given.up === undefined ? "y" : given.up;
  if (!UP_AXES.includes(up as UpAxis)) throw refuse(`skeleton.up must be ${UP_AXES.join(", ")}`);
  const skeleton: Skeleton = {
    name,
    joints,
    parents: indices("parents", joints.length, -1),
    mirror: given.mirror === undefined ? joints.map((_, i) => i) : indices("mirror", joints.length, 0),
    pelvis: indices("pelvis", undefined, 0),
    hips: indices("hips", 2, 0) as unknown as [number, number],
    shoulders: indices("shoulders", 2, 0) as unknown as [number, number],
    up: up as UpAxis,
  };
  try {
    return adoptSkeleton(skeleton);
  } catch (cause) {
    throw refuse((cause as Error).message);
  }
}
