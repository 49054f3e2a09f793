/**
 * Plotly figures as plain data: the traces that this package uses. Its part of plotly's layout is in `layout.ts`.
 *
 * plotly.js draws these figures in a browser; `toSvg` draws them without one.
 *
 * @module
 */
import type { Layout, Line, Title } from "./layout.ts";

/** Look of a marker. */
export interface Marker {
  /** Colour: `#rrggbb` or `rgba(...)`. */
  readonly color: string;
  /** Diameter in pixels. */
  readonly size?: number;
  /** Symbol; a circle if absent. */
  readonly symbol?: "circle" | "square" | "diamond" | "triangle-up" | "cross" | "x";
  /** Opacity, 0 to 1. */
  readonly opacity?: number;
  /** Outline. */
  readonly line?: Line;
}

/** Error bars: lengths above and below each value. */
export interface ErrorBars {
  /** One length per value. */
  readonly type: "data";
  /** The lengths above and below differ. */
  readonly symmetric: false;
  /** Lengths above the values. */
  readonly array: readonly number[];
  /** Lengths below the values. */
  readonly arrayminus: readonly number[];
  /** Colour: `#rrggbb` or `rgba(...)`. */
  readonly color?: string;
  /** Thickness, pixels. */
  readonly thickness?: number;
  /** Width of the caps, pixels. */
  readonly width?: number;
}

/** Properties of all 2D traces. */
export interface FlatTrace {
  /** Name in the legend. */
  readonly name?: string;
  /** Name of the x axis, such as `x2`; `x` if absent. */
  readonly xaxis?: string;
  /** Name of the y axis; `y` if absent. */
  readonly yaxis?: string;
  /** Whether the legend shows it. */
  readonly showlegend?: boolean;
  /** Traces of one group are shown and hidden together. */
  readonly legendgroup?: string;
  /** No hover text. */
  readonly hoverinfo?: "skip";
  /** Opacity, 0 to 1. */
  readonly opacity?: number;
}

/** Points, lines or labels in 2D. */
export interface ScatterTrace extends FlatTrace {
  /** Type of the trace. */
  readonly type: "scatter";
  /** What is drawn. */
  readonly mode: "lines" | "markers" | "lines+markers" | "markers+text";
  /** Values along x. */
  readonly x: readonly number[];
  /** Values along y. */
  readonly y: readonly (number | string)[];
  /** Look of its lines. */
  readonly line?: Line;
  /** Look of its markers. */
  readonly marker?: Marker;
  /** Labels of the points. */
  readonly text?: readonly string[];
  /** Position of each label. */
  readonly textposition?: readonly ("top center" | "bottom center")[];
  /** Error bars along x. */
  readonly error_x?: ErrorBars;
}

/** Bars, vertical or horizontal. */
export interface BarTrace extends FlatTrace {
  /** Type of the trace. */
  readonly type: "bar";
  /** Horizontal (`h`, categories along y) or vertical (`v`). */
  readonly orientation: "h" | "v";
  /** Values of horizontal bars, positions of vertical ones. */
  readonly x: readonly number[];
  /** Positions of horizontal bars, values of vertical ones. */
  readonly y: readonly (number | string)[];
  /** Look of its markers. */
  readonly marker: Marker;
  /** Error bars along x. */
  readonly error_x?: ErrorBars;
  /** Width of a bar in units of its position axis; by the number of bars if absent. */
  readonly width?: number;
}

/** Colours at positions from 0 to 1. */
export type ColourScale = readonly (readonly [number, string])[];

/** A heat map; row 0 of `z` is at `y[0]`. */
export interface HeatmapTrace extends FlatTrace {
  /** Type of the trace. */
  readonly type: "heatmap";
  /** Values, row by row. */
  readonly z: readonly (readonly number[])[];
  /** Names or positions of the columns. */
  readonly x: readonly (number | string)[];
  /** Names or positions of the rows. */
  readonly y: readonly (number | string)[];
  /** The value with the first colour. */
  readonly zmin: number;
  /** The value with the last colour. */
  readonly zmax: number;
  /** Colour scale. */
  readonly colorscale: ColourScale;
  /** Whether a colour bar is drawn. */
  readonly showscale: boolean;
  /** Colour bar: title, width in pixels, fraction of the height. */
  readonly colorbar?: { readonly title: Title; readonly thickness: number; readonly len?: number };
}

/** Points and lines in 3D; null breaks a line. */
export interface Scatter3dTrace {
  /** Type of the trace. */
  readonly type: "scatter3d";
  /** What is drawn. */
  readonly mode: "lines" | "markers" | "lines+markers" | "text";
  /** Name in the legend. */
  readonly name?: string;
  /** Name of the scene; `scene` if absent. */
  readonly scene?: string;
  /** Values along x. */
  readonly x: readonly (number | null)[];
  /** Values along y. */
  readonly y: readonly (number | null)[];
  /** Values along z. */
  readonly z: readonly (number | null)[];
  /** Look of its lines. */
  readonly line?: Line;
  /** Look of its markers. */
  readonly marker?: Marker;
  /** Labels of the points. */
  readonly text?: readonly string[];
  /** Opacity, 0 to 1. */
  readonly opacity?: number;
  /** Whether the legend shows it. */
  readonly showlegend?: boolean;
  /** Traces of one group are shown and hidden together. */
  readonly legendgroup?: string;
  /** No hover text. */
  readonly hoverinfo?: "skip";
}

/** Any trace of a figure. */
export type Trace = ScatterTrace | BarTrace | HeatmapTrace | Scatter3dTrace;

/** One frame of an animation: new values for some traces. */
export interface AnimationFrame {
  /** Name of the frame, used by the slider. */
  readonly name: string;
  /** Indices of the traces that change. */
  readonly traces: readonly number[];
  /** New properties of these traces. */
  readonly data: readonly Partial<Scatter3dTrace>[];
}

/** A plotly figure and its caption. */
export interface Figure {
  /** Kind of figure, such as `auroc`; also the stem of its file names. */
  readonly kind: string;
  /** What is shown, from which detector and seeds, and the number of clips. */
  readonly caption: string;
  /** Traces. */
  readonly data: readonly Trace[];
  /** Axes, legend, annotations. */
  readonly layout: Layout;
  /** Frames of an animation; absent for a static figure. */
  readonly frames?: readonly AnimationFrame[];
}
