// deno-lint-ignore-file no-console -- the command line is the one place that prints
/** Results on stdout: text for people, or JSON. */
import { IadnetError } from "../core/errors.ts";
import { printable } from "./printable.ts";
import { aside } from "./progress.ts";
import type { Options } from "./verb.ts";

/** Print a line on stdout, as `printable` text.
 * @throws {IadnetError} If that fails, as on a full disk. */
export function print(text: string): void {
  try {
    aside(() => console.log(printable(text)));
  } catch (cause) {
    const why = (cause as Error).message;
    throw new IadnetError(`Cannot print to stdout: ${why}; the files that were written are complete`);
  }
}

/** Print what a verb wrote: a line for people, or one JSON object.
 * @param more What only the JSON has. */
export function printWritten(
  options: Options,
  files: readonly string[],
  facts: Facts = {},
  more: Readonly<Record<string, unknown>> = {},
): void {
  if (options.flag("json")) return print(JSON.stringify({ written: files, ...facts, ...more }));
  const words = Object.entries(facts).map(([name, value]) => `${value} ${name}`);
  print(`Written: ${[files.join(", "), ...words].join(", ")}`);
}

/** Numbers that are told about what was written, by what they count. */
export type Facts = Readonly<Record<string, number | string>>;

/** Print what to run next, for people who want to know.
 * @param command A call without `deno task`. */
export function printNext(options: Options, command: string): void {
  if (!options.flag("json") && !options.flag("quiet")) print(`Next: deno task ${command}`);
}

/** A word of a command, quoted where a shell needs it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
