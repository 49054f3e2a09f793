/** Scored clips as a table for a terminal, as CSV and as Parquet. */
import { writeFileAtomic } from "../core/files.ts";
import { withoutFormula } from "../report/page/csv.js";
import { printable } from "./printable.ts";

/** A scored clip. */
export interface ScoredClip {
  readonly clip: string;
  readonly category: string;
  readonly score: number;
  /** p-value; absent where the model is not calibrated. */
  readonly p?: number;
  /** Absent where the model is not calibrated. */
  readonly alarm?: boolean;
}

/** A table of clips in lines of text, with the number of alarms at the end.
 * @param alpha Rate of false alarms of the column of alarms. */
export function scoredTable(clips: readonly ScoredClip[], alpha: number): string {
  const isCalibrated = clips.some(({ p }) => p !== undefined);
  const head = ["clip", "category", "score", ...isCalibrated ? ["p", "alarm"] : []];
  const rows = clips.map(({ clip, category, score, p, alarm }) => [
    oneLine(clip),
    oneLine(category),
    score.toPrecision(5),
    ...isCalibrated ? [p?.toPrecision(3) ?? "", alarm ? "alarm" : ""] : [],
  ]);
  const widths = head.map((_, i) => [head, ...rows].reduce((most, row) => Math.max(most, row[i].length), 0));
  const isNumber = (i: number) => i === 2 || i === 3;
  const line = (row: readonly string[]) =>
    row.map((text, i) => isNumber(i) ? text.padStart(widths[i]) : text.padEnd(widths[i])).join("  ")
      .trimEnd();
  const alarms = clips.filter(({ alarm }) => alarm).length;
  const foot = isCalibrated ? ["", `Alarms at alpha ${alpha}: ${alarms} of ${clips.length} clips`] : [];
  return [line(head), ...rows.map(line), ...foot].join("\n");
}

/** A name in a line of a table. */
function oneLine(name: string): string {
  return printable(name).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

/** Write clips as a table with the columns clip, category, score, p and alarm. In CSV, a name that a spreadsheet would take for a
 * formula begins with an apostrophe.
 * @throws {IadnetError} If the file cannot be written. */
export async function writeScored(
  file: string,
  kind: "csv" | "parquet",
  clips: readonly ScoredClip[],
): Promise<void> {
  const { default: pl } = await import("nodejs-polars"); // a native library: only where it is needed
  const column = <T>(name: keyof ScoredClip, type: typeof pl.Float64 | typeof pl.Bool) =>
    pl.Series(name, clips.map((clip) => clip[name] ?? null) as T[], type);
  const name = (key: "clip" | "category") =>
    pl.Series(key, clips.map((clip) => kind === "csv" ? withoutFormula(clip[key]) : clip[key]), pl.Utf8);
  const frame = pl.DataFrame([
    name("clip"),
    name("category"),
    column<number>("score", pl.Float64),
    column<number>("p", pl.Float64),
    column<boolean>("alarm", pl.Bool),
  ]);
  const bytes = kind === "csv" ? frame.writeCSV() : frame.writeParquet();
  await writeFileAtomic(file, new Uint8Array(bytes));
}
