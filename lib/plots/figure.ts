/** Plotly figures as plain data: the traces that this package uses, and its part of plotly's layout.
 *
 * plotly.js draws these figures in a browser; `toSvg` draws them without one. */

/** Look of a line. */
export interface Line {
  /** Colour: `#rrggbb` or `rgba(...)`. */
  readonly color: string;
  /** Width, pixels. */
  readonly width?: number;
  /** Dash pattern; solid if absent. */
  readonly dash?: "solid" | "dash" | "dot";
}

/** Shape of a marker; with `-open` only its outline is drawn. */
export type MarkerSymbol = "circle" | "square" | "diamond" | "triangle-up" | "cross" | "x";

/** Look of a marker. */
export interface Marker {
  /** Colour: `#rrggbb` or `rgba(...)`. */
  readonly color: string;
  /** Diameter in pixels. */
  readonly size?: number;
  /** Symbol; a circle if absent. */
  readonly symbol?: MarkerSymbol | `${MarkerSymbol}-open`;
  /** Opacity, 0 to 1. */
  readonly opacity?: number;
}

/** Error bars: lengths above (`array`) and below (`arrayminus`) each value. */
export interface ErrorBars extends Readonly<Record<"array" | "arrayminus", readonly number[]>> {
  /** One length per value. */
  readonly type: "data";
  /** The lengths above and below differ. */
  readonly symmetric: false;
  /** Colour: `#rrggbb` or `rgba(...)`. */
  readonly color?: string;
  /** Thickness, pixels. */
  readonly thickness?: number;
  /** Width of the caps, pixels. */
  readonly width?: number;
}

/** Properties of all traces. */
export interface BaseTrace {
  /** Name in the legend. */
  readonly name?: string;
  /** Whether the legend shows it. */
  readonly showlegend?: boolean;
  /** Traces of one group are shown and hidden together. */
  readonly legendgroup?: string;
  /** No hover text. */
  readonly hoverinfo?: "skip";
  /** Opacity, 0 to 1. */
  readonly opacity?: number;
}

