/**
 * Ctrl-C and requests to end.
 *
 * @module
 */

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Abort when the process is asked to end, with the signal's name as the reason; at a second request it ends at once.
 *
 * @returns Lets the signals end the process again.
 */
export function stopOnSignals(stop: AbortController): () => void {
  const listeners = (["SIGINT", "SIGTERM"] as const).map((name) => {
    const listener = () => {
      if (stop.signal.aborted) Deno.exit(SIGNALS[name]);
      stop.abort(name);
    };
    Deno.addSignalListener(name, listener);
    return () => Deno.removeSignalListener(name, listener);
  });
  return () => listeners.forEach((remove) => remove());
}
