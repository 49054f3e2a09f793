/** Files and folders that are read as the data of a run was read. */
import { DataError, UsageError } from "../core/errors.ts";
import { isObject } from "../core/options.ts";
import { type DataSource, descriptionOf, type PathSource } from "./data_source.ts";
import { openArchive } from "./formats/archive.ts";
import { DESCRIPTION_FILE } from "./formats/description.ts";
import { isFile } from "./formats/folder.ts";
import { endingOf, singleFormat } from "./formats/single.ts";
import { SBU_FILE } from "./formats/sbu/clip.ts";
import type { Skeleton } from "./skeleton.ts";
import { listSkeletons } from "./skeletons.ts";

/** What is known about the data that a model learned. */
export interface LearnedData {
  /** How it was read: its options, treatments and description, and its format, `synthetic` for generated clips. Absent if it is not
   * known. */
  readonly reading?: Omit<PathSource, "path">;
  /** The joints. */
  readonly skeleton: Skeleton;
  /** Frames per second; absent if it is not known. */
  readonly fps?: number;
}

/** How the data of a source was read. A run that does not keep the description of custom data has it beside the data.
 * @returns The description is absent if it can be found in neither place. */
export async function readingOf(source: DataSource): Promise<LearnedData["reading"]> {
  if ("synthetic" in source) return { options: { format: "synthetic" }, treatments: [] };
  const { options, treatments } = source, description = await descriptionOf(source).catch(() => undefined);
  return { options, treatments, ...(description !== undefined && { description }) };
}

/** A file or folder as a data source that is read as the data of a model was: with its units, up axis, frame rate, joints, policy on
 * missing joints, filters and repairs. A folder or zip file with an `iadnet.json` is read as that says. Tables and arrays for a
 * model of other data than custom are in metres, with the skeleton's up axis.
 * @param path The file or folder. @param name Its name in messages.
 * @throws {UsageError} If the data says too little. @throws {DataError} If the path cannot be read. */
export async function sourceLike(path: string, data: LearnedData, name: string = path): Promise<PathSource> {
  const { reading } = data,
    { format: _, lenient: _lenient, description: _own, ...how } = reading?.options ?? { format: "" };
  const source = (format: string, description?: string): PathSource => ({
    path,
    options: { format, ...how, ...(description !== undefined && { description }) },
    treatments: reading?.treatments ?? [],
  });
  const single = await isFile(path) ? singleFormat(path) : undefined;
  if (single) return source(single, single === "custom" ? describeSingle(path, data, name) : undefined);
  const { members } = await openArchive(path, 3, undefined, DESCRIPTION_FILE), own = reading?.options.format;
  if (members.includes(DESCRIPTION_FILE)) return source("custom");
  if (members.some((member) => member.endsWith(".skeleton"))) return source("ntu120");
  if (members.some((member) => member.endsWith(SBU_FILE))) return source("sbu");
  if (own === "custom" && reading?.description === undefined) throw refusal(name, "keep");
  return source(
    own === undefined || own === "synthetic" || own === "cache" ? "sbu" : own,
    reading?.description,
  );
}

/** Description of a single table or array.
 * @throws {UsageError} If the data of the model does not say how to read it. */
function describeSingle(path: string, { reading, skeleton, fps }: LearnedData, name: string): string {
  if (!reading) throw refusal(name, "say how its data was read");
  const { description, options: { format } } = reading;
  if (description === undefined && ["custom", "own", "cache"].includes(format)) {
    throw refusal(name, `keep the ${DESCRIPTION_FILE} of its data`);
  }
  const known = description === undefined ? { up: skeleton.up } : parseObject(description, name);
  const { layout, group: _group, rest: _rest, ...fields } = known; // a single clip is in no group
  const rate = fields.fps ?? fps;
  if (rate === undefined) throw refusal(name, "say at how many frames per second its data is");
  const joints = listSkeletons().includes(skeleton.name) ? skeleton.name : skeleton;
  const own = fields.skeleton === undefined || layout === "bvh" || layout === "smplx"
    ? joints
    : fields.skeleton;
  return JSON.stringify({ ...fields, skeleton: own, fps: rate, layout: endingOf(path) });
}

function refusal(name: string, what: string): UsageError {
  return new UsageError(
    `Cannot read ${name}: the run does not ${what}; give a folder or zip file with the clip and its ${DESCRIPTION_FILE}`,
  );
}

function parseObject(text: string, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch { /* refused below */ }
  if (isObject(value)) return value;
  throw new DataError(`Cannot read ${name}: the description that the run keeps is not JSON`, name);
}
