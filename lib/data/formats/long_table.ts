/** Tables in long form, CSV or Parquet: one row for each frame, person and joint. */
import { findJoints } from "../skeletons/joints.ts";
import { isMissing, WRONG } from "./csv/numbers.ts";
import type { Description } from "./description.ts";
import { openTable, readTable, type TableFormat } from "./table.ts";
import {
  CLIP_COLUMNS,
  type ClipMotion,
  type ClipRows,
  clipsOf,
  loneClip,
  rankPeople,
  type TableClip,
} from "./table_clips.ts";
import { readWideTable } from "./wide_table.ts";

/** The clips of a table. */
export interface ClipTable {
  /** All clips, sorted by id. */
  readonly clips: readonly TableClip[];
  /** What a user must know about them. */
  readonly warnings: readonly string[];
}

/** Read the clips of a table. Columns: clip, frame (a whole number) or time, person, joint (name, in any usual spelling, or index), x,
 * y, z, and optionally category, group and fps; or the names that the description maps them to. Rows stand in any order. A joint,
 * person or frame without a row is missing, and so is a joint with a blank coordinate. Of a clip whose people are not 1 and 2, the first
 * person is the one whose id comes first in the file.
 * @param bytes Content of the file. @param file Path to name in errors.
 * @throws {DataError} If it is not such a table. A clip with a wrong row, or that repeats a joint in a frame, throws when it is read. */
export async function readLongTable(
  bytes: Uint8Array,
  file: string,
  description: Description,
): Promise<ClipTable> {
  const open = await openTable(bytes, file, description.layout as TableFormat);
  const warnings: string[] = [], warn = (text: string) => warnings.includes(text) || warnings.push(text);
  if (open.warning) warn(open.warning);
  const { wide, ...names } = description.columns ?? {};
  if (wide !== undefined) return { clips: await readWideTable(open, file, description, warn), warnings };
  const columns = {
    clip: "text",
    person: "text",
    joint: "text",
    x: "single",
    y: "single",
    z: "single",
  } as const;
  const table = await readTable(open, file, {
    columns,
    optional: CLIP_COLUMNS,
    names,
    constants: loneClip(open.names, description),
  });
  const joints = findJoints(table.text.get("joint")!.texts, description.skeleton!);
  const people = table.text.get("person")!.texts.map((text) => isMissing(text) ? "" : personId(text));
  const ids = rankPeople(people), ranks = people.map((id) => id === "" ? -1 : ids.indexOf(id));
  if (ids.some((id) => !/^[012]?$/.test(id))) {
    warn(`The people of ${file} stand in the order in which their ids first appear`);
  }
  const read = (clip: ClipRows) => readClip(clip, joints, ranks, ids, description, warn);
  return { clips: clipsOf(table, description, file, read), warnings };
}

/** The id of a person; some programs write 1 as 1.0. */
const personId = (text: string) => text.trim().replace(/^(\d+)\.0+$/, "$1");

/** @param jointOf The joint that each text of its column names, or -1. @param rankOf The index in `ids` of each text of the column of
 * people, or -1. */
function readClip(
  clip: ClipRows,
  jointOf: readonly number[],
  rankOf: readonly number[],
  ids: readonly string[],
  description: Description,
  warn: (text: string) => void,
): ClipMotion {
  const { rows, table: { text, numbers } } = clip, { metres } = description, skeleton = description.skeleton!;
  const person = text.get("person")!, joint = text.get("joint")!, joints = skeleton.joints.length;
  const { frames, frameOf, timeline } = clip.frames(description.fps, warn);
  const sideOf = sidesOf(clip, (row) => rankOf[person.indices[row]], ids);
  const taken = new Uint8Array(frames * 2 * joints);
  const people = [1, 2].map(() => new Float32Array(frames * joints * 3).fill(NaN));
  const axes = ["x", "y", "z"].map((axis) => numbers.get(axis)!), [x, y, z] = axes;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const side = sideOf[rankOf[person.indices[row]]], named = jointOf[joint.indices[row]];
    if (named < 0) {
      const name = joint.texts[joint.indices[row]];
      throw isMissing(name)
        ? clip.fault("joint", row)
        : clip.refuse(row, `${skeleton.name} has no joint ${name}`);
    }
    const place = frameOf[i] * joints + named, at = place * 3, values = people[side];
    if (taken[place * 2 + side]++) {
      const who = `joint ${joint.texts[joint.indices[row]]} of person ${person.texts[person.indices[row]]}`;
      throw clip.refuse(row, `${who} exists twice in ${clip.momentOf(row)}`);
    }
    values[at] = Math.fround(x[row]) * metres;
    values[at + 1] = Math.fround(y[row]) * metres;
    values[at + 2] = Math.fround(z[row]) * metres;
    if (Math.abs(values[at]) + Math.abs(values[at + 1]) + Math.abs(values[at + 2]) === Infinity) {
      throw clip.fault(["x", "y", "z"][axes.findIndex((axis) => Math.abs(axis[row]) === WRONG)], row);
    }
  }
  return { ...timeline, skeleton, frames, x: people[0], y: people[1] };
}

/** The side of each rank: 0 for the first person, 1 for the second.
 * @throws {DataError} If a row has no person, or there are more than two. */
function sidesOf(clip: ClipRows, rankAt: (row: number) => number, ids: readonly string[]): number[] {
  const sides: number[] = [], present: number[] = [];
  for (const row of clip.rows) {
    const rank = rankAt(row);
    if (rank < 0) throw clip.fault("person", row);
    if (sides[rank] === undefined) sides[rank] = present.push(rank);
  }
  if (present.length > 2) {
    const found = present.slice(0, 5).map((rank) => ids[rank]).join(", ");
    throw clip.refuse(clip.rows[0], `expected two people, found ${present.length}: ${found}`);
  }
  const isSecond = present.length === 1 && ids[present[0]] === "2";
  present.sort((a, b) => a - b).forEach((rank, i) => sides[rank] = isSecond ? 1 : i);
  return sides;
}
