/** Signals that ask a process to end. */

/** Signals that ask a process to end, with the exit codes of shells. */
export const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Exit code for a signal that asks a process to end; undefined for anything else. */
export function exitCodeOf(signal: string): number | undefined {
  return Object.entries(SIGNALS).find(([name]) => name === signal)?.[1];
}

/** Signals within this many milliseconds count as one: Ctrl-C reaches a process from its terminal and from its parent. */
const SAME_REQUEST = 500;

/** Register a handler for SIGINT, SIGTERM and SIGHUP.
 * @returns Removes the handler. */
export function onSignals(handle: (name: keyof typeof SIGNALS) => void): () => void {
  const listeners = (Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]).map((name) => {
    const listener = () => handle(name);
    Deno.addSignalListener(name, listener);
    return () => Deno.removeSignalListener(name, listener);
  });
  return () => listeners.forEach((remove) => remove());
}

/** Abort at the first signal, with its name as the reason; end the process at the second. Abort, too, when the parent process ends.
 * @param parent Process id of the parent, if it matters.
 * @returns Removes the handler. */
export function stopOnSignals(stop: AbortController, parent?: number): () => void {
  let first = Infinity;
  const forget = parent === undefined
    ? () => {}
    : whenParentEnds(parent, () => stop.abort("the end of its parent"));
  const ignore = onSignals((name) => {
    const now = performance.now();
    if (now - first > SAME_REQUEST) Deno.exit(SIGNALS[name]);
    first = Math.min(first, now);
    stop.abort(name);
  });
  return () => {
    forget();
    ignore();
  };
}

/** Send a signal to a process, if it still runs. */
export function send(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch { /* it has ended */ }
}

/** Milliseconds between two looks at the parent process. */
const LOOK_EVERY = 250;

/** Do something when the parent process has ended, also one that was killed. It does not keep this process alive.
 * @param parent Process id of the parent.
 * @returns Stops looking. */
export function whenParentEnds(parent: number, then: () => void): () => void {
  const timer = setInterval(() => {
    if (Deno.ppid === parent) return;
    clearInterval(timer);
    then();
  }, LOOK_EVERY);
  Deno.unrefTimer(timer);
  return () => clearInterval(timer);
}
