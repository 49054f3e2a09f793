/**
 * Exit codes of the command line for signals.
 *
 * @module
 */

/** The signals that ask a process to end, with the exit codes that shells give for them. */
export const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** The exit code for a signal that asks a process to end; undefined for anything else. */
export function exitCodeOf(signal: string): number | undefined {
  return Object.entries(SIGNALS).find(([name]) => name === signal)?.[1];
}
