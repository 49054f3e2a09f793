/**
 * Verbs of the command line. A verb is a file that exports a `Verb`, and a line in `main.ts`.
 *
 * @module
 */
import type { Options, OptionSpec } from "./args.ts";
import type { Start } from "./start.ts";

/** A verb. */
export interface Verb {
  /** What it does, in one line of the help. */
  readonly description: string;
  /** Options that it takes. */
  readonly options: OptionSpec;
  /** Run it.
   *
   * @throws {IadnetError} With the message and the exit code for the user. */
  run(options: Options, start: Start): Promise<void>;
}

/** A verb of several actions, such as `benchmark plan` and `benchmark run`. */
export interface VerbGroup {
  /** What it is for, in one line of the help. */
  readonly description: string;
  /** Actions by name. */
  readonly actions: Readonly<Record<string, Verb>>;
}
