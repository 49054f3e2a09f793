/** What the rows of one clip of a table say about the whole clip: its category, group, frame rate, and the axis of its frames. */
import type { DataError } from "../../core/errors.ts";
import type { Clip, Recording } from "../clip.ts";
import { isMissing, WRONG } from "./csv/numbers.ts";
import { type Description, groupOfId } from "./description.ts";
import type { Kind, Numbers } from "./columns.ts";
import { matchColumns } from "../draft/columns.ts";
import { median } from "../units.ts";
import { FRAME_RATES, isFrameRate } from "./frame_rate.ts";
import type { Table } from "./table.ts";

/** A clip of a table: its recording, or what is wrong with it. */
export interface TableClip extends Pick<Clip, "id" | "category" | "group"> {
  /** The recording.
   * @throws {DataError} If one of its rows is wrong. */
  read(): Recording;
}

/** What the rows of a clip hold. */
export type ClipMotion = Omit<Recording, "id" | "category" | "group" | "up" | "zerosMissing">;

/** Frames of the rows of a clip. */
export interface ClipFrames {
  /** Number of frames. */
  readonly frames: number;
  /** The frame of each row of the clip. */
  readonly frameOf: Uint32Array;
  /** Their rate, and their numbers or times. */
  readonly timeline: Pick<Recording, "fps" | "numbers" | "times">;
}

/** Optional columns of a table of clips. */
export const CLIP_COLUMNS: Readonly<Record<string, Kind>> = {
  frame: "number",
  time: "time",
  fps: "number",
  category: "text",
  group: "text",
};

/** Frame rates that differ by less than this fraction may be the same: time stamps jitter. */
const SAME_RATE = 0.2;

/** The clip of a table that has no column of clips, nor one that may be meant: its file.
 * @param columns Names of the table's columns. */
export function loneClip(columns: readonly string[], { clipOfFile }: Description): Record<string, string> {
  return clipOfFile === undefined || matchColumns(columns).found.clip !== undefined
    ? {}
    : { clip: clipOfFile };
}

/** Rows of one clip. */
export class ClipRows {
  /** @param rows Its rows, in the order of the file; at least one. */
  constructor(readonly id: string, readonly rows: Uint32Array, readonly table: Table) {}

  /** Error about a row. */
  refuse(row: number, why: string): DataError {
    return this.table.refuse(`clip ${this.id}: ${why}`, row);
  }

  /** Error about a cell that is missing or no number. */
  fault(name: string, row: number): DataError {
    return this.refuse(row, this.table.faultOf(name, row));
  }

  /** The text of a column that is the same in all rows; undefined if there is no such column.
   * @throws {DataError} If it is missing in a row, or there are two. */
  text(name: string): string | undefined {
    const column = this.table.text.get(name);
    if (!column) return undefined;
    const { texts, indices } = column, { rows } = this, index = indices[rows[0]];
    if (isMissing(texts[index])) throw this.fault(name, rows[0]);
    for (let i = 1; i < rows.length; i++) {
      const row = rows[i];
      if (indices[row] === index) continue;
      throw isMissing(texts[indices[row]])
        ? this.fault(name, row)
        : this.refuse(row, `it has two values of ${name}`);
    }
    return texts[index];
  }

