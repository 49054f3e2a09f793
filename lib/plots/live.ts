/** Live training curves in a notebook. */
import { UsageError } from "../core/errors.ts";
import type { Origin } from "./caption.ts";
import { figureBundle, type MimeBundle, plotlyLoader } from "./bundle.ts";
import { type PlottedStep, trainingFigure } from "./time.ts";

/** Shows an output in a notebook, or replaces the output with the same id. */
export type Output = (
  bundle: MimeBundle,
  options: { readonly display_id: string; readonly update: boolean },
) => Promise<void>;

/** Options of `liveTraining`. */
export interface LiveOptions {
  /** Minimum time between updates, milliseconds; 500 if absent. */
  readonly every?: number;
  /** Receives the outputs; `Deno.jupyter.display` of the kernel if absent. */
  readonly output?: Output;
}

/** A live training curve. */
export interface LiveTraining {
  /** All steps so far. */
  readonly steps: readonly PlottedStep[];
  /** Adds a step; pass it to `fit` as `onProgress`. */
  readonly onProgress: (step: PlottedStep) => void;
  /** Draws the final curve and waits for all outputs. */
  readonly done: () => Promise<void>;
}

/** Start a live training curve below the running cell.
 * @throws {UsageError} If this is not a notebook and `output` is absent.
 * @example
 * ```ts
 * import { liveTraining } from "@lab/iadnet/plots";
 * import { assertEquals } from "@std/assert";
 * const updates: boolean[] = [];
 * const output = (_: unknown, { update }: { update: boolean }) => Promise.resolve(void updates.push(update));
 * const live = liveTraining({ detector: "iadnet:preset=tiny", seeds: [0] }, { output });
 * live.onProgress({ step: 1, loss: 3, featureStd: 1 });
 * await live.done();
 * assertEquals(updates, [false, false, true]); // plotly.js, the first curve, its replacement
 * ```
 */
export function liveTraining(origin: Origin, options: LiveOptions = {}): LiveTraining {
  const { every = 500, output = kernelOutput() } = options;
  const steps: PlottedStep[] = [], display_id = crypto.randomUUID();
  let last = -Infinity, pending: Promise<void> = Promise.resolve();
  const put = (bundle: MimeBundle, id: string, update: boolean) => {
    pending = pending.then(() => output(bundle, { display_id: id, update }));
  };
  const loader = plotlyLoader(); // a separate output, because later curves replace the first one
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
    // Deno has this in its kernel only, and throws elsewhere.
    const { jupyter } = Deno as unknown as {
      jupyter: { display(bundle: MimeBundle, options: object): Promise<void> };
    };
    return (bundle, options) => jupyter.display(bundle, { raw: true, ...options });
  } catch {
    throw new UsageError("Cannot draw a training curve: this is no notebook, and no output is given");
  }
}
