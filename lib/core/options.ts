/**
 * Checks of options objects.
 *
 * @module
 */
import { UsageError } from "./errors.ts";

/** Refuse options that nobody reads, such as misspelt ones.
 * @param action What the options are for, such as `create IADNet`. @param given The options object. @param known Names that are read.
 * @throws {UsageError} If an option has another name. */
export function checkOptions(action: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`Cannot ${action}: unknown option ${unknown}, expected one of ${known.join(", ")}`);
  }
}
