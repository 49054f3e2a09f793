/** Style of all figures: palette, layout, and the panels of small multiples.
 *
 * The colours are those of Okabe and Ito (2008), which can be distinguished with any colour vision. Text and axes are grey with a
 * contrast of 4.5 on white and on black, and the background is transparent, so a figure is readable on light and dark pages. */
import type { Annotation, Axis, ColourScale, Layout, Range, Shape } from "./figure.ts";

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
export const SERIES: readonly string[] = (["blue", "orange", "green", "purple", "sky", "vermillion"] as const)
  .map((name) => COLOURS[name]);

/** Markers of floors, in order: outlines, which hide no whisker. */
export const SYMBOLS = [
  "circle-open",
  "square-open",
  "triangle-up-open",
  "cross-open",
  "x-open",
  "diamond-open",
] as const;

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

/** An axis in the common style. `more` has its other properties. */
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

/** An axis whose categories are in the order given. */
export function categoryAxis(text: string, categories: readonly string[], more: Axis): Axis {
  return axis(text, { type: "category", categoryorder: "array", categoryarray: categories, ...more });
}

/** A thin dashed line; y is in units of its axis, or a fraction of the figure (`paper`). */
export function dashedLine(
  ends: Pick<Shape, "x0" | "x1" | "y0" | "y1">,
  yref: "y" | "paper" = "y",
): Shape {
  return { type: "line", xref: "x", yref, ...ends, line: { color: COLOURS.grey, width: 1, dash: "dash" } };
}

/** The common layout of figures.
 * @param height Height, pixels. @param more The figure's axes and other properties. */
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

/** One panel of small multiples. */
export interface Panel {
  /** Names of the axes in traces: `x`, `y`, `x2`, `y2`, ... */
  readonly x: string;
  readonly y: string;
  /** Key of the 3D scene in the layout, and its name in traces. */
  readonly scene: `scene${string}`;
  /** Fractions of the figure that it spans. */
  readonly across: Range;
  readonly up: Range;
  /** Whether it is the leftmost of its row, and whether no panel is below it. */
  readonly left: boolean;
  readonly bottom: boolean;
}

/** Panels of a grid, row by row from the top left.
 * @param gap Gaps between panels as fractions of the figure, horizontal and vertical. */
export function grid(count: number, columns: number, gap: readonly [number, number]): Panel[] {
  const wide = Math.min(count, columns), rows = Math.ceil(count / wide);
  const width = (1 - gap[0] * (wide - 1)) / wide, height = (1 - gap[1] * (rows - 1)) / rows;
  return Array.from({ length: count }, (_, k) => {
    const column = k % wide, row = Math.floor(k / wide), suffix = k === 0 ? "" : String(k + 1);
    const left = column * (width + gap[0]), top = 1 - row * (height + gap[1]);
    return {
      x: `x${suffix}`,
      y: `y${suffix}`,
      scene: `scene${suffix}`,
      across: [left, Math.min(1, left + width)],
      up: [Math.max(0, top - height), top],
      left: column === 0,
      bottom: k + wide >= count,
    };
  });
}

/** The axes of panels by their keys in the layout: `xaxis`, `yaxis2`, ... */
export function panelAxes(
  panels: readonly Panel[],
  axesOf: (panel: Panel, index: number) => readonly [x: Axis, y: Axis],
): Pick<Layout, `xaxis${string}` | `yaxis${string}`> {
  return Object.fromEntries(panels.flatMap((panel, index) => {
    const { x, y, across, up } = panel, [horizontal, vertical] = axesOf(panel, index);
    return [
      [x.replace("x", "xaxis"), { domain: across, anchor: y, ...horizontal }],
      [y.replace("y", "yaxis"), { domain: up, anchor: x, ...vertical }],
    ];
  }));
}

/** The title above a panel. */
export function panelTitle({ across, up }: Panel, text: string): Annotation {
  return {
    text,
    x: (across[0] + across[1]) / 2,
    y: up[1],
    xref: "paper",
    yref: "paper",
    xanchor: "center",
    yanchor: "bottom",
    showarrow: false,
    font: { size: 11 },
  };
}
