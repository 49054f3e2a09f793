// @ts-check

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

/** Text for a cell of CSV that a spreadsheet does not take for a formula: an apostrophe goes before `=`, `+`, `-`, `@`, a tab and a
 * carriage return.
 *
 * @param {string} text */
export function withoutFormula(text) {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
