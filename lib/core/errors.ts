/**
 * The typed errors of this package. Every message states the action, then the value, and every error carries the
 * exit code that the command line ends with.
 *
 * @module
 */
import { exitCodeOf, SIGNALS } from "./signals.ts";

/** Base class: something this package refuses or cannot do. `exitCode` is what the command line ends with (1 or 2).
 *
 * @example
 * ```ts
 * import { IadnetError } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(new IadnetError("Cannot continue").exitCode, 1);
 * ```
 */
export class IadnetError extends Error {
  /** Name of the class. */
  override name = "IadnetError";
  /** Exit code of the command line: 1 = it failed while running, 2 = the input or the call was wrong. */
  readonly exitCode: number = 1;
}

/** A call is wrong: unknown option, value out of range, missing category.
 *
 * @example
 * ```ts
 * import { UsageError } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(new UsageError("Cannot use preset: unknown name x").exitCode, 2);
 * ```
 */
export class UsageError extends IadnetError {
  /** Name of the class. */
  override name = "UsageError";
  /** Exit code of the command line. */
  override readonly exitCode = 2;
}

/** A file or folder is wrong. `file` names it, `position` says where ("line 12", "byte 80").
 *
 * @example
 * ```ts
 * import { DataError } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const error = new DataError("Cannot parse frame 12 of a.txt: expected 91 fields, got 90", "a.txt", "line 12");
 * assertEquals([error.exitCode, error.file, error.position], [2, "a.txt", "line 12"]);
 * ```
 */
export class DataError extends IadnetError {
  /** Name of the class. */
  override name = "DataError";
  /** Exit code of the command line. */
  override readonly exitCode = 2;
  /** An error about a file.
   *
   * @param message Sentence: the action, then the value. @param file Path as the user gave it. @param position Where in it. */
  constructor(message: string, readonly file: string, readonly position?: string) {
    super(message);
  }
}

/** An engine cannot run here. `install` says what the user has to do.
 *
 * @example
 * ```ts
 * import { EngineError } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(new EngineError("Cannot use engine x", "install y").install, "install y");
 * ```
 */
export class EngineError extends IadnetError {
  /** Name of the class. */
  override name = "EngineError";
  /** Exit code of the command line. */
  override readonly exitCode = 2;
  /** An error about an engine.
   *
   * @param message Sentence: the action, then the value. @param install What to run to make it work. */
  constructor(message: string, readonly install?: string) {
    super(message);
  }
}

/** The work was stopped from outside, by Ctrl-C or a request to end; what is done is kept. The exit code is the one that
 * shells give for the signal: 130 for SIGINT, 129 for SIGHUP, 143 for SIGTERM and any other reason.
 *
 * @example
 * ```ts
 * import { Interrupted } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(new Interrupted("SIGTERM").exitCode, 143);
 * ```
 */
export class Interrupted extends IadnetError {
  /** Name of the class. */
  override name = "Interrupted";
  /** Exit code of the command line. */
  override readonly exitCode: number;
  /** An interruption.
   *
   * @param reason The signal, or any other reason. */
  constructor(readonly reason: string) {
    super(`Stopped by ${reason}: what is done is kept`);
    this.exitCode = exitCodeOf(reason) ?? SIGNALS.SIGTERM;
  }
}
