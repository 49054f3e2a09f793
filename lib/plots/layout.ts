/**
 * The part of plotly's layout that the figures of this package use: axes, scenes, shapes, animations.
 *
 * @module
 */
import type { Line, Title } from "./figure.ts";

/** A flat axis. */
export interface Axis {
  /** Title. */
  readonly title?: Title;
  /** Kind of scale. */
  readonly type?: "linear" | "log" | "category";
  /** In the axis's units; of a log axis, logarithms. From high to low turns the axis round. */
  readonly range?: readonly [number, number];
  /** Part of the figure that it spans, 0 to 1. */
  readonly domain?: readonly [number, number];
  /** Name of the axis that it stands at. */
  readonly anchor?: string;
  /** From the greatest to the least. */
  readonly autorange?: "reversed";
  /** Whether there are grid lines. */
  readonly showgrid?: boolean;
  /** Whether ticks have labels. */
  readonly showticklabels?: boolean;
  /** Whether there is a line at 0. */
  readonly zeroline?: boolean;
  /** Colour of the grid lines. */
  readonly gridcolor?: string;
  /** Colour of the axis. */
  readonly linecolor?: string;
  /** Make room for the labels. */
  readonly automargin?: boolean;
  /** The axis whose units are as long as this one's, and where the panel shrinks for that. */
  readonly scaleanchor?: string;
  /** Shrink the panel, not the range. */
  readonly constrain?: "domain";
  /** The panel keeps its upper edge. */
  readonly constraintoward?: "top";
  /** Size of the labels, pixels. */
  readonly tickfont?: { readonly size: number };
  /** Where the ticks are. */
  readonly tickvals?: readonly number[];
  /** Categories in the order of `categoryarray`. */
  readonly categoryorder?: "array";
  /** The categories in order. */
  readonly categoryarray?: readonly string[];
}

