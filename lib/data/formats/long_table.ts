/**
 * Tables in long form, CSV or Parquet: one row a joint, person and frame.
 *
 * @module
 */
import { DataError } from "../../core/errors.ts";
import type { Clip } from "../clip.ts";
import { type Description, groupOfId } from "./description.ts";
import { readParquet } from "./parquet.ts";
import { readCsv } from "./table.ts";

const COLUMNS = ["clip", "frame", "person", "joint", "x", "y", "z"] as const;

/** The clips of a table, in the order of their ids. Frames are numbered from any first number on, without a gap.
 *
 * @param bytes The file's content. @param file Path to name in errors.
 * @throws {DataError} If it is no such table, lacks a column, or a clip lacks or repeats a joint in a frame.
 */
export function readLongTable(bytes: Uint8Array, file: string, description: Description): Clip[] {
  const refuse = (why: string, position?: string) =>
    new DataError(`Cannot read ${file}: ${why}`, file, position);
  let columns: Map<string, unknown[]>;
  try {
    columns = description.layout === "csv" ? readCsv(bytes) : readParquet(bytes);
  } catch (cause) {
    throw refuse(`it is no ${description.layout} table: ${(cause as Error).message.split("\n")[0]}`);
  }
  const missing = COLUMNS.find((column) => !columns.has(column));
  if (missing) throw refuse(`expected the column ${missing}, found ${[...columns.keys()].join(", ")}`);
  const column = (name: string) => columns.get(name)!;
  const text = (name: string) => columns.get(name)?.map((value) => String(value ?? ""));
  const table: Table = {
    clip: text("clip")!,
    frame: column("frame").map(number),
    person: column("person").map(number),
    joint: text("joint")!,
    values: [column("x"), column("y"), column("z")].map((axis) => Float32Array.from(axis, number)),
    category: text("category"),
    group: text("group"),
  };
  const rows = new Map<string, number[]>();
  table.clip.forEach((id, row) => {
    if (id === "") throw refuse("a clip has no name", `row ${row + 1}`);
    const known = rows.get(id);
    if (known) known.push(row);
    else rows.set(id, [row]);
  });
  return [...rows].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([id, own]) => readClip(id, own, table, description, refuse, file));
}

/** A field as a number; NaN if nothing is there. */
function number(value: unknown): number {
  return value === null || value === "" ? NaN : Number(value);
}

interface Table {
  readonly clip: readonly string[];
  readonly frame: readonly number[];
  readonly person: readonly number[];
  readonly joint: readonly string[];
  readonly values: readonly Float32Array[];
  readonly category?: readonly string[];
  readonly group?: readonly string[];
}

function readClip(
  id: string,
  rows: readonly number[],
  table: Table,
  description: Description,
  refuse: (why: string, position?: string) => DataError,
  file: string,
): Clip {
  const skeleton = description.skeleton!, joints = skeleton.joints.length;
  const first = rows.reduce((low, row) => Math.min(low, table.frame[row]), Infinity);
  const frames = rows.length / (2 * joints);
  const expected = `clip ${id}: expected ${2 * joints} rows a frame, two people with ${joints} joints each`;
  if (!Number.isInteger(frames)) throw refuse(`${expected}, got ${rows.length} rows`);
  const x = new Float32Array(frames * joints * 3), y = new Float32Array(frames * joints * 3);
  const seen = new Uint8Array(rows.length);
  for (const row of rows) {
    const at = `row ${row + 1}`, t = table.frame[row] - first, person = table.person[row];
    if (!Number.isInteger(t) || t >= frames) {
      throw refuse(`clip ${id}: frame ${table.frame[row]} is not one of ${frames} from ${first} on`, at);
    }
    if (person !== 1 && person !== 2) throw refuse(`clip ${id}: person must be 1 or 2, got ${person}`, at);
    const name = table.joint[row], byName = skeleton.joints.indexOf(name);
    const joint = byName >= 0 ? byName : /^\d+$/.test(name) ? Number(name) : -1;
    if (joint < 0 || joint >= joints) throw refuse(`clip ${id}: ${skeleton.name} has no joint ${name}`, at);
    const place = (t * 2 + person - 1) * joints + joint;
    if (seen[place]++) {
      throw refuse(
        `clip ${id}: joint ${name} of person ${person} is there twice in frame ${table.frame[row]}`,
        at,
      );
    }
    const to = person === 1 ? x : y;
    for (let axis = 0; axis < 3; axis++) {
      const value = table.values[axis][row] * description.metres;
      if (!Number.isFinite(value)) {
        throw refuse(
          `clip ${id}: ${"xyz"[axis]} of ${name} of person ${person} in frame ${
            table.frame[row]
          } is ${value}`,
          at,
        );
      }
      to[(t * joints + joint) * 3 + axis] = value;
    }
  }
  const of = (column: readonly string[] | undefined, name: string, fallback: () => string): string => {
    if (!column) return fallback();
    const other = rows.find((row) => column[row] !== column[rows[0]]);
    if (other !== undefined) throw refuse(`clip ${id} has two values of ${name}`, `row ${other + 1}`);
    return column[rows[0]];
  };
  return {
    id,
    category: of(table.category, "category", () => id.split("/")[0]),
    group: of(table.group, "group", () => groupOfId(description, id, file)),
    fps: description.fps!,
    skeleton,
    frames,
    x,
    y,
    up: description.up,
  };
}
