/** Numbers in text, as spreadsheets, Python, R and C write them. */

/** The value of a cell that is no number. A cell that is missing is NaN. */
export const WRONG = Infinity;

/** Words for a number that is missing. */
const MISSING = /^(?:[+-]?nan|null|none|#?n\/a|<?na>?)$/i;

/** Whether a text says that its value is missing: it is blank, or such as NaN, null, NA or None. */
export function isMissing(text: string): boolean {
  const trimmed = text.trim();
  return trimmed === "" || MISSING.test(trimmed);
}

/** A number in text: NaN if it is missing, WRONG if it is no finite number.
 * @param comma Whether a comma is the decimal mark. */
export function parseNumber(text: string, comma = false): number {
  const trimmed = text.trim();
  const plain = comma ? trimmed.replace(",", ".") : trimmed;
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain) && !(comma && trimmed.includes("."))) {
    const value = Number(plain);
    return Number.isFinite(value) ? value : WRONG;
  }
  return isMissing(trimmed) ? NaN : WRONG;
}

/** Reads the texts of the numbers of one file, in which all decimal marks are the same. */
export class NumberTexts {
  #mark: "." | "," | undefined;
  #isProven = false;
  /** The row of the first number with a decimal comma; undefined if there is none. */
  firstComma: number | undefined;

  /** @param commas Whether a decimal mark may be a comma, because the fields have another separator. */
  constructor(readonly commas: boolean) {}

  /** Whether the decimal mark is a comma. */
  get hasCommas(): boolean {
    return this.#mark === ",";
  }

  /** Whether all numbers with a decimal comma could as well be thousands, such as 1,234. */
  get isAmbiguous(): boolean {
    return this.firstComma !== undefined && !this.#isProven;
  }

  /** A number: NaN if it is missing, WRONG if it is no finite number, or has another decimal mark than those before. */
  read(text: string, row: number): number {
    const mark = text.includes(",") ? "," : text.includes(".") ? "." : undefined;
    if (mark === "," && !this.commas) return WRONG;
    const value = parseNumber(text, mark === ",");
    if (mark === undefined || Number.isNaN(value) || value === WRONG) return value;
    this.#mark ??= mark;
    if (this.#mark !== mark) return WRONG;
    if (mark === ",") {
      this.firstComma ??= row;
      this.#isProven ||= !/^[+-]?[1-9]\d{0,2},\d{3}$/.test(text.trim());
    }
    return value;
  }
}