/** One axis of a scene. */
export interface SceneAxis {
  /** From where to where. */
  readonly range: readonly [number, number];
  /** Whether it is drawn. */
  readonly visible?: boolean;
  /** Title. */
  readonly title?: Title;
  /** Whether there are grid lines. */
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

/** A place where traces in space are drawn. */
export interface Scene {
  /** Parts of the figure that it spans. */
  readonly domain: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
  /** First axis. */
  readonly xaxis: SceneAxis;
  /** Second axis. */
  readonly yaxis: SceneAxis;
  /** Third axis: up. */
  readonly zaxis: SceneAxis;
  /** Lengths of the axes are given. */
  readonly aspectmode: "manual";
  /** Lengths of the axes: the same for a metre along each. */
  readonly aspectratio: Point3;
  /** Where the camera is, what is up for it, and that lines stay parallel. */
  readonly camera: {
    readonly eye: Point3;
    readonly up: Point3;
    readonly projection: { readonly type: "orthographic" };
  };
}

/** A straight line or a rectangle behind or before the traces. */
export interface Shape {
  /** Kind. */
  readonly type: "line" | "rect";
  /** What `x` is measured in: an axis, or `paper` for parts of the figure. */
  readonly xref: string;
  /** What `y` is measured in. */
  readonly yref: string;
  /** Left. */
  readonly x0: number;
  /** Right. */
  readonly x1: number;
  /** Below. */
  readonly y0: number;
  /** Above. */
  readonly y1: number;
  /** Its line or outline. */
  readonly line: Line | { readonly width: 0 };
  /** Colour inside. */
  readonly fillcolor?: string;
  /** From 0 to 1. */
  readonly opacity?: number;
  /** Below the traces; above them if absent. */
  readonly layer?: "below";
}

/** Text at a place. */
export interface Annotation {
  /** Text; `<br>` begins a new line. */
  readonly text: string;
  /** Place across. */
  readonly x: number;
  /** Place up. */
  readonly y: number;
  /** What `x` is measured in: an axis, or `paper` for parts of the figure. */
  readonly xref: string;
  /** What `y` is measured in. */
  readonly yref: string;
  /** No arrow. */
  readonly showarrow: false;
  /** Which of its edges stands at `x`. */
  readonly xanchor?: "left" | "center" | "right";
  /** Which of its edges stands at `y`. */
  readonly yanchor?: "top" | "middle" | "bottom";
  /** Its letters. */
  readonly font?: { readonly size: number };
}

/** The part of plotly's layout that is used. */
export interface Layout {
  /** Title. */
  readonly title?: Title;
  /** Pixels. */
  readonly height: number;
  /** Pixels around the panels. */
  readonly margin?: { readonly l: number; readonly r: number; readonly t: number; readonly b: number };
  /** Letters. */
  readonly font?: { readonly family: string; readonly color: string; readonly size: number };
  /** Colour behind everything. */
  readonly paper_bgcolor?: string;
  /** Colour behind the panels. */
  readonly plot_bgcolor?: string;
  /** Where the legend lies. */
  readonly legend?: {
    readonly orientation: "h";
    readonly x: number;
    readonly y: number;
    readonly xanchor?: "left";
    readonly yanchor?: "bottom";
    readonly traceorder?: "normal";
  };
  /** Whether there is a legend. */
  readonly showlegend?: boolean;
  /** Bars side by side, or over each other. */
  readonly barmode?: "group" | "overlay";
  /** Part of the space between groups of bars, 0 to 1. */
  readonly bargap?: number;
  /** Lines and rectangles. */
  readonly shapes?: readonly Shape[];
  /** Texts. */
  readonly annotations?: readonly Annotation[];
  /** Sliders of an animation. */
  readonly sliders?: readonly Slider[];
  /** Buttons of an animation. */
  readonly updatemenus?: readonly PlayButtons[];
  /** Axes. */
  readonly [axis: `xaxis${string}` | `yaxis${string}`]: Axis | undefined;
  /** Scenes. */
  readonly [scene: `scene${string}`]: Scene | undefined;
}

/** A slider through the frames of an animation. */
export interface Slider {
  /** Text over it, before the label of the frame. */
  readonly currentvalue: { readonly prefix: string };
  /** Left end, as a part of the figure. */
  readonly x: number;
  /** Length, as a part of the figure. */
  readonly len: number;
  /** Space around it, pixels. */
  readonly pad: { readonly t: number };
  /** Its positions, one a frame. */
  readonly steps: readonly {
    readonly label: string;
    readonly method: "animate";
    readonly args: readonly [readonly string[], AnimationMode];
  }[];
}

/** How an animation goes on. */
export interface AnimationMode {
  /** A new animation stops the one that runs. */
  readonly mode: "immediate";
  /** Go on from the frame that is shown. */
  readonly fromcurrent?: boolean;
  /** Milliseconds of a frame; whether all is drawn anew. */
  readonly frame: { readonly duration: number; readonly redraw: boolean };
  /** Milliseconds between two frames. */
  readonly transition: { readonly duration: number };
}

/** Buttons that play and stop an animation. */
export interface PlayButtons {
  /** Kind. */
  readonly type: "buttons";
  /** Side by side. */
  readonly direction: "left";
  /** Do not mark the last one that was pressed. */
  readonly showactive: false;
  /** Place across, as a part of the figure. */
  readonly x: number;
  /** Place up, as a part of the figure. */
  readonly y: number;
  /** Which of its edges stands at `x`. */
  readonly xanchor: "right";
  /** Which of its edges stands at `y`. */
  readonly yanchor: "top";
  /** Space around it, pixels. */
  readonly pad: { readonly t: number; readonly r: number };
  /** The buttons. */
  readonly buttons: readonly {
    readonly label: string;
    readonly method: "animate";
    readonly args: readonly [readonly (string | null)[] | null, AnimationMode];
  }[];
}