  /** Frames per second of the column `fps`; undefined if there is none, or its cells are blank.
   * @throws {DataError} If there are two, or it is no frame rate. */
  #rate(): number | undefined {
    const column = this.table.numbers.get("fps");
    if (!column) return undefined;
    const fps = column[this.rows[0]];
    for (const row of this.rows) {
      if (!Object.is(column[row], fps)) throw this.refuse(row, "it has two values of fps");
    }
    if (Number.isNaN(fps)) return undefined;
    if (fps === WRONG) throw this.fault("fps", this.rows[0]);
    if (!isFrameRate(fps)) throw this.refuse(this.rows[0], `fps must be ${FRAME_RATES}, got ${fps}`);
    return fps;
  }

  /** The frames of the rows, in the order of their first rows.
   * @param rate Frames per second unless the table states it. @param warn Told where time stamps tell it.
   * @throws {DataError} If a frame or time is missing or wrong, or the frame rate is unknown. */
  frames(rate: number | undefined, warn: (text: string) => void): ClipFrames {
    const { rows, table } = this, values = table.numbers.get(this.#moment)!;
    const frameOf = new Uint32Array(rows.length), known = new Map<number, number>(), firstRows: number[] = [];
    for (let i = 0, last = NaN, frame = 0; i < rows.length; i++) {
      const row = rows[i], value = values[row];
      if (value !== last) {
        if (!Number.isFinite(value)) throw this.fault(this.#moment, row);
        if (this.#moment === "frame" && !Number.isSafeInteger(value)) {
          throw this.refuse(row, `frame must be a whole number, got ${value}`);
        }
        const found = known.get(value);
        frame = found ?? firstRows.push(row) - 1;
        if (found === undefined) known.set(value, frame);
        last = value;
      }
      frameOf[i] = frame;
    }
    const moments = Float64Array.from(firstRows, (row) => values[row]);
    let fps = this.#rate() ?? rate;
    if (fps === undefined) {
      fps = this.#rateOfTimes(firstRows);
      warn("The frame rate of a table is stated nowhere: it is 1 / the median distance of the time stamps");
    } else this.#compareRate(firstRows, fps, warn);
    const timeline = { fps, [this.#moment === "frame" ? "numbers" : "times"]: moments };
    return { frames: firstRows.length, frameOf, timeline };
  }

  /** Words for the frame of a row. */
  momentOf(row: number): string {
    return `${this.#moment} ${this.table.numbers.get(this.#moment)![row]}`;
  }

  get #moment(): "frame" | "time" {
    return this.table.numbers.has("frame") ? "frame" : "time";
  }

  /** Frames per second as the time stamps tell it: 1 / their median distance, of one frame number if frames have numbers.
   * @param rows A row of each frame.
   * @throws {DataError} If they are missing, or tell no frame rate. */
  #rateOfTimes(rows: readonly number[]): number {
    const times = this.table.numbers.get("time");
    if (!times) throw this.table.refuse("fps is stated neither in iadnet.json nor by a column fps or time");
    const odd = rows.find((row) => !Number.isFinite(times[row]));
    if (odd !== undefined) throw this.fault("time", odd);
    const fps = this.#measureRate(rows, times);
    if (isFrameRate(fps)) return fps;
    const why = rows.length === 1
      ? "one frame tells no frame rate"
      : `its times tell ${fps} frames per second`;
    throw this.refuse(rows[0], `${why}: state fps, and times in seconds`);
  }

  /** Tell the user if the time stamps contradict the frame rate that is stated. */
  #compareRate(rows: readonly number[], fps: number, warn: (text: string) => void): void {
    const times = this.table.numbers.get("time");
    if (!times || !rows.every((row) => Number.isFinite(times[row]))) return;
    const told = this.#measureRate(rows, times);
    if (!isFrameRate(told) || Math.abs(told / fps - 1) <= SAME_RATE) return;
    warn(
      `The time stamps tell about ${Math.round(told)} frames per second, fps says ${fps}`,
    );
  }

  /** 1 / the median distance of time stamps, of one frame number if frames have numbers; NaN for one frame. */
  #measureRate(rows: readonly number[], times: Numbers): number {
    const frame = this.table.numbers.get("frame"), order = [...rows].sort((a, b) => times[a] - times[b]);
    const distances = order.slice(1).map((row, i) =>
      (times[row] - times[order[i]]) / (frame ? frame[row] - frame[order[i]] : 1)
    );
    return distances.length === 0 ? NaN : 1 / median(distances);
  }
}

/** The clips of a table, sorted by id. A clip with a wrong row throws when it is read.
 * @param read Reads the recording of a clip, but for its id, category and group. @param file Path to name in errors.
 * @throws {DataError} If a row belongs to no clip. */
export function clipsOf(
  table: Table,
  description: Description,
  file: string,
  read: (clip: ClipRows) => ClipMotion,
): TableClip[] {
  if (!table.numbers.has("frame") && !table.numbers.has("time")) {
    throw table.refuse("expected a column frame or time, found neither");
  }
  const { texts, indices } = table.text.get("clip")!, { up, zerosMissing } = description;
  const counts = new Uint32Array(texts.length);
  for (let row = 0; row < indices.length; row++) counts[indices[row]]++;
  const missing = texts.findIndex(isMissing);
  if (missing >= 0) throw table.refuse("clip is missing", indices.indexOf(missing));
  const rows = Array.from(counts, (count) => new Uint32Array(count)), filled = new Uint32Array(texts.length);
  for (let row = 0; row < indices.length; row++) {
    const index = indices[row];
    rows[index][filled[index]++] = row;
  }
  return texts.map((id, i): TableClip => {
    const clip = new ClipRows(id, rows[i], table);
    let category = description.categoryOf?.(id) ?? id.split("/")[0], group = id;
    try {
      category = clip.text("category") ?? category;
      group = clip.text("group") ?? groupOfId(description, id, file);
      const recording = { ...read(clip), id, category, group, up, zerosMissing };
      return { id, category, group, read: () => recording };
    } catch (error) {
      return {
        id,
        category,
        group,
        read: () => {
          throw error;
        },
      };
    }
  }).sort((a, b) => a.id < b.id ? -1 : 1);
}

/** The people of a clip or a table: their ids by rank. 0, 1 and 2 stand in this order, other ids in that of their first appearance. */
export function rankPeople(ids: readonly string[]): string[] {
  const distinct = [...new Set(ids)];
  return distinct.every((id) => /^[012]$/.test(id)) ? distinct.sort() : distinct;
}
