/** Time stamps of tables. */
import { parseNumber, WRONG } from "./csv/numbers.ts";

const DATE = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/i;

/** Seconds of a time stamp: a number, or a date and time as in ISO 8601, which is taken to be UTC unless it says otherwise.
 * @param comma Whether a comma is the decimal mark of numbers.
 * @returns NaN if it is missing, WRONG if it is neither. */
export function parseTime(text: string, comma: boolean): number {
  const found = DATE.exec(text.trim());
  if (!found) return parseNumber(text, comma);
  const [, date, minutes, seconds = "00", fraction = "0", zone = "Z"] = found;
  const offset = /^(Z|UTC)$/i.test(zone) ? "Z" : zone.replace(/^(...):?(..)$/, "$1:$2");
  const milliseconds = Date.parse(`${date}T${minutes}:${seconds}${offset}`);
  return Number.isNaN(milliseconds) ? WRONG : milliseconds / 1000 + Number(`0.${fraction}`);
}
