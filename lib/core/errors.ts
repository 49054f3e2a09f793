/** The errors of this package. A message states the action, then the value; an error carries the exit code of the command
 * line. */
import { exitCodeOf, SIGNALS } from "./signals.ts";

/** Base class of the errors that this package throws.
 * @example
 * ```ts
 * import { IadnetError } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(new IadnetError("Cannot continue").exitCode, 1);
 * ```
 */
export class IadnetError extends Error {
  /** Exit code of the command line: 1 = the work failed, 2 = the call or its input is wrong. */
  readonly exitCode: number = 1;
  /** Create an error, named as its class. @param message Action, then value. */
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** The call is wrong: an unknown option, a value out of range, a missing category.
 * @example
 * ```ts
 * import { UsageError } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(new UsageError("Cannot use preset: unknown name x").exitCode, 2);
 * ```
 */
export class UsageError extends IadnetError {
  /** Exit code of the command line. */
  override readonly exitCode = 2;
}

/** A file or folder is wrong. `file` is its path, `position` the place in it, such as `line 12` or `byte 80`.
 * @example
 * ```ts
 * import { DataError } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const error = new DataError("Cannot parse frame 12 of a.txt: expected 91 fields, got 90", "a.txt", "line 12");
 * assertEquals([error.exitCode, error.file, error.position], [2, "a.txt", "line 12"]);
 * ```
 */
export class DataError extends IadnetError {
  /** Exit code of the command line. */
  override readonly exitCode = 2;
  /** Create an error about a file.
   * @param message Action, then value. @param file Path as the user gave it. @param position Place in the file. */
  constructor(message: string, readonly file: string, readonly position?: string) {
    super(message);
  }
}

/** Error about a file that cannot be read. */
export function cannotRead(file: string, why: string, position?: string): DataError {
  return new DataError(`Cannot read ${file}: ${why}`, file, position);
}

/** An engine cannot run on this machine. `install` says what to install.
 * @example
 * ```ts
 * import { EngineError } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(new EngineError("Cannot use engine x", "install y").install, "install y");
 * ```
 */
export class EngineError extends IadnetError {
  /** Exit code of the command line. */
  override readonly exitCode = 2;
  /** Create an error about an engine.
   * @param message Action, then value. @param install What to run or install. */
  constructor(message: string, readonly install?: string) {
    super(message);
  }
}

/** The work was interrupted by a signal; finished work is kept. The exit code is the shell's code of the signal: 130 for
 * SIGINT, 129 for SIGHUP, 143 for SIGTERM and for any other reason.
 * @example
 * ```ts
 * import { Interrupted } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(new Interrupted("SIGTERM").exitCode, 143);
 * ```
 */
export class Interrupted extends IadnetError {
  /** Exit code of the command line. */
  override readonly exitCode: number;
  /** Create an interruption.
   * @param reason Name of the signal, or another reason. */
  constructor(readonly reason: string) {
    super(`Interrupted by ${reason}: finished work is kept`);
    this.exitCode = exitCodeOf(reason) ?? SIGNALS.SIGTERM;
  }
}
