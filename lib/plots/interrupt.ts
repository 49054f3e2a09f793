/** Interrupting a cell of a notebook. */

/** A signal that the interrupt button of a notebook aborts, to give to what a cell waits for.
 *
 * Jupyter interrupts a kernel by SIGINT, which ends Deno's kernel with all that the session holds. Once this was called, it does not:
 * the call that got the signal rejects, and the session goes on. Code that computes without a pause is interrupted at its end. Call it
 * anew in each cell: a signal that was aborted stays so.
 * @example
 * ```ts
 * import { generateDataset, IADNet } from "@lab/iadnet";
 * import { interruptSignal } from "@lab/iadnet/plots";
 * import { assert } from "@std/assert";
 * const hugs = generateDataset({ seed: 0, clipsPerCategory: 8, categories: ["hug"] });
 * const detector = new IADNet({ preset: "tiny" });
 * await detector.fit(hugs, { seed: 0, signal: interruptSignal() });
 * assert(detector.isFitted);
 * ```
 */
export function interruptSignal(): AbortSignal {
  const stop = new AbortController();
  Deno.addSignalListener(
    "SIGINT",
    () => stop.abort(new DOMException("The cell was interrupted", "AbortError")),
  );
  return stop.signal;
}
