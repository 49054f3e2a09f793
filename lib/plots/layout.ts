/**
 * The part of plotly's layout that this package uses: axes, scenes, shapes, animations.
 *
 * @module
 */
/** A title and its position, as fractions of the figure. */
export interface Title {
  /** Text. */
  readonly text: string;
  /** Position from the left. */
  readonly x?: number;
  /** Position from below. */
  readonly y?: number;
  /** Edge of the text at `x`. */
  readonly xanchor?: "left";
  /** Edge of the text at `y`. */
  readonly yanchor?: "top";
}

/** Look of a line. */
export interface Line {
  /** Colour: `#rrggbb` or `rgba(...)`. */
  readonly color: string;
  /** Width, pixels. */
  readonly width?: number;
  /** Dash pattern; solid if absent. */
  readonly dash?: "solid" | "dash" | "dot";
}

/** A 2D axis. */
export interface Axis {
  /** Title. */
  readonly title?: Title;
  /** Type of scale; linear if absent. */
  readonly type?: "linear" | "log" | "category";
  /** Range in units of the axis, or in logarithms for a log axis. From high to low reverses the axis. */
  readonly range?: readonly [number, number];
  /** Fraction of the figure that it spans, 0 to 1. */
  readonly domain?: readonly [number, number];
  /** Name of the axis that it is attached to. */
  readonly anchor?: string;
  /** From the largest to the smallest value. */
  readonly autorange?: "reversed";
  /** Whether grid lines are drawn. */
  readonly showgrid?: boolean;
  /** Whether ticks have labels. */
  readonly showticklabels?: boolean;
  /** Whether a line at 0 is drawn. */
  readonly zeroline?: boolean;
  /** Colour of the grid lines. */
  readonly gridcolor?: string;
  /** Colour of the axis. */
  readonly linecolor?: string;
  /** Whether the margin grows with the labels. */
  readonly automargin?: boolean;
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

/** An axis of a 3D scene. */
export interface SceneAxis {
  /** Range. */
  readonly range: readonly [number, number];
  /** Whether the axis is drawn. */
  readonly visible?: boolean;
  /** Title. */
  readonly title?: Title;
  /** Whether grid lines are drawn. */
  readonly showgrid?: boolean;
}

/** A point or a direction in space. */
export interface Point3 {
  /** First coordinate. */
  readonly x: number;
  /** Second coordinate. */
  readonly y: number;
  /** Third coordinate: up. */
  readonly z: number;
}

/** A 3D subplot. */
export interface Scene3d {
  /** Fractions of the figure that it spans. */
  readonly domain: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
  /** First axis. */
  readonly xaxis: SceneAxis;
  /** Second axis. */
  readonly yaxis: SceneAxis;
  /** Third axis: up. */
  readonly zaxis: SceneAxis;
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

/** A line or rectangle below or above the traces. */
export interface Shape {
  /** Type of the shape. */
  readonly type: "line" | "rect";
  /** Reference of x: an axis, or `paper` for fractions of the figure. */
  readonly xref: string;
  /** Reference of y. */
  readonly yref: string;
  /** Left edge. */
  readonly x0: number;
  /** Right edge. */
  readonly x1: number;
  /** Lower edge. */
  readonly y0: number;
  /** Upper edge. */
  readonly y1: number;
  /** Line or outline. */
  readonly line: Line | { readonly width: 0 };
  /** Fill colour. */
  readonly fillcolor?: string;
  /** Opacity, 0 to 1. */
  readonly opacity?: number;
  /** Drawn below the traces; above them if absent. */
  readonly layer?: "below";
}

/** Text at a position. */
export interface Annotation {
  /** Text; `<br>` starts a new line. */
  readonly text: string;
  /** Horizontal position. */
  readonly x: number;
  /** Vertical position. */
  readonly y: number;
  /** Reference of x: an axis, or `paper` for fractions of the figure. */
  readonly xref: string;
  /** Reference of y. */
  readonly yref: string;
  /** No arrow. */
  readonly showarrow: false;
  /** Edge of the text at `x`. */
  readonly xanchor?: "left" | "center" | "right";
  /** Edge of the text at `y`. */
  readonly yanchor?: "top" | "middle" | "bottom";
  /** Font. */
  readonly font?: { readonly size: number };
}

/** The layout of a figure. */
export interface Layout {
  /** Title. */
  readonly title?: Title;
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
  /** Sliders of an animation. */
  readonly sliders?: readonly Slider[];
  /** Buttons of an animation. */
  readonly updatemenus?: readonly PlayButtons[];
  /** Axes. */
  readonly [axis: `xaxis${string}` | `yaxis${string}`]: Axis | undefined;
  /** Scenes. */
  readonly [scene: `scene${string}`]: Scene3d | undefined;
}

/** A slider over the frames of an animation. */
export interface Slider {
  /** Text before the label of the current frame. */
  readonly currentvalue: { readonly prefix: string };
  /** Left end, as a fraction of the figure. */
  readonly x: number;
  /** Length, as a fraction of the figure. */
  readonly len: number;
  /** Padding, pixels. */
  readonly pad: { readonly t: number };
  /** One step per frame. */
  readonly steps: readonly {
    readonly label: string;
    readonly method: "animate";
    readonly args: readonly [readonly string[], AnimationMode];
  }[];
}

/** How an animation is played. */
export interface AnimationMode {
  /** A new animation stops the running one. */
  readonly mode: "immediate";
  /** Continues from the current frame. */
  readonly fromcurrent?: boolean;
  /** Duration of a frame in milliseconds; whether the whole figure is redrawn. */
  readonly frame: { readonly duration: number; readonly redraw: boolean };
  /** Duration of the transition between frames, milliseconds. */
  readonly transition: { readonly duration: number };
}

/** Buttons to play and stop an animation. */
export interface PlayButtons {
  /** Type of the menu. */
  readonly type: "buttons";
  /** Buttons are side by side. */
  readonly direction: "left";
  /** The last button pressed is not marked. */
  readonly showactive: false;
  /** Horizontal position, as a fraction of the figure. */
  readonly x: number;
  /** Vertical position, as a fraction of the figure. */
  readonly y: number;
  /** Edge at `x`. */
  readonly xanchor: "right";
  /** Edge at `y`. */
  readonly yanchor: "top";
  /** Padding, pixels. */
  readonly pad: { readonly t: number; readonly r: number };
  /** Buttons. */
  readonly buttons: readonly {
    readonly label: string;
    readonly method: "animate";
    readonly args: readonly [readonly (string | null)[] | null, AnimationMode];
  }[];
}