/** Properties of all 2D traces. */
export interface FlatTrace extends BaseTrace {
  /** Name of the x axis, such as `x2`; `x` if absent. */
  readonly xaxis?: string;
  /** Name of the y axis; `y` if absent. */
  readonly yaxis?: string;
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

/** A heat map; x and y are names or positions of the columns and rows, and row 0 of `z` is at `y[0]`. */
export interface HeatmapTrace extends FlatTrace, Readonly<Record<"x" | "y", readonly (number | string)[]>> {
  /** Type of the trace. */
  readonly type: "heatmap";
  /** Values, row by row. */
  readonly z: readonly (readonly number[])[];
  /** The value with the first colour. */
  readonly zmin: number;
  /** The value with the last colour. */
  readonly zmax: number;
  /** Colour scale. */
  readonly colorscale: ColourScale;
  /** Whether a colour bar is drawn. */
  readonly showscale: boolean;
  /** Colour bar: title, width in pixels, fraction of the height. */
  readonly colorbar?: {
    readonly title: { readonly text: string };
    readonly thickness: number;
    readonly len?: number;
  };
}

/** Points and lines in 3D; null breaks a line. */
export interface Scatter3dTrace
  extends BaseTrace, Readonly<Record<"x" | "y" | "z", readonly (number | null)[]>> {
  /** Type of the trace. */
  readonly type: "scatter3d";
  /** What is drawn: lines, or the labels. */
  readonly mode: "lines" | "text";
  /** Name of the scene; `scene` if absent. */
  readonly scene?: string;
  /** Look of its lines. */
  readonly line?: Line;
  /** Labels of the points. */
  readonly text?: readonly string[];
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

/** Lowest and highest value. */
export type Range = readonly [number, number];

/** A 2D axis. `showgrid` draws grid lines, `showticklabels` labels, `zeroline` a line at 0; `automargin`: the margin grows with the
 * labels. */
export interface Axis
  extends Partial<Readonly<Record<"showgrid" | "showticklabels" | "zeroline" | "automargin", boolean>>> {
  /** Title. */
  readonly title?: { readonly text: string };
  /** Type of scale; linear if absent. */
  readonly type?: "linear" | "log" | "category";
  /** Range in units of the axis, or in logarithms for a log axis. From high to low reverses the axis. */
  readonly range?: Range;
  /** Fraction of the figure that it spans, 0 to 1. */
  readonly domain?: Range;
  /** Name of the axis that it is attached to. */
  readonly anchor?: string;
  /** From the largest to the smallest value. */
  readonly autorange?: "reversed";
  /** Colour of the grid lines. */
  readonly gridcolor?: string;
  /** Colour of the axis. */
  readonly linecolor?: string;
  /** Axis with the same scale as this one. */
  readonly scaleanchor?: string;
  /** Shrinks the panel rather than the range. */
  readonly constrain?: "domain";
  /** Keeps the upper edge of the panel. */
  readonly constraintoward?: "top";
  /** Font size of the labels, pixels. */
  readonly tickfont?: { readonly size: number };
  /** Positions of the ticks. */
  readonly tickvals?: readonly number[];
  /** Categories are in the order of `categoryarray`. */
  readonly categoryorder?: "array";
  /** The categories in order. */
  readonly categoryarray?: readonly string[];
}

/** A point or a direction in space; z is up. */
export type Point3 = Readonly<Record<"x" | "y" | "z", number>>;

/** A 3D subplot. Its axes have a range and are not drawn; z is up. */
export interface Scene3d
  extends Readonly<Record<"xaxis" | "yaxis" | "zaxis", { readonly range: Range; readonly visible: false }>> {
  /** Fractions of the figure that it spans. */
  readonly domain: { readonly x: Range; readonly y: Range };
  /** The lengths of the axes are given. */
  readonly aspectmode: "manual";
  /** Lengths of the axes, proportional to their ranges. */
  readonly aspectratio: Point3;
  /** Position of the camera, its up direction, and an orthographic projection. */
  readonly camera: {
    readonly eye: Point3;
    readonly up: Point3;
    readonly projection: { readonly type: "orthographic" };
  };
}

/** A line or rectangle below or above the traces, from (x0, y0) to (x1, y1). */
export interface Shape extends Readonly<Record<"x0" | "x1" | "y0" | "y1", number>> {
  /** Type of the shape. */
  readonly type: "line" | "rect";
  /** Reference of x: an axis, or `paper` for fractions of the figure. */
  readonly xref: string;
  /** Reference of y. */
  readonly yref: string;
  /** Line or outline. */
  readonly line: Line | { readonly width: 0 };
  /** Fill colour. */
  readonly fillcolor?: string;
  /** Opacity, 0 to 1. */
  readonly opacity?: number;
  /** Drawn below the traces; above them if absent. */
  readonly layer?: "below";
}

/** Text above a point, whose x and y are fractions of the figure (`paper`). */
export interface Annotation
  extends Readonly<Record<"x" | "y", number>>, Readonly<Record<"xref" | "yref", "paper">> {
  /** Text; `<br>` starts a new line. */
  readonly text: string;
  /** No arrow. */
  readonly showarrow: false;
  /** `x` is the centre of the text. */
  readonly xanchor: "center";
  /** `y` is the lower edge of the text. */
  readonly yanchor: "bottom";
  /** Font. */
  readonly font: { readonly size: number };
}

/** The layout of a figure. */
export interface Layout {
  /** Title, with its position as fractions of the figure. */
  readonly title?: {
    readonly text: string;
    readonly x: number;
    readonly y: number;
    readonly xanchor: "left";
    readonly yanchor: "top";
  };
  /** Height, pixels. */
  readonly height: number;
  /** Margins around the panels, pixels. */
  readonly margin?: { readonly l: number; readonly r: number; readonly t: number; readonly b: number };
  /** Font. */
  readonly font?: { readonly family: string; readonly color: string; readonly size: number };
  /** Background colour of the figure. */
  readonly paper_bgcolor?: string;
  /** Background colour of the panels. */
  readonly plot_bgcolor?: string;
  /** Position of the legend. */
  readonly legend?: {
    readonly orientation: "h";
    readonly x: number;
    readonly y: number;
    readonly xanchor?: "left";
    readonly yanchor?: "bottom";
    readonly traceorder?: "normal";
  };
  /** Whether a legend is drawn. */
  readonly showlegend?: boolean;
  /** Bars side by side, or on top of each other. */
  readonly barmode?: "group" | "overlay";
  /** Gap between groups of bars as a fraction, 0 to 1. */
  readonly bargap?: number;
  /** Lines and rectangles. */
  readonly shapes?: readonly Shape[];
  /** Texts at positions. */
  readonly annotations?: readonly Annotation[];
  /** Sliders of an animation, as plotly.js takes them. */
  readonly sliders?: readonly object[];
  /** Buttons of an animation, as plotly.js takes them. */
  readonly updatemenus?: readonly object[];
  /** Axes. */
  readonly [axis: `xaxis${string}` | `yaxis${string}`]: Axis | undefined;
  /** Scenes. */
  readonly [scene: `scene${string}`]: Scene3d | undefined;
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
