/** Catalogue of a data set: one row for each clip, in a polars frame. */
import pl from "nodejs-polars";
import { JUPYTER_DISPLAY, tableOutputs } from "../core/display.ts";
import { UsageError } from "../core/errors.ts";
import type { Dataset } from "./dataset.ts";

/** Value of one column of a row. */
export type CatalogueValue = string | number | boolean | null;

/** Row of a catalogue: values by column. */
export type CatalogueRow = Record<string, CatalogueValue>;

/** Rows that a notebook shows. */
const SHOWN = 20;

/** A table of clips with the columns clip, category, group, fold, fps, frames, seconds, skeleton, and those that are joined to it.
 * @example
 * ```ts
 * import { syntheticDataset } from "@lab/iadnet";
 * import { Catalogue } from "@lab/iadnet/data";
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

  /** Catalogue of a data set. */
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

  /** Rows whose columns have these values; null selects missing values.
   * @throws {UsageError} If a column is unknown. */
  filter(where: CatalogueRow): Catalogue {
    let frame = this.#frame;
    for (const [column, value] of Object.entries(where)) {
      this.#check(column);
      frame = frame.filter(value === null ? pl.col(column).isNull() : pl.col(column).eq(pl.lit(value)));
    }
    return new Catalogue(frame);
  }

  /** Number of rows for each distinct value of a column, sorted by value: `{ [column], count }`.
   * @throws {UsageError} If the column is unknown. */
  count(column: string): CatalogueRow[] {
    this.#check(column);
    return this.#frame.groupBy(column).agg(pl.col("clip").count().alias("count")).sort(column)
      .toRecords() as CatalogueRow[];
  }

  /** Mean, minimum and maximum of a numeric column for each value of another: `{ [by], mean, low, high }`, sorted.
   * @throws {UsageError} If a column is unknown. */
  summary(column: string, by: string): CatalogueRow[] {
    this.#check(column);
    this.#check(by);
    const value = pl.col(column);
    const [mean, low, high] = [
      value.mean().alias("mean"),
      value.min().alias("low"),
      value.max().alias("high"),
    ];
    return this.#frame.groupBy(by).agg(mean, low, high).sort(by).toRecords() as CatalogueRow[];
  }

  /** Join columns by the column `clip`; clips without a row are dropped.
   * @throws {UsageError} If there is no row. */
  join(rows: readonly (CatalogueRow & { clip: string })[]): Catalogue {
    if (rows.length === 0) throw new UsageError("Cannot join an empty list of rows");
    const columns = Object.keys(rows[0]).map((name) => [name, rows.map((row) => row[name])]);
    const other = pl.DataFrame(Object.fromEntries(columns));
    return new Catalogue(this.#frame.join(other, { on: "clip", how: "inner" }));
  }

  /** All rows, sorted by clip. */
  rows(): CatalogueRow[] {
    return this.#frame.sort("clip").toRecords() as CatalogueRow[];
  }

  /** What the last line of a notebook's cell shows: the first rows, as HTML and as text. */
  [JUPYTER_DISPLAY](): Record<"text/html" | "text/plain", string> {
    const rows = this.rows().slice(0, SHOWN), more = this.size - rows.length;
    return tableOutputs({
      title: `Catalogue of ${this.size} clips${more > 0 ? `, the first ${SHOWN}` : ""}`,
      columns: this.columns,
      rows: rows.map((row) => this.columns.map((column) => shownCell(row[column]))),
    });
  }

  #check(column: string): void {
    if (!this.#frame.columns.includes(column)) {
      throw new UsageError(`Cannot find column ${column}: known are ${this.#frame.columns.join(", ")}`);
    }
  }
}

/** A cell as text: numbers with at most four digits behind the point, nothing for a missing value. */
function shownCell(value: CatalogueRow[string]): string {
  return typeof value === "number" ? String(Number(value.toFixed(4))) : String(value ?? "");
}
