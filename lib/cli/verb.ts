/** Verbs of the command line and their options, which are declared by name and checked when they are read. A verb is a file that
 * exports a `Verb`, a line in `descriptions.ts`, and one in `verbs.ts`. */
import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../core/errors.ts";

/** A verb. */
export interface Verb {
  /** What it does, in one line of the help. */
  readonly description: string;
  /** A call that works, without `deno task` and the verb. */
  readonly example: string;
  /** Whether it is done at once, and shows no progress. */
  readonly isShort?: true;
  /** Whether it keeps its work and ends by itself when its launcher is killed; another verb is ended. */
  readonly isKept?: true;
  /** Its options. */
  readonly options: OptionSpec;
  /** Run it.
   * @throws {IadnetError} With the message and the exit code for the user. */
  run(options: Options, start: Start): Promise<void>;
}

/** A verb with several actions, such as `benchmark plan` and `benchmark run`. */
export interface VerbGroup {
  /** What it is for, in one line of the help. */
  readonly description: string;
  /** Actions by name. */
  readonly actions: Readonly<Record<string, Verb>>;
}

/** How a process of the command line was started: `launch.ts` sets this for the process that it confines. */
export interface Start {
  /** Folder with the programs that it may start, see `programs.ts`; it starts this Deno if absent. */
  readonly folder?: string;
  /** Process id of the launcher: this process ends with it. */
  readonly parent?: number;
}

/** Options of a verb, each with its description. */
export interface OptionSpec {
  /** Options with a value. */
  readonly values: Readonly<Record<string, string>>;
  /** Options without a value, besides {@linkcode COMMON_FLAGS}. */
  readonly flags?: Readonly<Record<string, string>>;
  /** Options that must be given, each with the options that take its place. */
  readonly required?: Readonly<Record<string, readonly string[]>>;
  /** Arguments without a name, such as `<run>`, at least one; none are allowed if absent. */
  readonly operands?: { readonly name: string; readonly most: number };
}

/** Flags of every verb. */
export const COMMON_FLAGS: Readonly<Record<string, string>> = {
  json: "print the result as JSON",
  quiet: "print no progress and no notes, only results, warnings and errors",
  version: "print the version",
  help: "print this help; -h for short",
};

/** All flags of a verb: its own, and those of every verb. */
export function allFlags({ flags }: OptionSpec): Readonly<Record<string, string>> {
  return { ...flags, ...Object.fromEntries(Object.entries(COMMON_FLAGS).filter(([name]) => !flags?.[name])) };
}

/** Whether arguments hold a flag that ends all else, as `--help` and `-h` do. */
export function asksFor(name: "help" | "version", args: readonly string[]): boolean {
  const end = args.indexOf("--"), words = end < 0 ? args : args.slice(0, end);
  return words.includes(`--${name}`) || (name === "help" && words.includes("-h"));
}

/** Parsed options of a verb. */
export type Options = ReturnType<typeof parseOptions>;

/** Parse the options of a verb.
 * @returns What reads them; a value that is wrong throws a `UsageError` when it is read.
 * @throws {UsageError} If an option is unknown, a required one is missing, or an operand is missing or unexpected. */
