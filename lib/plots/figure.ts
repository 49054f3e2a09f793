/**
 * Plotly figures as plain data: the traces and the part of the layout that the figures of this package use.
 *
 * Any plotly.js draws them; `toSvg` draws them without one.
 *
 * @module
 */

/** A title and where it stands: parts of the whole picture. */
export interface Title {
  readonly text: string;
  readonly x?: number;
  readonly y?: number;
  readonly xanchor?: "left";
  readonly yanchor?: "top";
}

/** A line's look. */
export interface Line {
  readonly color: string;
  /** Pixels. */
  readonly width?: number;
  readonly dash?: "solid" | "dash" | "dot";
}

/** A marker's look. */
export interface Marker {
  readonly color: string;
  /** Diameter in pixels. */
  readonly size?: number;
  readonly symbol?: "circle" | "square" | "diamond" | "triangle-up" | "cross" | "x";
  readonly opacity?: number;
  readonly line?: Line;
}

/** Bars around values: lengths above and below them. */
export interface ErrorBars {
  readonly type: "data";
  readonly symmetric: false;
  readonly array: readonly number[];
  readonly arrayminus: readonly number[];
  readonly color?: string;
  readonly thickness?: number;
  readonly width?: number;
}

/** What all flat traces have in common. */
interface FlatTrace {
  readonly name?: string;
  readonly xaxis?: string;
  readonly yaxis?: string;
  readonly showlegend?: boolean;
  readonly legendgroup?: string;
  readonly hoverinfo?: "skip";
  readonly opacity?: number;
}

/** Points, lines or labels in a plane. */
export interface ScatterTrace extends FlatTrace {
  readonly type: "scatter";
  readonly mode: "lines" | "markers" | "lines+markers" | "markers+text";
  readonly x: readonly number[];
  readonly y: readonly (number | string)[];
  readonly line?: Line;
  readonly marker?: Marker;
  readonly text?: readonly string[];
  /** Where each label stands. */
  readonly textposition?: readonly ("top center" | "bottom center")[];
  readonly error_x?: ErrorBars;
}

/** Bars: upright, or lying (`h`, categories along y). */
export interface BarTrace extends FlatTrace {
  readonly type: "bar";
  readonly orientation: "h" | "v";
  readonly x: readonly number[];
  readonly y: readonly (number | string)[];
  readonly marker: Marker;
  readonly error_x?: ErrorBars;
  /** Width of a bar in the units of the axis it stands on; shared with the other traces if absent. */
  readonly width?: number;
}

/** Colours at positions from 0 to 1. */
export type ColourScale = readonly (readonly [number, string])[];

/** A matrix as colours; row 0 of `z` is at `y[0]`. */
export interface HeatmapTrace extends FlatTrace {
  readonly type: "heatmap";
  readonly z: readonly (readonly number[])[];
  readonly x: readonly (number | string)[];
  readonly y: readonly (number | string)[];
  readonly zmin: number;
  readonly zmax: number;
  readonly colorscale: ColourScale;
  readonly showscale: boolean;
  readonly colorbar?: { readonly title: Title; readonly thickness: number; readonly len?: number };
}

/** Points and lines in space; null breaks a line. */
export interface Scatter3dTrace {
  readonly type: "scatter3d";
  readonly mode: "lines" | "markers" | "lines+markers" | "text";
  readonly name?: string;
  readonly scene?: string;
  readonly x: readonly (number | null)[];
  readonly y: readonly (number | null)[];
  readonly z: readonly (number | null)[];
  readonly line?: Line;
  readonly marker?: Marker;
  readonly text?: readonly string[];
  readonly opacity?: number;
  readonly showlegend?: boolean;
  readonly legendgroup?: string;
  readonly hoverinfo?: "skip";
}

/** Any trace of this package's figures. */
export type Trace = ScatterTrace | BarTrace | HeatmapTrace | Scatter3dTrace;

/** A flat axis. */
export interface Axis {
  readonly title?: Title;
  readonly type?: "linear" | "log" | "category";
  /** In the axis's units; of a log axis, logarithms. From high to low turns the axis round. */
  readonly range?: readonly [number, number];
  /** Part of the figure that it spans, 0 to 1. */
  readonly domain?: readonly [number, number];
  /** Name of the axis that it stands at. */
  readonly anchor?: string;
  readonly autorange?: "reversed";
  readonly showgrid?: boolean;
  readonly showticklabels?: boolean;
  readonly zeroline?: boolean;
  readonly gridcolor?: string;
  readonly linecolor?: string;
  readonly automargin?: boolean;
  /** The axis whose units are as long as this one's, and where the panel shrinks for that. */
  readonly scaleanchor?: string;
  readonly constrain?: "domain";
  readonly constraintoward?: "top";
  readonly tickfont?: { readonly size: number };
  readonly tickvals?: readonly number[];
  readonly categoryorder?: "array";
  readonly categoryarray?: readonly string[];
}

