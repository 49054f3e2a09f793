/** Tables in long form, CSV or Parquet: one row for each frame, person and joint. */
import type { Clip } from "../clip.ts";
import { type Description, groupOfId } from "./description.ts";
import { findJoints } from "../skeletons/joints.ts";
import { readTable, type Table, type TableFormat, type TextColumn } from "./table.ts";

type LongTable = Table<"clip" | "joint", "frame" | "person" | "x" | "y" | "z", "category" | "group">;

/** Read the clips of a table, sorted by id. Columns: clip, frame, person (1 or 2), joint (name, in any usual spelling, or index), x, y, z, and optionally
 * category and group. Rows stand in any order. Frames are numbered from any first number on, without a gap.
 * @param bytes Content of the file. @param file Path to name in errors.
 * @throws {DataError} If it is not such a table, a cell is missing or wrong, or a clip lacks or repeats a joint in a frame. */
export function readLongTable(bytes: Uint8Array, file: string, description: Description): Clip[] {
  const table = readTable(bytes, file, description.layout as TableFormat, {
    text: ["clip", "joint"],
    numbers: ["frame", "person", "x", "y", "z"],
    optional: ["category", "group"],
  });
  const joints = findJoints(table.text.joint.texts, description.skeleton!), { texts } = table.text.clip;
  return rowsOf(table.text.clip)
    .map((rows, i) => readClip(texts[i], rows, table, joints, description, file))
    .sort((a, b) => a.id < b.id ? -1 : 1);
}

/** Rows of each text of a column, in order. */
function rowsOf({ texts, indices }: TextColumn): Uint32Array[] {
  const counts = new Uint32Array(texts.length);
  for (const index of indices) counts[index]++;
  const rows = Array.from(counts, (count) => new Uint32Array(count)), filled = new Uint32Array(texts.length);
  indices.forEach((index, row) => rows[index][filled[index]++] = row);
  return rows;
}

function readClip(
  id: string,
  rows: Uint32Array,
  table: LongTable,
  jointOf: readonly number[],
  description: Description,
  file: string,
): Clip {
  const { frame, person, x, y, z } = table.numbers, { category, group, joint } = table.text;
  const { metres } = description, skeleton = description.skeleton!, joints = skeleton.joints.length;
  const refuse = (row: number, why: string) => table.refuse(`clip ${id}: ${why}`, row);
  const nameOf = (row: number) => joint.texts[joint.indices[row]];
  let first = Infinity, last = -Infinity;
  for (const row of rows) {
    const number = frame[row];
    if (!Number.isSafeInteger(number)) throw refuse(row, `frame must be a whole number, got ${number}`);
    if (person[row] !== 1 && person[row] !== 2) {
      throw refuse(row, `person must be 1 or 2, got ${person[row]}`);
    }
    if (jointOf[joint.indices[row]] < 0) throw refuse(row, `${skeleton.name} has no joint ${nameOf(row)}`);
    if (number < first) first = number;
    if (number > last) last = number;
  }
  const placeOf = (row: number) =>
    ((frame[row] - first) * 2 + person[row] - 1) * joints + jointOf[joint.indices[row]];
  const taken = new Uint8Array(rows.length);
  for (const row of rows) {
    const place = placeOf(row);
    if (place < taken.length && taken[place]++) {
      const what = `joint ${nameOf(row)} of person ${person[row]}`;
      throw refuse(row, `${what} exists twice in frame ${frame[row]}`);
    }
  }
  // Rows have different places: if one lies beyond the number of rows, an earlier place is free.
  const free = taken.indexOf(0), gap = free < 0 ? taken.length : free, frames = last - first + 1;
  if (gap < frames * 2 * joints) {
    throw table.refuse(missingPart(id, gap, first, rows, table, skeleton.joints));
  }
  const people = [1, 2].map(() => new Float32Array(frames * joints * 3));
  for (const row of rows) {
    const values = people[person[row] - 1],
      at = ((frame[row] - first) * joints + jointOf[joint.indices[row]]) * 3;
    values[at] = Math.fround(x[row]) * metres;
    values[at + 1] = Math.fround(y[row]) * metres;
    values[at + 2] = Math.fround(z[row]) * metres;
    if (!Number.isFinite(values[at] + values[at + 1] + values[at + 2])) {
      throw refuse(row, `${nameOf(row)} is out of range, got ${x[row]}, ${y[row]}, ${z[row]}`);
    }
  }
  const valueOf = (name: string, column: TextColumn | undefined, fallback: () => string): string => {
    if (!column) return fallback();
    const { texts, indices } = column, index = indices[rows[0]];
    const other = rows.find((row) => indices[row] !== index);
    if (other !== undefined) throw refuse(other, `it has two values of ${name}`);
    return texts[index];
  };
  return {
    id,
    category: valueOf("category", category, () => description.categoryOf?.(id) ?? id.split("/")[0]),
    group: valueOf("group", group, () => groupOfId(description, id, file)),
    fps: description.fps!,
    skeleton,
    frames,
    x: people[0],
    y: people[1],
    up: description.up,
  };
}

/** What a clip lacks: a person, a frame, a person in a frame, or a joint.
 * @param place The first place without a row, counted by frame, person and joint. */
function missingPart(
  id: string,
  place: number,
  first: number,
  rows: Uint32Array,
  { numbers: { frame, person } }: LongTable,
  joints: readonly string[],
): string {
  const who = Math.floor(place / joints.length) % 2 + 1, at = first + Math.floor(place / joints.length / 2);
  if (!rows.some((row) => person[row] === who)) return `clip ${id}: person ${who} is missing`;
  if (!rows.some((row) => frame[row] === at)) return `clip ${id}: frame ${at} is missing`;
  const isThere = rows.some((row) => frame[row] === at && person[row] === who);
  const what = isThere ? `joint ${joints[place % joints.length]} of person ${who}` : `person ${who}`;
  return `clip ${id}, frame ${at}: ${what} is missing`;
}
