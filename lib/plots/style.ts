/**
 * The look of all figures: one palette, one layout.
 *
 * Colours are those of Okabe and Ito (2008), which people with any colour vision tell apart. Lines and text that are
 * neither data nor background are a grey with a contrast of 4.5 on white and on black, on no background, so that the same
 * figure can be read on a light and on a dark page.
 *
 * @module
 */
import type { ColourScale } from "./figure.ts";
import type { Axis, Layout } from "./layout.ts";

/** Colours by meaning. */
export const COLOURS = {
  /** Person 1; normal; the detector. */
  blue: "#0072B2",
  /** Person 2; anomalous. */
  vermillion: "#D55E00",
  /** Figures of the paper. */
  green: "#009E73",
  orange: "#E69F00",
  sky: "#56B4E9",
  purple: "#CC79A7",
  /** Text, axes, floors. */
  grey: "#767676",
  /** Grid lines. */
  grid: "rgba(118,118,118,0.25)",
} as const;

/** Colours of several detectors, in order. */
export const SERIES: readonly string[] = [
  COLOURS.blue,
  COLOURS.orange,
  COLOURS.green,
  COLOURS.purple,
  COLOURS.sky,
  COLOURS.vermillion,
];

/** Markers of several floors, in order. */
export const SYMBOLS = ["circle", "square", "triangle-up", "cross", "x", "diamond"] as const;

/** From little (light) to much (dark), the same order in grey: distance maps, where darker is closer (Figure 3). */
export const SEQUENTIAL: ColourScale = [
  [0, "#F7FBFF"],
  [0.25, "#C6DBEF"],
  [0.5, "#6BAED6"],
  [0.75, "#2171B5"],
  [1, "#08224F"],
];

/** From negative (blue) over none to positive (vermillion). */
export const DIVERGING: ColourScale = [[0, COLOURS.blue], [0.5, "#F2F2F2"], [1, COLOURS.vermillion]];

/** An axis with faint grid lines.
 *
 * @example
 * ```ts
 * import { figureAxis } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(figureAxis("seconds", { range: [0, 5] }).title, { text: "seconds" });
 * ```
 */
export function axis(text: string, more: Axis = {}): Axis {
  return {
    ...(text && { title: { text } }),
    gridcolor: COLOURS.grid,
    linecolor: COLOURS.grey,
    zeroline: false,
    automargin: true,
    ...more,
  };
}

/** The common layout; `more` has the figure's own axes. @param height Pixels.
 *
 * @example
 * ```ts
 * import { figureAxis, figureLayout } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(figureLayout("Lengths", 300, { xaxis: figureAxis("seconds") }).height, 300);
 * ```
 */
export function layout(title: string, height: number, more: Partial<Layout>): Layout {
  return {
    title: { text: title, x: 0.01, y: 1 - 8 / height, xanchor: "left", yanchor: "top" },
    height,
    margin: { l: 60, r: 20, t: 80, b: 50 },
    font: { family: "Helvetica, Arial, sans-serif", color: COLOURS.grey, size: 12 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    legend: { orientation: "h", x: 0, y: 1, xanchor: "left", yanchor: "bottom" },
    ...more,
  };
}
