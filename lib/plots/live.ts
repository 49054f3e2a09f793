/**
 * Training curves that grow while a detector is fitted in a notebook.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";
import type { Origin } from "./caption.ts";
import { figureBundle, type MimeBundle, plotlyLoader } from "./display.ts";
import { type PlottedStep, trainingFigure } from "./time.ts";

/** Put an output into a notebook, or a new one in the place of that with the same id. */
export type Output = (
  bundle: MimeBundle,
  options: { readonly display_id: string; readonly update: boolean },
) => Promise<void>;

/** Options of `liveTraining`. */
export interface LiveOptions {
  /** Milliseconds between two pictures, at least; 500 if absent. */
  readonly every?: number;
  /** Where outputs go; the kernel's own `Deno.jupyter.display` if absent. */
  readonly output?: Output;
}

/** A training curve that is being drawn. */
export interface LiveTraining {
  /** Every step so far. */
  readonly steps: readonly PlottedStep[];
  /** Takes a step: give it to `fit` as `onProgress`. */
  readonly onProgress: (step: PlottedStep) => void;
  /** Draws the last picture, and waits until all are out. */
  readonly done: () => Promise<void>;
}

/** Start a training curve below the running cell.
 *
 * @throws {UsageError} If there is no kernel and no `output`.
 * @example
 * ```ts
 * import { liveTraining } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const updates: boolean[] = [];
 * const output = (_: unknown, { update }: { update: boolean }) => Promise.resolve(void updates.push(update));
 * const live = liveTraining({ preset: "tiny", seeds: [0] }, { output });
 * live.onProgress({ step: 1, loss: 3, featureStd: 1 });
 * await live.done();
 * assertEquals(updates, [false, false, true]); // plotly.js, the first picture, the last one in its place
 * ```
 */
export function liveTraining(origin: Origin, options: LiveOptions = {}): LiveTraining {
  const { every = 500, output = kernelOutput() } = options;
  const steps: PlottedStep[] = [], display_id = crypto.randomUUID();
  let last = -Infinity, pending: Promise<void> = Promise.resolve();
  const put = (bundle: MimeBundle, id: string, update: boolean) => {
    pending = pending.then(() => output(bundle, { display_id: id, update }));
  };
  const loader = plotlyLoader(); // an output of its own: later pictures replace the first one
  if (loader) put({ "text/html": loader, "text/plain": "" }, `${display_id}-plotly`, false);
  const draw = () => {
    put(figureBundle(trainingFigure(steps, origin)), display_id, last > 0);
    last = performance.now();
  };
  return {
    steps,
    onProgress: (step) => {
      steps.push(step);
      if (performance.now() - last >= every) draw();
    },
    done: () => {
      draw();
      return pending;
    },
  };
}

/** The kernel's display function. */
function kernelOutput(): Output {
  try {
    // Deno has this only in its kernel, and throws elsewhere.
    const { jupyter } = Deno as unknown as {
      jupyter: { display(bundle: MimeBundle, options: object): Promise<void> };
    };
    return (bundle, options) => jupyter.display(bundle, { raw: true, ...options });
  } catch {
    throw new UsageError("Cannot draw a training curve: there is no notebook here");
  }
}
