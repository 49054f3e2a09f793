/**
 * Command-line options: declared by name, checked, with the nearest name in the error.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../core/errors.ts";

/** Options of one verb: name to description. Names in `flags` take no value. */
export interface OptionSpec {
  readonly values: Readonly<Record<string, string>>;
  readonly flags?: Readonly<Record<string, string>>;
}

/** Parsed options. */
export interface Options {
  /** The value of an option, or undefined. */
  value(name: string): string | undefined;
  /** The value of an option that must be there.
   * @throws {UsageError} If it is missing. */
  required(name: string): string;
  /** An integer in a range.
   * @throws {UsageError} If it is not one. */
  integer(name: string, fallback: number, low: number, high: number): number;
  /** A number between 0 and 1, both excluded.
   * @throws {UsageError} If it is not one. */
  fraction(name: string, fallback: number): number;
  /** The parts of a value; undefined if it is absent. */
  list(name: string, separator?: string): string[] | undefined;
  /** Whether a flag is there. */
  flag(name: string): boolean;
  /** Names of the options and flags that are there. */
  given(): string[];
}

/** Parse the options of a verb.
 *
 * @throws {UsageError} If an option is unknown, has no value, or an argument is left over.
 */
export function parseOptions(verb: string, args: readonly string[], spec: OptionSpec): Options {
  const names = [...Object.keys(spec.values), ...Object.keys(spec.flags ?? {})];
  const parsed = parseArgs([...args], {
    string: Object.keys(spec.values),
    boolean: Object.keys(spec.flags ?? {}),
    unknown: (arg, key) => {
      if (key === undefined) throw new UsageError(`Cannot run ${verb}: unexpected argument ${arg}`);
      throw new UsageError(
        `Cannot run ${verb}: unknown option ${arg}, did you mean --${nearest(key, names)}`,
      );
    },
  });
  const value = (name: string) => {
    const given = parsed[name];
    if (given === "") throw new UsageError(`Cannot run ${verb}: option --${name} needs a value`);
    return given as string | undefined;
  };
  const required = (name: string) => {
    const given = value(name);
    if (given === undefined) throw new UsageError(`Cannot run ${verb}: option --${name} is missing`);
    return given;
  };
  return {
    value,
    required,
    integer: (name, fallback, low, high) => {
      const given = Number(value(name) ?? fallback);
      if (!Number.isInteger(given) || given < low || given > high) {
        throw new UsageError(
          `Cannot run ${verb}: --${name} must be an integer from ${low} to ${high}, got ${value(name)}`,
        );
      }
      return given;
    },
    fraction: (name, fallback) => {
      const given = Number(value(name) ?? fallback);
      if (given > 0 && given < 1) return given;
      throw new UsageError(`Cannot run ${verb}: --${name} must be between 0 and 1, got ${value(name)}`);
    },
    list: (name, separator = ",") => value(name)?.split(separator),
    flag: (name) => parsed[name] === true,
    given: () => names.filter((name) => parsed[name] !== undefined && parsed[name] !== false),
  };
}

/** The known name with the least edit distance. */
function nearest(name: string, known: readonly string[]): string {
  const distance = (a: string, b: string) => {
    let row = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) {
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + Number(a[i - 1] !== b[j - 1]));
      }
      row = next;
    }
    return row[b.length];
  };
  return [...known].sort((a, b) => distance(a, name) - distance(b, name))[0];
}
