/**
 * How a process of the command line was started.
 *
 * @module
 */

/** What `launch.ts` gives to the process that it confines. */
export interface Start {
  /** Program that starts a worker; this Deno if absent. */
  readonly program?: string;
  /** Whether the end of standard input says that the process which started this one is gone. */
  readonly supervised?: boolean;
}
