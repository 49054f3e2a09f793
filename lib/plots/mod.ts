/**
 * Figures: plain plotly data from results, clips and trainings; static SVG; notebook output.
 *
 * @module
 */
export * from "./figure.ts";
export * from "./layout.ts";
export { captionOf, type Origin } from "./caption.ts";
export { axis as figureAxis, COLOURS, layout as figureLayout, SEQUENTIAL } from "./style.ts";
export { type NamedRuns, type PlottedCategory, type PlottedRun } from "./run.ts";
export * from "./auroc.ts";
export * from "./curves.ts";
export * from "./clip.ts";
export * from "./maps.ts";
export * from "./analysis.ts";
export * from "./time.ts";
export { type SvgOptions, toSvg } from "./svg.ts";
export {
  type Displayable,
  figureBundle,
  inlinePlotlyAgain,
  JUPYTER_DISPLAY,
  type MimeBundle,
  show,
  showClip,
  showComparison,
  showHistogram,
  showResults,
  showRoc,
} from "./display.ts";
export * from "./live.ts";
