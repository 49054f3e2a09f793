/** Description of a custom data set: a small JSON file `iadnet.json` beside its clips. */
import { RE2JS } from "re2js";
import { dirname } from "node:path";
import { DataError } from "../../core/errors.ts";
import { withoutSlashes } from "../../core/files.ts";
import { isFolder } from "./folder.ts";
import { DESCRIPTION_FILE } from "./given_files.ts";
import { isObject } from "../../core/options.ts";
import { type Skeleton, UP_AXES, type UpAxis } from "../skeleton.ts";
import { type ColumnNames, parseColumnNames } from "./column_names.ts";
import { FRAME_RATES, isFrameRate } from "./frame_rate.ts";
import { getSkeleton, listSkeletons, parseSkeleton } from "../skeletons.ts";
import { UNIT_NAMES, UNITS } from "../units.ts";
import { notesOf, skeletonOfAlias } from "../skeletons/notes.ts";
import { type Landmarks, parseLandmarks } from "./bvh/skeleton.ts";

export { DESCRIPTION_FILE };

/** Path of the description of a data set: in its folder, or beside its file. */
export async function descriptionFileOf(path: string): Promise<string> {
  return `${await isFolder(path) ? withoutSlashes(path) : dirname(path)}/${DESCRIPTION_FILE}`;
}

/** File layouts of custom data sets. */
const LAYOUTS = ["csv", "parquet", "npz", "npy", "bvh", "smplx"] as const;

/** Greatest length of the pattern `group`, characters. */
const LONGEST_PATTERN = 200;

/** Content of `iadnet.json`. */
export interface Description {
  /** File layout. */
  readonly layout: typeof LAYOUTS[number];
  /** The skeleton. Absent for `smplx`, and for `bvh` if it is that of the files. */
  readonly skeleton?: Skeleton;
  /** `bvh`: joints that the names in the files do not tell. */
  readonly landmarks?: Landmarks;
  /** `smplx`: name of the file with the joints at rest. */
  readonly rest?: string;
  /** Length of the files' unit, metres. */
  readonly metres: number;
  /** The axis that points up. */
  readonly up: UpAxis;
  /** Frames per second. Absent where the files state it: BVH, some of SMPL-X, tables with a column `fps` or `time`. */
  readonly fps?: number;
  /** Whether a joint at exactly the origin is missing, as some sensors write it. */
  readonly zerosMissing: boolean;
  /** Category of a clip whose table does not say, by its id; its part up to the first `/` if absent. */
  readonly categoryOf?: (id: string) => string;
  /** The id of the clip of a table without a column of clips. */
  readonly clipOfFile?: string;
  /** Finds the group in a clip's id; undefined where the pattern does not match. If absent, the whole id is the group. */
  readonly group?: (id: string) => string | undefined;
  /** Names of columns of tables. */
  readonly columns?: ColumnNames;
}

/** Read a description.
 *
 * ```json
 * { "layout": "csv", "skeleton": "kinect25", "units": "m", "up": "y", "fps": 30, "group": "^(S\\d+)" }
 * ```
 *
 * `layout` is csv, parquet, npz, npy, bvh or smplx. `skeleton` is a registered name, or an object with `name`, `joints`, `parents`,
 * `mirror`, `pelvis`, `hips` and `shoulders` (indices); `mirror` and `up` may be absent. For bvh the last three may stand alone, as
 * names or indices. For smplx there is `rest` instead, the `.npy` file of the joints at rest. `units` is m, cm or mm (m if absent), `up`
 * an axis such as y or -z. `zeros` is `position` or `missing`: what a joint at exactly the origin is (`position` if absent; a body
 * of zeros is missing in any case). `group` is a regular expression (RE2: no look-around, no back references) whose first group is the
 * clip's group. `columns` is for tables: the name of each column that is called otherwise, and `wide` a pattern such as
 * `p{person}_{joint}_{axis}` if there is one row a frame. `comment` is not read.
 * @param bytes Content of the file. @param file Path to name in errors.
 * @throws {DataError} If it is not JSON, or a field is missing, unknown or wrong; the message names the field. */