export function parseOptions(verb: string, args: readonly string[], spec: OptionSpec) {
  const { values, required = {}, operands: { name, most } = { name: "", most: 0 } } = spec;
  const flags = allFlags(spec);
  const names = Object.keys({ ...values, ...flags });
  const fail = (why: string) => new UsageError(`Cannot run ${verb}: ${why}`);
  const parsed = parseArgs([...args], {
    string: [...Object.keys(values), "_"],
    boolean: Object.keys(flags),
    unknown: (arg, key) => {
      if (key === undefined) return true;
      throw fail(`unknown option ${arg}${didYouMean(`--${key}`, names.map((name) => `--${name}`))}`);
    },
  });
  /** Arguments without a name. */
  const operands = parsed._.map(String);
  if (operands.length > most) throw fail(`unexpected argument ${operands[most]}`);
  if (operands.length === 0 && most > 0) throw fail(`${name} is missing`);
  /** Value of an option; undefined if it is absent. */
  const value = (name: string) => {
    const own = parsed[name];
    if (own === "") throw fail(`option --${name} needs a value`);
    return own as string | undefined;
  };
  const isGiven = (name: string) => parsed[name] !== undefined && parsed[name] !== false;
  /** Values of required options; one message names all that are missing. */
  const need = (...names: string[]) => {
    const own = names.map(value), missing = names.filter((_, i) => own[i] === undefined);
    if (missing.length === 0) return own as string[];
    const [last, ...others] = missing.map((name) => `--${name}`).reverse();
    throw fail(
      others.length === 0
        ? `option ${last} is missing`
        : `options ${others.reverse().join(", ")} and ${last} are missing`,
    );
  };
  need(...Object.keys(required).filter((name) => !required[name].some(isGiven)));
  return {
    operands,
    value,
    /** Value of a required option. */
    required: (name: string) => need(name)[0],
    need,
    /** Values of an option that is a list; undefined if it is absent. */
    list: (name: string, separator = ",") => value(name)?.split(separator),
    /** Names separated by commas, of which those that are known may hold commas; undefined if it is absent. */
    names: (name: string, known: readonly string[]) => {
      const own = value(name);
      return own === undefined ? undefined : splitNames(own, (part) => known.includes(part));
    },
    /** Integer from `low` to `high`; `fallback` if absent. */
    integer: (name: string, fallback: number, low: number, high: number) => {
      const own = Number(value(name) ?? fallback);
      if (Number.isInteger(own) && own >= low && own <= high) return own;
      throw fail(`--${name} must be an integer from ${low} to ${high}, got ${value(name)}`);
    },
    /** Number above 0 and below 1; undefined if it is absent. */
    fraction: (name: string) => {
      const own = value(name);
      if (own === undefined) return undefined;
      if (Number(own) > 0 && Number(own) < 1) return Number(own);
      throw fail(`--${name} must be between 0 and 1, got ${own}`);
    },
    /** One of some values; undefined if it is absent. */
    choice: <T extends string>(name: string, known: readonly T[]) => {
      const own = value(name), found = known.find((other) => other === own);
      if (own === found) return found;
      throw fail(`--${name} must be one of ${known.join(", ")}, got ${own}`);
    },
    /** Whether a flag is given. */
    flag: (name: string) => parsed[name] === true,
    /** Names of the options and flags that are given. */
    given: () => names.filter(isGiven),
  };
}

/** A hint for an error about an unknown name: the nearest known name, at most one edit in three letters and two in all away; empty if
 * there is none. */
export function didYouMean(name: string, known: readonly string[]): string {
  const letters = (text: string) => text.replace(/^-+/, "").length;
  const near = known.map((own) => ({ own, edits: editDistance(own, name) })).filter(({ own, edits }) =>
    edits <= Math.min(2, Math.floor(Math.max(letters(own), letters(name)) / 3))
  );
  const [best] = near.sort((a, b) => a.edits - b.edits);
  return best ? `, did you mean ${best.own}` : "";
}

/** Edit distance: letters that are inserted, removed, replaced, or exchanged with their neighbour. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const above = rows[i - 1], edit = above[j - 1] + Number(a[i - 1] !== b[j - 1]);
      rows[i][j] = Math.min(above[j] + 1, rows[i][j - 1] + 1, edit);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
  }
  return rows[a.length][b.length];
}

/** Split a list at commas, but not within a name that is known. */
export function splitNames(text: string, isKnown: (name: string) => boolean): string[] {
  const pieces = text.split(",");
  const parse = (from: number): string[] | undefined => {
    for (let end = pieces.length; end > from; end--) {
      const name = pieces.slice(from, end).join(",");
      const rest = isKnown(name) ? parse(end) : undefined;
      if (rest) return [name, ...rest];
    }
    return from === pieces.length ? [] : undefined;
  };
  return parse(0) ?? pieces;
}
