// @ts-check
/// <reference lib="dom" />
import { withoutFormula } from "./formula.js";

/** Rows as CSV. Text that a spreadsheet would take for a formula gets a quote in front.
 *
 * @param {readonly string[]} titles @param {readonly (readonly (string | number | undefined)[])[]} rows */
export function csvText(titles, rows) {
  return [titles, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

/** @param {string | number | undefined} value */
function csvCell(value = "") {
  if (typeof value === "number") return String(value);
  const safe = withoutFormula(value);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Let the reader keep a text as a file.
 *
 * @param {string} name @param {string} text */
export function saveText(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
