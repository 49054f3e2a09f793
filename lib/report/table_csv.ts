/** The paper's tables as CSV: a line for each value. */
import type { BenchmarkTable } from "../experiments/tables/table.ts";
import { withoutFormula } from "./page/formula.js";

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
      const numbers = [value, ci[0], ci[1], seeds, seedSd, paper?.[i]].map((number) => String(number ?? ""));
      return [name(method), name(note), String(chosenByLabels), name(key), ...numbers];
    })
  );
  return [HEAD, ...lines].map((cells) => `${cells.join(",")}\r\n`).join("");
}

/** A name as a cell. */
function name(text: string): string {
  const safe = withoutFormula(text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
