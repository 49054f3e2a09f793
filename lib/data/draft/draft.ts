/** A draft of the description `iadnet.json` for data that have none: what the files tell, and what only their owner knows. */
import { type Archive, openArchive } from "../formats/archive.ts";
import { openZip } from "../formats/zip.ts";
import { openClipSource } from "../formats/registry.ts";
import { readNpy } from "../formats/npy.ts";
import { ENDINGS } from "../formats/custom/tables.ts";
import { expandTable } from "../formats/gzip.ts";
import { columnNames, openTable, readTable, type TableFormat } from "../formats/table.ts";
import { getSkeleton } from "../skeletons.ts";
import { notesOf } from "../skeletons/notes.ts";
import { bodySize, likelyUnit } from "../units.ts";
import { matchColumns } from "./columns.ts";
import { inferUp } from "./measure.ts";
import { skeletonsOf, skeletonsOfSize } from "./skeleton.ts";

/** A draft of a description. */
export interface Draft {
  /** Fields of the description. One that the files do not tell is null; the field `comment` says what to write. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What could not be told, or should be checked: one sentence each. */
  readonly comments: readonly string[];
  /** Whether the description can be used as it is. */
  readonly complete: boolean;
}

/** Clips that are measured. */
const MEASURED = 8;

/** Frame rate with which clips are measured if theirs is not known: it plays no part. */
const ANY_RATE = 30;

/** Draft a description of a folder, zip or single file.
 * @param fps Frames per second, for files that do not tell. @returns undefined if it has no table, array or BVH file.
 * @throws {DataError} If the path cannot be opened, or its first file is damaged. */
export async function draftDescription(path: string, fps?: number): Promise<Draft | undefined> {
  const archive = await openArchive(path, 4), layout = layoutOf(archive.members);
  if (!layout) return undefined;
  const comments: string[] = [], first = archive.members.find((name) => endsWith(name, layout))!;
  const told = layout === "csv" || layout === "parquet"
    ? await draftTable(archive, first, layout, comments)
    : layout === "bvh"
    ? {}
    : await draftArray(archive, first, layout, comments);
  const fields: Record<string, unknown> = { layout, ...told };
  if (fields.fps === null) {
    if (fps === undefined) comments.push("fps: write the frames per second of the recordings, or give --fps");
    else fields.fps = fps;
  }
  const measured = await measure(path, fields, comments);
  comments.push(
    "group: each clip counts as a group of its own; if people were recorded more than once, write a pattern that finds " +
      'the people or the session in a clip\'s id, such as "^(S[0-9]+)", so that nobody is on both sides of a split',
  );
  const all = { ...fields, ...measured };
  return { fields: { ...all, comment: comments }, comments, complete: isComplete(all) };
}

/** Whether no field, nor a field of a field, is null. */
function isComplete(value: unknown): boolean {
  return value !== null && (typeof value !== "object" || Object.values(value).every(isComplete));
}

type Layout = "csv" | "parquet" | "npz" | "npy" | "bvh";

/** The layout of most files. */
function layoutOf(members: readonly string[]): Layout | undefined {
  const counts = (["csv", "parquet", "npz", "npy", "bvh"] as const)
    .map((layout) => ({ layout, count: members.filter((name) => endsWith(name, layout)).length }));
  const [most] = counts.sort((a, b) => b.count - a.count);
  return most.count > 0 ? most.layout : undefined;
}

function endsWith(name: string, layout: Layout): boolean {
  return layout === "csv" ? ENDINGS.csv.test(name) : name.toLowerCase().endsWith(`.${layout}`);
}

