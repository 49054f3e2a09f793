/**
 * Figures: plotly data from results, clips and fits, static SVG for print, and displays in notebooks.
 *
 * A figure is plain data: plotly.js draws it in a browser, `toSvg` draws it for print, and `show` displays it in a notebook.
 *
 * @example
 * ```ts
 * import { generateClip } from "@lab/iadnet/data";
 * import { clipFigure } from "@lab/iadnet/plots";
 * import { toSvg } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const figure = clipFigure(generateClip({ category: "hug", seed: 0 }));
 * assert(toSvg(figure).startsWith("<svg"));
 * ```
 *
 * @module
 */
export * from "./figure.ts";
export {
  captionOf,
  type NamedRuns,
  type Origin,
  type PlottedAuroc,
  type PlottedCategory,
  type PlottedRun,
} from "./caption.ts";
export { axis as figureAxis, COLOURS, layout as figureLayout, SEQUENTIAL } from "./style.ts";
export * from "./auroc.ts";
export * from "./curves.ts";
export * from "./clip.ts";
export * from "./examples.ts";
export * from "./maps.ts";
export * from "./analysis.ts";
export * from "./time.ts";
export { type SvgOptions, toSvg } from "./svg.ts";
export { signsMissingInPdf, toPdf } from "./pdf.ts";
export {
  type Displayable,
  figureBundle,
  inlinePlotlyAgain,
  JUPYTER_DISPLAY,
  type MimeBundle,
} from "./bundle.ts";
export * from "./display.ts";
export * from "./live.ts";
export * from "./interrupt.ts";
export type { CategoryScores, ScoredClip } from "../metrics/cells.ts";
export type { Clip } from "../data/clip.ts";
export type { Skeleton, UpAxis } from "../data/skeleton.ts";
