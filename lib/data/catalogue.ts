/**
 * The catalogue of a data set: one row a clip, in a polars frame inside, plain rows outside.
 *
 * @module
 */
import pl from "nodejs-polars";
import { UsageError } from "../core/errors.ts";
import type { Dataset } from "./dataset.ts";

/** One value of a row. */
export type Cell = string | number | boolean | null;

/** One row of a catalogue. */
export type Row = Record<string, Cell>;

/** A table of clips: clip, category, group, fold, fps, frames, seconds, skeleton, and whatever is joined to it.
 *
 * @example
 * ```ts
 * import { Catalogue, syntheticDataset } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const catalogue = Catalogue.of(syntheticDataset({ seed: 0, clipsPerCategory: 3, categories: ["hug", "kick"] }));
 * assertEquals(catalogue.count("category"), [{ category: "hug", count: 3 }, { category: "kick", count: 3 }]);
 * assertEquals(catalogue.filter({ category: "hug" }).size, 3);
 * ```
 */
export class Catalogue {
  readonly #frame: pl.DataFrame;

  private constructor(frame: pl.DataFrame) {
    this.#frame = frame;
  }

  /** The catalogue of a data set. */
  static of({ clips, folds }: Dataset): Catalogue {
    return new Catalogue(pl.DataFrame({
      clip: clips.map((clip) => clip.id),
      category: clips.map((clip) => clip.category),
      group: clips.map((clip) => clip.group),
      fold: clips.map((clip) => folds.get(clip.id) ?? null),
      fps: clips.map((clip) => clip.fps),
      frames: clips.map((clip) => clip.frames),
      seconds: clips.map((clip) => clip.frames / clip.fps),
      skeleton: clips.map((clip) => clip.skeleton.name),
    }));
  }

  /** Number of rows. */
  get size(): number {
    return this.#frame.height;
  }

  /** Column names. */
  get columns(): string[] {
    return this.#frame.columns;
  }

  /** Rows whose columns have these values; null stands for no value.
   *
   * @throws {UsageError} If a column is unknown.
   */
  filter(where: Row): Catalogue {
    let frame = this.#frame;
    for (const [column, value] of Object.entries(where)) {
      this.#check(column);
      frame = frame.filter(value === null ? pl.col(column).isNull() : pl.col(column).eq(pl.lit(value)));
    }
    return new Catalogue(frame);
  }

  /** Rows of each distinct value of a column, sorted by it: `{ [column], count }`.
   *
   * @throws {UsageError} If the column is unknown.
   */
  count(column: string): Row[] {
    this.#check(column);
    return this.#frame.groupBy(column).agg(pl.col("clip").count().alias("count")).sort(column)
      .toRecords() as Row[];
  }

  /** Mean, least and greatest value of a numeric column by another column: `{ [by], mean, low, high }`, sorted.
   *
   * @throws {UsageError} If a column is unknown.
   */
  summary(column: string, by: string): Row[] {
    this.#check(column);
    this.#check(by);
    const { mean, low, high } = {
      mean: pl.col(column).mean().alias("mean"),
      low: pl.col(column).min().alias("low"),
      high: pl.col(column).max().alias("high"),
    };
    return this.#frame.groupBy(by).agg(mean, low, high).sort(by).toRecords() as Row[];
  }

  /** Add the columns of `rows` to the clips that they name in their column `clip`; clips without a row are dropped.
   *
   * @throws {UsageError} If there is no row.
   */
  join(rows: readonly (Row & { clip: string })[]): Catalogue {
    if (rows.length === 0) throw new UsageError("Cannot join an empty list of rows");
    const columns = Object.fromEntries(
      Object.keys(rows[0]).map((name) => [name, rows.map((row) => row[name])]),
    );
    return new Catalogue(this.#frame.join(pl.DataFrame(columns), { on: "clip", how: "inner" }));
  }

  /** All rows, sorted by clip. */
  rows(): Row[] {
    return this.#frame.sort("clip").toRecords() as Row[];
  }

  #check(column: string): void {
    if (!this.#frame.columns.includes(column)) {
      throw new UsageError(`Cannot find column ${column}: known are ${this.#frame.columns.join(", ")}`);
    }
  }
}
