/** Figures with a display in notebooks. */
import type { Clip } from "../data/clip.ts";
import { aurocFigure, type AurocOptions, comparisonFigure, type PlottedDetector } from "./auroc.ts";
import { type Displayable, figureBundle, JUPYTER_DISPLAY } from "./bundle.ts";
import type { NamedRuns, Origin, PlottedRun } from "./caption.ts";
import { animatedClipFigure, clipFigure } from "./clip.ts";
import type { Figure } from "./figure.ts";

/** A figure with a display: end a cell with it. */
export function show(figure: Figure): Displayable & { readonly figure: Figure } {
  return { figure, [JUPYTER_DISPLAY]: () => figureBundle(figure) };
}

/** A clip with a display: a film strip, or an animation.
 * @example
 * ```ts
 * import { generateClip } from "@lab/iadnet/data";
 * import { JUPYTER_DISPLAY } from "@lab/iadnet/plots";
 * import { showClip } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const shown = showClip(generateClip({ category: "hug", seed: 0 }), { animated: true });
 * assert("application/vnd.plotly.v1+json" in shown[JUPYTER_DISPLAY]());
 * ```
 */
export function showClip(clip: Clip, options: { readonly animated?: boolean } = {}): Displayable {
  return show(options.animated ? animatedClipFigure(clip) : clipFigure(clip));
}

/** AUROC by category, with a display.
 * @param results One run, or several by display name.
 * @example
 * ```ts
 * import { evaluate, splitDataset, syntheticDataset } from "@lab/iadnet";
 * import { JUPYTER_DISPLAY } from "@lab/iadnet/plots";
 * import { showResults } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const dataset = syntheticDataset({ seed: 0, clipsPerCategory: 10, categories: ["hug", "kick"] });
 * const split = splitDataset(dataset, "fold:2", 0);
 * const run = await evaluate({ dataset, split, detector: "iadnet:preset=tiny", seed: 0 });
 * const shown = showResults(run)[JUPYTER_DISPLAY]();
 * assertEquals(String(shown["text/plain"]).startsWith("Figure auroc"), true);
 * ```
 */
export function showResults(results: PlottedRun | NamedRuns, options?: AurocOptions): Displayable {
  const isRun = (value: PlottedRun | NamedRuns): value is PlottedRun => Array.isArray(value.categories);
  return show(aurocFigure(isRun(results) ? { [results.detector]: results } : results, options));
}

/** A comparison of detectors, with a display.
 * @param n What the means are taken over, such as `8 categories in 5 folds`.
 * @example
 * ```ts
 * import { JUPYTER_DISPLAY } from "@lab/iadnet/plots";
 * import { showComparison } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const rows = [{ detector: "iadnet", auroc: 0.9, ci: [0.8, 0.95] as const }];
 * const shown = showComparison(rows, { detector: "iadnet:preset=tiny", seeds: [0] }, "8 categories")[JUPYTER_DISPLAY]();
 * assert(String(shown["text/plain"]).includes("n = 8 categories"));
 * ```
 */
export function showComparison(rows: readonly PlottedDetector[], origin: Origin, n: string): Displayable {
  return show(comparisonFigure(rows, origin, n));
}
