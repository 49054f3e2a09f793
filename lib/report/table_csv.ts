/** The paper's tables as CSV: a line for each value. */
import type { BenchmarkTable } from "../experiments/tables/table.ts";
import { csvText } from "./page/csv.js";

/** Columns of the file. */
const HEAD = [
  "row",
  "note",
  "chosen_by_labels",
  "column",
  "value",
  "low",
  "high",
  "seeds",
  "seed_sd",
  "paper",
];

/** A table as CSV, all digits of every number, empty where there is none. A name that a spreadsheet would take for a formula begins with
 * an apostrophe. */
export function tableCsv({ columns, rows }: BenchmarkTable): string {
  const lines = rows.flatMap(({ method, note = "", chosenByLabels, figures, paper }) =>
    columns.map(({ key }, i) => {
      const { value, ci = [], seeds, seedSd } = figures[i] ?? {};
      const numbers = [value, ci[0], ci[1], seeds, seedSd, paper?.[i] ?? undefined];
      return [method, note, String(chosenByLabels), key, ...numbers];
    })
  );
  return csvText(HEAD, lines);
}