/** One axis of a scene. */
export interface SceneAxis {
  readonly range: readonly [number, number];
  readonly visible?: boolean;
  readonly title?: Title;
  readonly showgrid?: boolean;
}

/** A point or a direction in space. */
export interface Point3 {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** A place where traces in space are drawn. */
export interface Scene {
  readonly domain: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
  readonly xaxis: SceneAxis;
  readonly yaxis: SceneAxis;
  readonly zaxis: SceneAxis;
  readonly aspectmode: "manual";
  /** Lengths of the axes: the same for a metre along each. */
  readonly aspectratio: Point3;
  readonly camera: {
    readonly eye: Point3;
    readonly up: Point3;
    readonly projection: { readonly type: "orthographic" };
  };
}

/** A straight line or a rectangle behind or before the traces. */
export interface Shape {
  readonly type: "line" | "rect";
  readonly xref: string;
  readonly yref: string;
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
  readonly line: Line | { readonly width: 0 };
  readonly fillcolor?: string;
  readonly opacity?: number;
  readonly layer?: "below";
}

/** Text at a place. */
export interface Annotation {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly xref: string;
  readonly yref: string;
  readonly showarrow: false;
  readonly xanchor?: "left" | "center" | "right";
  readonly yanchor?: "top" | "middle" | "bottom";
  readonly font?: { readonly size: number };
}

/** The part of plotly's layout that is used. */
export interface Layout {
  readonly title?: Title;
  readonly height: number;
  readonly margin?: { readonly l: number; readonly r: number; readonly t: number; readonly b: number };
  readonly font?: { readonly family: string; readonly color: string; readonly size: number };
  readonly paper_bgcolor?: string;
  readonly plot_bgcolor?: string;
  readonly legend?: {
    readonly orientation: "h";
    readonly x: number;
    readonly y: number;
    readonly xanchor?: "left";
    readonly yanchor?: "bottom";
    readonly traceorder?: "normal";
  };
  readonly showlegend?: boolean;
  readonly barmode?: "group" | "overlay";
  readonly bargap?: number;
  readonly shapes?: readonly Shape[];
  readonly annotations?: readonly Annotation[];
  readonly sliders?: readonly Slider[];
  readonly updatemenus?: readonly PlayButtons[];
  readonly [axis: `xaxis${string}` | `yaxis${string}`]: Axis | undefined;
  readonly [scene: `scene${string}`]: Scene | undefined;
}

/** A slider through the frames of an animation. */
export interface Slider {
  readonly currentvalue: { readonly prefix: string };
  readonly x: number;
  readonly len: number;
  readonly pad: { readonly t: number };
  readonly steps: readonly {
    readonly label: string;
    readonly method: "animate";
    readonly args: readonly [readonly string[], AnimationMode];
  }[];
}

/** How an animation goes on. */
export interface AnimationMode {
  readonly mode: "immediate";
  readonly fromcurrent?: boolean;
  readonly frame: { readonly duration: number; readonly redraw: boolean };
  readonly transition: { readonly duration: number };
}

/** Buttons that play and stop an animation. */
export interface PlayButtons {
  readonly type: "buttons";
  readonly direction: "left";
  readonly showactive: false;
  readonly x: number;
  readonly y: number;
  readonly xanchor: "right";
  readonly yanchor: "top";
  readonly pad: { readonly t: number; readonly r: number };
  readonly buttons: readonly {
    readonly label: string;
    readonly method: "animate";
    readonly args: readonly [readonly (string | null)[] | null, AnimationMode];
  }[];
}

/** One frame of an animation: new values of the traces that `traces` numbers. */
export interface AnimationFrame {
  readonly name: string;
  readonly traces: readonly number[];
  readonly data: readonly Partial<Scatter3dTrace>[];
}

/** A figure: what plotly takes, and the caption that belongs under it. */
export interface Figure {
  /** What it shows, such as `auroc`: the stem of its files. */
  readonly kind: string;
  /** One or two sentences: what is shown, preset, seeds, numbers of clips. */
  readonly caption: string;
  readonly data: readonly Trace[];
  readonly layout: Layout;
  /** Frames of an animation; absent if the figure stands still. */
  readonly frames?: readonly AnimationFrame[];
}
