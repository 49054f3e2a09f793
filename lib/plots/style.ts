/**
 * Style of all figures: palette and layout.
 *
 * The colours are those of Okabe and Ito (2008), which can be distinguished with any colour vision. Text and axes are grey with a
 * contrast of 4.5 on white and on black, and the background is transparent, so a figure is readable on light and dark pages.
 *
 * @module
 */
import type { ColourScale } from "./figure.ts";
import type { Axis, Layout } from "./layout.ts";

/** Colours, and what they stand for. */
export const COLOURS = {
  /** Person 1; normal; the detector. */
  blue: "#0072B2",
  /** Person 2; anomalous. */
  vermillion: "#D55E00",
  /** Values of the paper. */
  green: "#009E73",
  orange: "#E69F00",
  sky: "#56B4E9",
  purple: "#CC79A7",
  /** Text, axes, floors. */
  grey: "#767676",
  /** Grid lines. */
  grid: "rgba(118,118,118,0.25)",
} as const;

/** Colours of detectors, in order. */
export const SERIES: readonly string[] = [
  COLOURS.blue,
  COLOURS.orange,
  COLOURS.green,
  COLOURS.purple,
  COLOURS.sky,
  COLOURS.vermillion,
];

/** Markers of floors, in order. */
export const SYMBOLS = ["circle", "square", "triangle-up", "cross", "x", "diamond"] as const;

/** Sequential colour scale from low (light) to high (dark), monotonic in grey too. In distance maps darker is closer (Figure 3). */
export const SEQUENTIAL: ColourScale = [
  [0, "#F7FBFF"],
  [0.25, "#C6DBEF"],
  [0.5, "#6BAED6"],
  [0.75, "#2171B5"],
  [1, "#08224F"],
];

/** Diverging colour scale from negative (blue) to positive (vermillion). */
export const DIVERGING: ColourScale = [[0, COLOURS.blue], [0.5, "#F2F2F2"], [1, COLOURS.vermillion]];

/** An axis in the common style. `more` has its other properties.
 *
 * @example
 * ```ts
 * import { figureAxis } from "@lab/iadnet/plots";
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

/** The common layout of figures.
 *
 * @param height Height, pixels. @param more The figure's axes and other properties.
 *
 * @example
 * ```ts
 * import { figureAxis, figureLayout } from "@lab/iadnet/plots";
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