async function draftTable(
  archive: Archive,
  name: string,
  layout: TableFormat,
  comments: string[],
): Promise<Record<string, unknown>> {
  const file = archive.file(name), bytes = expandTable(await archive.read(name), file);
  const names = await columnNames(bytes, file, layout);
  const { found, missing } = matchColumns(names);
  if (missing.length > 0) {
    const known = names.join(", ");
    comments.push(`columns: write which of the columns ${known} are ${missing.join(", ")}`);
    if (["x", "y", "z"].every((axis) => missing.includes(axis))) {
      comments.push(
        'columns: if there is one row a frame, write instead of person, joint, x, y and z a pattern such as "wide": ' +
          '"p{person}_{joint}_{axis}"',
      );
    }
  }
  const renamed = Object.entries(found).filter(([own, other]) => own !== other);
  const columns = {
    ...Object.fromEntries(renamed),
    ...Object.fromEntries(missing.map((own) => [own, null])),
  };
  const rate = found.fps ?? found.time;
  const joints = found.joint === undefined
    ? []
    : (await readTable(await openTable(bytes, file, layout), file, { columns: { [found.joint]: "text" } }))
      .text.get(found.joint)!.texts;
  return {
    ...(Object.keys(columns).length > 0 && { columns }),
    skeleton: chooseSkeleton(skeletonsOf(joints), joints, comments),
    ...(!rate && { fps: null }),
  };
}

async function draftArray(
  archive: Archive,
  name: string,
  layout: Layout,
  comments: string[],
): Promise<Record<string, unknown>> {
  const file = archive.file(name);
  const bytes = layout === "npy"
    ? await archive.read(name)
    : (await openZip(file, await archive.read(name))).read("keypoint.npy");
  const { shape } = readNpy(bytes, file), joints = shape.at(-2) ?? 0;
  const indices = Array.from({ length: joints }, (_, i) => String(i));
  return { skeleton: chooseSkeleton(skeletonsOfSize(joints), indices, comments), fps: null };
}

/** The skeleton that fits; one to be completed if none does. */
function chooseSkeleton(fits: readonly string[], joints: readonly string[], comments: string[]): unknown {
  const [name] = fits;
  if (fits.length > 1) {
    comments.push(
      `skeleton: ${fits.join(", ")} have these joints, check which it is: deno task inspect --skeletons`,
    );
  }
  if (name !== undefined) return name;
  comments.push(
    "skeleton: no registered one has these joints (deno task inspect --skeletons); write parents (index of each joint's " +
      "parent, -1 for the root), pelvis, hips and shoulders (left, right)",
  );
  return { name: "mine", joints, parents: null, pelvis: null, hips: null, shoulders: null };
}

/** Unit and up axis as some clips have them. */
async function measure(
  path: string,
  fields: Readonly<Record<string, unknown>>,
  comments: string[],
): Promise<Record<string, unknown>> {
  const unknown = { units: null, up: null };
  const ask = (why: string) => {
    comments.push(
      `units: write m, cm or mm (${why})`,
      "up: write the axis that points up, such as y, z or -y",
    );
    return unknown;
  };
  const columns = (fields.columns ?? {}) as Record<string, unknown>;
  if (Object.values(columns).includes(null)) return ask("the columns are not known yet");
  if (typeof fields.skeleton === "object" && fields.skeleton !== null) {
    return ask("the skeleton is not known yet");
  }
  const skeleton = typeof fields.skeleton === "string" ? getSkeleton(fields.skeleton) : undefined;
  const trial = { ...fields, units: "m", up: "y", ...(fields.fps === null && { fps: ANY_RATE }) };
  const clips = [];
  try {
    const options = {
      description: JSON.stringify(trial),
      units: "m",
      missing: "interpolate",
      longestGap: Infinity,
    } as const;
    const { entries, read } = await openClipSource(path, "custom", options);
    for (const entry of entries.slice(0, MEASURED)) clips.push(await read(entry));
  } catch (error) {
    return ask(`no clip can be read yet: ${(error as Error).message}`);
  }
  const size = bodySize(clips[0]), unit = likelyUnit(size, "m"), up = inferUp(clips);
  if (!unit) {
    comments.push(`units: write m, cm or mm; bodies are ${Number(size.toPrecision(3))} of the unit tall`);
  } else {comments.push(
      `units: bodies are ${Number(size.toPrecision(3))} ${unit} tall, so it is taken to be ${unit}`,
    );}
  if (!up) {
    comments.push("up: heads are not clearly above feet along one axis; write the axis that points up");
  } else if (!skeleton || skeleton.up !== up || notesOf(skeleton.name).upVaries) {
    comments.push(`up: heads are above feet along ${up}`);
  }
  return { units: unit ?? null, up: up ?? null };
}
