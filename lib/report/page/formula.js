// @ts-check

/** Text for a cell of CSV that a spreadsheet does not take for a formula: an apostrophe goes before `=`, `+`, `-`, `@`, a tab and a
 * carriage return.
 *
 * @param {string} text */
export function withoutFormula(text) {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
