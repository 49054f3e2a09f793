/** Tables in wide form, CSV or Parquet: one row for each frame, a column for each person, joint and axis. */
import { cannotRead } from "../../core/errors.ts";
import { findJoints } from "../skeletons/joints.ts";
import { WRONG } from "./csv/numbers.ts";
import type { Description } from "./description.ts";
import type { OpenTable } from "./columns.ts";
import { readTable } from "./table.ts";
import { CLIP_COLUMNS, clipsOf, loneClip, rankPeople, type TableClip } from "./table_clips.ts";

/** A column of coordinates. */
interface Coordinate {
  readonly column: string;
  readonly person: string;
  readonly joint: string;
  readonly axis: number;
}

/** Read the clips of a table whose columns of coordinates are named by the description's pattern `wide`; other columns as in long
 * form. A joint without columns is missing in every frame.
 * @throws {DataError} If the pattern finds no columns, other than two people, an unknown joint or a joint twice. */
export async function readWideTable(
  open: OpenTable,
  file: string,
  description: Description,
  warn: (text: string) => void,
): Promise<TableClip[]> {
  const { wide = "", ...names } = description.columns!, skeleton = description.skeleton!;
  const refuse = (why: string) => cannotRead(file, why);
  const coordinates = findCoordinates(open.names, wide);
  const people = rankPeople(coordinates.map(({ person }) => person)), found = people.slice(0, 5).join(", ");
  if (people.length !== 2) {
    throw refuse(`expected columns ${wide} of two people, found ${people.length}${found && `: ${found}`}`);
  }
  const jointOf = findJoints(coordinates.map(({ joint }) => joint), skeleton);
  const places = coordinates.map(({ person, axis }, i) => ({
    side: people.indexOf(person),
    at: jointOf[i] * 3 + axis,
  }));
  for (const [i, { column, joint }] of coordinates.entries()) {
    const { side, at } = places[i];
    if (at < 0) throw refuse(`column ${column}: ${skeleton.name} has no joint ${joint}`);
    const other = places.findIndex((place) => place.side === side && place.at === at);
    if (other < i) throw refuse(`columns ${coordinates[other].column} and ${column} are the same coordinate`);
  }
  const columns = Object.fromEntries(coordinates.map(({ column }) => [column, "single" as const]));
  const table = await readTable(open, file, {
    columns: { clip: "text", ...columns },
    optional: CLIP_COLUMNS,
    names,
    constants: loneClip(open.names, description),
  });
  const values = coordinates.map(({ column }) => table.numbers.get(column)!);
  return clipsOf(table, description, file, (clip) => {
    const { rows } = clip, { frames, timeline } = clip.frames(description.fps, warn);
    if (frames < rows.length) {
      const seen = new Set<string>(),
        twice = rows.find((row) => seen.size === seen.add(clip.momentOf(row)).size)!;
      throw clip.refuse(twice, `${clip.momentOf(twice)} exists twice`);
    }
    const width = skeleton.joints.length * 3;
    const sides = [1, 2].map(() => new Float32Array(frames * width).fill(NaN));
    for (const [i, { side, at }] of places.entries()) {
      rows.forEach((row, t) => {
        if (Math.abs(values[i][row]) === WRONG) throw clip.fault(coordinates[i].column, row);
        sides[side][t * width + at] = values[i][row] * description.metres;
      });
    }
    return { ...timeline, skeleton, frames, x: sides[0], y: sides[1] };
  });
}

/** Columns whose name fits the pattern. */
function findCoordinates(names: readonly string[], pattern: string): Coordinate[] {
  const parts = pattern.split(/(\{(?:person|joint|axis)\})/).map((part) => {
    if (part === "{axis}") return "(?<axis>[xyzXYZ])";
    if (/^\{(person|joint)\}$/.test(part)) return `(?<${part.slice(1, -1)}>.+?)`;
    return part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  });
  const shape = new RegExp(`^${parts.join("")}$`);
  return names.flatMap((column) => {
    const found = shape.exec(column.trim())?.groups;
    if (!found) return [];
    return [{
      column,
      person: found.person,
      joint: found.joint,
      axis: "xyz".indexOf(found.axis.toLowerCase()),
    }];
  });
}