export function parseDescription(bytes: Uint8Array, file: string): Description {
  const refuse = (why: string) => new DataError(`Cannot use ${file}: ${why}`, file);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw refuse("it is not JSON");
  }
  if (!isObject(value)) throw refuse("expected an object");
  const fields = value;
  const known = ["layout", "skeleton", "units", "up", "fps", "zeros", "group", "rest", "comment", "columns"];
  const odd = Object.keys(fields).find((key) => !known.includes(key));
  if (odd !== undefined) throw refuse(`unknown field ${odd}, known are ${known.join(", ")}`);
  const choice = <T extends string>(key: string, from: readonly T[], fallback?: T): T => {
    const given = fields[key] === undefined ? fallback : fields[key]; // null is what a draft leaves open
    if (from.includes(given as T)) return given as T;
    throw refuse(`${key} must be ${from.join(", ")}, got ${JSON.stringify(given)}`);
  };
  const layout = choice("layout", LAYOUTS);
  const { fps, group, rest } = fields, hasOwnSkeleton = layout === "bvh" || layout === "smplx";
  const landmarks = layout === "bvh" ? parseLandmarks(fields.skeleton, refuse) : undefined;
  const skeleton = landmarks ? undefined : readSkeleton(fields.skeleton, refuse);
  if (!skeleton && !hasOwnSkeleton) throw refuse("skeleton is missing");
  if (skeleton && layout === "smplx") throw refuse("skeleton is that of rest for smplx: leave it out");
  if (layout === "smplx" ? typeof rest !== "string" || rest === "" : rest !== undefined) {
    throw refuse(
      `rest must be ${layout === "smplx" ? "the name of a .npy file" : "left out for this layout"}`,
    );
  }
  if (fields.up === undefined && (layout === "smplx" || skeleton && notesOf(skeleton.name).upVaries)) {
    throw refuse(`up is missing: ${skeleton?.name ?? layout} has no up axis of its own`);
  }
  const isTable = layout === "csv" || layout === "parquet", hasOwnRate = hasOwnSkeleton || isTable;
  if (fields.columns !== undefined && !isTable) throw refuse("columns are for the layouts csv and parquet");
  if (fps === undefined ? !hasOwnRate : !(typeof fps === "number" && isFrameRate(fps))) {
    throw refuse(`fps must be ${FRAME_RATES}, got ${JSON.stringify(fps)}`);
  }
  return {
    layout,
    ...(skeleton && { skeleton }),
    ...(landmarks && { landmarks }),
    ...(typeof rest === "string" && { rest }),
    metres: UNITS[choice("units", UNIT_NAMES, "m")],
    up: choice("up", UP_AXES, skeleton?.up ?? "y"),
    zerosMissing: choice("zeros", ["position", "missing"], "position") === "missing",
    ...(fps !== undefined && { fps: fps as number }),
    ...(group !== undefined && { group: readPattern(group, refuse) }),
    ...(fields.columns !== undefined && { columns: parseColumnNames(fields.columns, refuse) }),
  };
}

/** Group of a clip by the description's pattern.
 * @throws {DataError} If the pattern does not match the id. */
export function groupOfId({ group }: Description, id: string, file: string): string {
  if (!group) return id;
  const found = group(id);
  if (!found?.trim()) {
    const why = found === undefined ? "its id does not match group" : "group finds no text in its id";
    throw new DataError(`Cannot use clip ${id} of ${file}: ${why}`, file);
  }
  return found;
}

/** Compile a pattern from a file. The engine's time grows with the length of the id alone, whatever the pattern. */
function readPattern(value: unknown, refuse: (why: string) => DataError): Description["group"] {
  if (typeof value !== "string" || value.length > LONGEST_PATTERN) {
    const got = JSON.stringify(value).slice(0, 100);
    throw refuse(`group must be a regular expression of at most ${LONGEST_PATTERN} characters, got ${got}`);
  }
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(value);
  } catch (cause) {
    throw refuse(`group is not a regular expression: ${(cause as Error).message}`);
  }
  if (pattern.groupCount() < 1) throw refuse(`group must have parentheses around the group, got ${value}`);
  return (id) => {
    const found = pattern.matcher(id);
    return found.find() ? found.group(1) ?? undefined : undefined;
  };
}

function readSkeleton(value: unknown, refuse: (why: string) => DataError): Skeleton | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") {
    const known = listSkeletons(), found = known.includes(value) ? value : skeletonOfAlias(value);
    if (found !== undefined) return getSkeleton(found);
    throw refuse(`skeleton ${value} is unknown, known are ${known.join(", ")}`);
  }
  if (typeof value !== "object" || value === null) throw refuse("skeleton must be a name or an object");
  const { joints } = value as { joints?: unknown };
  const mirror = Array.isArray(joints) ? joints.map((_, i) => i) : undefined;
  try {
    return parseSkeleton({ up: "y", mirror, ...value }, (why) => refuse(`skeleton.${why}`));
  } catch (cause) {
    throw cause instanceof DataError ? cause : refuse((cause as Error).message);
  }
}
