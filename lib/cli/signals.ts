/**
 * Ctrl-C, requests to end, and terminals that are closed.
 *
 * @module
 */

import { SIGNALS } from "../core/exit_codes.ts";

/** Signals within so many milliseconds are one request: Ctrl-C reaches a process from its terminal and from its parent. */
const SAME_REQUEST = 500;

/** Do something whenever the process is asked to end.
 *
 * @returns Lets the signals end the process again.
 */
export function onSignals(handle: (name: keyof typeof SIGNALS) => void): () => void {
  const listeners = (Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]).map((name) => {
    const listener = () => handle(name);
    Deno.addSignalListener(name, listener);
    return () => Deno.removeSignalListener(name, listener);
  });
  return () => listeners.forEach((remove) => remove());
}

/** Abort when the process is asked to end, with the signal's name as the reason; at a second request it ends at once.
 *
 * @returns Lets the signals end the process again.
 */
export function stopOnSignals(stop: AbortController): () => void {
  let first = Infinity;
  return onSignals((name) => {
    const now = performance.now();
    if (now - first > SAME_REQUEST) Deno.exit(SIGNALS[name]);
    first = Math.min(first, now);
    stop.abort(name);
  });
}

/** Send a signal to a process, if it still runs. */
export function send(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch { /* it has ended */ }
}

/** Abort when standard input ends: the process that wrote to it is gone. */
export async function stopAtEndOfInput(stop: AbortController): Promise<void> {
  const reader = Deno.stdin.readable.getReader();
  while (!(await reader.read()).done);
  stop.abort("the end of its parent");
}
