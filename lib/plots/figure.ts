/**
 * Plotly figures as plain data: the traces and the part of the layout that the figures of this package use.
 *
 * Any plotly.js draws them; `toSvg` draws them without one.
 *
 * @module
 */
import type { Layout } from "./layout.ts";

/** A title and where it stands: parts of the whole picture. */
export interface Title {
  /** Text. */
  readonly text: string;
  /** Place from the left, as a part of the picture. */
  readonly x?: number;
  /** Place from below, as a part of the picture. */
  readonly y?: number;
  /** Which of its edges stands at `x`. */
  readonly xanchor?: "left";
  /** Which of its edges stands at `y`. */
  readonly yanchor?: "top";
}

/** A line's look. */
export interface Line {
  /** Colour: `#rrggbb` or `rgba(...)`. */
  readonly color: string;
  /** Pixels. */
  readonly width?: number;
  /** Dashes. */
  readonly dash?: "solid" | "dash" | "dot";
}

/** A marker's look. */
export interface Marker {
  /** Colour: `#rrggbb` or `rgba(...)`. */
  readonly color: string;
  /** Diameter in pixels. */
  readonly size?: number;
  /** Shape. */
  readonly symbol?: "circle" | "square" | "diamond" | "triangle-up" | "cross" | "x";
  /** From 0 to 1. */
  readonly opacity?: number;
  /** Outline. */
  readonly line?: Line;
}

/** Bars around values: lengths above and below them. */
export interface ErrorBars {
  /** Lengths are given one by one. */
  readonly type: "data";
  /** Lengths above and below differ. */
  readonly symmetric: false;
  /** Lengths above the values. */
  readonly array: readonly number[];
  /** Lengths below the values. */
  readonly arrayminus: readonly number[];
  /** Colour: `#rrggbb` or `rgba(...)`. */
  readonly color?: string;
  /** Pixels. */
  readonly thickness?: number;
  /** Pixels of the bars across their ends. */
  readonly width?: number;
}

/** What all flat traces have in common. */
export interface FlatTrace {
  /** Name in the legend. */
  readonly name?: string;
  /** Name of its x axis, such as `x2`; `x` if absent. */
  readonly xaxis?: string;
  /** Name of its y axis; `y` if absent. */
  readonly yaxis?: string;
  /** Whether the legend names it. */
  readonly showlegend?: boolean;
  /** Traces of one group are switched on and off together. */
  readonly legendgroup?: string;
  /** No text under the mouse. */
  readonly hoverinfo?: "skip";
  /** From 0 to 1. */
  readonly opacity?: number;
}

/** Points, lines or labels in a plane. */
export interface ScatterTrace extends FlatTrace {
  /** Kind. */
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
  /** Where each label stands. */
  readonly textposition?: readonly ("top center" | "bottom center")[];
  /** Intervals along x. */
  readonly error_x?: ErrorBars;
}

/** Bars: upright, or lying (`h`, categories along y). */
export interface BarTrace extends FlatTrace {
  /** Kind. */
  readonly type: "bar";
  /** Lying (`h`) or upright (`v`). */
  readonly orientation: "h" | "v";
  /** Values of lying bars, places of upright ones. */
  readonly x: readonly number[];
  /** Places of lying bars, values of upright ones. */
  readonly y: readonly (number | string)[];
  /** Look of its markers. */
  readonly marker: Marker;
  /** Intervals along x. */
  readonly error_x?: ErrorBars;
  /** Width of a bar in the units of the axis it stands on; shared with the other traces if absent. */
  readonly width?: number;
}

/** Colours at positions from 0 to 1. */
export type ColourScale = readonly (readonly [number, string])[];

/** A matrix as colours; row 0 of `z` is at `y[0]`. */
export interface HeatmapTrace extends FlatTrace {
  /** Kind. */
  readonly type: "heatmap";
  /** Values, row by row. */
  readonly z: readonly (readonly number[])[];
  /** Names or places of the columns. */
  readonly x: readonly (number | string)[];
  /** Names or places of the rows. */
  readonly y: readonly (number | string)[];
  /** The value with the first colour. */
  readonly zmin: number;
  /** The value with the last colour. */
  readonly zmax: number;
  /** Colours. */
  readonly colorscale: ColourScale;
  /** Whether the scale of colours stands beside it. */
  readonly showscale: boolean;
  /** The scale of colours: title, pixels across, part of the height. */
  readonly colorbar?: { readonly title: Title; readonly thickness: number; readonly len?: number };
}

/** Points and lines in space; null breaks a line. */
export interface Scatter3dTrace {
  /** Kind. */
  readonly type: "scatter3d";
  /** What is drawn. */
  readonly mode: "lines" | "markers" | "lines+markers" | "text";
  /** Name in the legend. */
  readonly name?: string;
  /** Name of its scene; `scene` if absent. */
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
  /** From 0 to 1. */
  readonly opacity?: number;
  /** Whether the legend names it. */
  readonly showlegend?: boolean;
  /** Traces of one group are switched on and off together. */
  readonly legendgroup?: string;
  /** No text under the mouse. */
  readonly hoverinfo?: "skip";
}

/** Any trace of this package's figures. */
export type Trace = ScatterTrace | BarTrace | HeatmapTrace | Scatter3dTrace;

/** One frame of an animation: new values of the traces that `traces` numbers. */
export interface AnimationFrame {
  /** Its name, which the slider uses. */
  readonly name: string;
  /** Numbers of the traces that change. */
  readonly traces: readonly number[];
  /** What of them changes. */
  readonly data: readonly Partial<Scatter3dTrace>[];
}

/** A figure: what plotly takes, and the caption that belongs under it. */
export interface Figure {
  /** What it shows, such as `auroc`: the stem of its files. */
  readonly kind: string;
  /** One or two sentences: what is shown, preset, seeds, numbers of clips. */
  readonly caption: string;
  /** Traces. */
  readonly data: readonly Trace[];
  /** Everything else. */
  readonly layout: Layout;
  /** Frames of an animation; absent if the figure stands still. */
  readonly frames?: readonly AnimationFrame[];
}
