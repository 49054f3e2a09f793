/** Checks of options, and of values from files. */
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

/** What a setting must be: in words, and as a test. */
export type Rule = readonly [must: string, test: (value: unknown) => boolean];

/** One of these values. */
export function oneOf(...values: readonly unknown[]): Rule {
  return [`${values.slice(0, -1).join(", ")} or ${values.at(-1)}`, (value) => values.includes(value)];
}

/** A whole number in [least, most]. */
export function wholeNumber(least: number, most = Infinity): Rule {
  const range = most === Infinity ? `from ${least}` : `from ${least} to ${most}`;
  return [`a whole number ${range}`, (value) => {
    const number = Number(value);
    return Number.isInteger(value) && least <= number && number <= most;
  }];
}

/** A number that passes the test. */
export function numberThat(must: string, test: (value: number) => boolean): Rule {
  return [must, (value) => typeof value === "number" && test(value)];
}

/** Undefined, or what the rule says. */
export function optional([must, test]: Rule): Rule {
  return [must, (value) => value === undefined || test(value)];
}

/** Check settings, each by its rule, and return them.
 * @param action What the settings are for, such as `create detector stg-nf`. @param rules Rules of all settings that have one.
 * @throws {UsageError} If a setting breaks its rule. */
export function checkSettings<Config extends object>(
  action: string,
  settings: object,
  rules: { readonly [Key in keyof Config]?: Rule },
): Config {
  for (const [key, [must, test]] of Object.entries(rules as Record<string, Rule>)) {
    const value = (settings as Record<string, unknown>)[key];
    if (!test(value)) throw new UsageError(`Cannot ${action}: ${key} must be ${must}, got ${value}`);
  }
  return settings as Config;
}

/** A number between 0 and 1, such as a rate of false alarms. */
export const FRACTION: Rule = numberThat("between 0 and 1", (value) => value > 0 && value < 1);

/** Whether a value, such as one of a JSON file, is an object and no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
