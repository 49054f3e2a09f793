/** Figures over time: training curves, and scores of a recording. */
import { captionOf, count, type Origin } from "./caption.ts";
import type { Figure, Line, ScatterTrace, Shape } from "./figure.ts";
import { axis, COLOURS, layout } from "./style.ts";

/** One training step, such as a `FitProgress`. */
export interface PlottedStep {
  /** Number of the step, from 1. */
  readonly step: number;
  /** Loss: NLL in nats. */
  readonly loss: number;
  /** Mean standard deviation of the features. */
  readonly featureStd?: number;
}

/** Training curves: the loss, and below it the mean standard deviation of the features. Features whose deviation falls towards 0
 * have collapsed. */
export function trainingFigure(steps: readonly PlottedStep[], origin: Origin): Figure {
  const measured = steps.flatMap(({ step, featureStd }) =>
    featureStd === undefined ? [] : [[step, featureStd] as const]
  );
  return {
    kind: "training",
    caption: captionOf(
      "Training: loss (NLL) and mean standard deviation of the features by step. A calibrated preset trains once for each fold, then on " +
        "all clips, so that the loss begins anew.",
      origin,
      count(steps.length, "step"),
    ),
    data: [
      lineTrace("loss", { color: COLOURS.blue }, steps.map(({ step, loss }) => [step, loss])),
      lineTrace("feature standard deviation", { color: COLOURS.orange }, measured, "2"),
    ],
    layout: layout("Training", 380, {
      xaxis: axis("", { anchor: "y", showticklabels: false }),
      yaxis: axis("loss (nats)", { domain: [0.52, 1], anchor: "x" }),
      xaxis2: axis("step", { anchor: "y2" }),
      yaxis2: axis("feature std", {
        domain: [0, 0.44],
        anchor: "x2",
        range: [0, 1.1 * measured.reduce((most, [, std]) => Math.max(most, std), 1e-9)],
      }),
      showlegend: true,
    }),
  };
}

/** Scores of a recording, such as a `Localization`. */
export interface PlottedTimeline {
  /** Score of each frame, nats. */
  readonly scores: ArrayLike<number>;
  /** p-value of each frame. */
  readonly p: ArrayLike<number>;
  /** Smallest possible p-value of a frame, if known. */
  readonly smallestP?: number;
  /** Intervals of anomalous frames; `end` is exclusive. */
  readonly intervals: readonly { readonly start: number; readonly end: number }[];
}

/** Options for `timelineFigure`. */
export interface TimelineOptions {
  /** Frames per second. */
  readonly fps: number;
  /** Alarm level: a frame is anomalous if its p-value is at most `alpha`. */
  readonly alpha: number;
  /** True label of each frame, if known: 1 anomalous, 0 normal, any other value neither. */
  readonly truth?: ArrayLike<number>;
}

/** Score and p-value of each frame of a recording, with the anomalous intervals, the alarm line and, if known, the true labels.
 * @example
 * ```ts
 * import { timelineFigure } from "@lab/iadnet/plots";
 * import { assertEquals } from "@std/assert";
 * const found = { scores: [1, 9, 2], p: [0.5, 0.01, 0.4], intervals: [{ start: 1, end: 2 }] };
 * const figure = timelineFigure(found, { fps: 10, alpha: 0.05 }, { detector: "iadnet:preset=window", seeds: [0] });
 * assertEquals(figure.layout.shapes?.map(({ x0, x1 }) => [x0, x1]), [[0.1, 0.2]]);
 * ```
 */
export function timelineFigure(found: PlottedTimeline, options: TimelineOptions, origin: Origin): Figure {
  const { fps, alpha, truth } = options, { smallestP, scores: { length: frames } } = found;
  const overTime = (values: ArrayLike<number>) => Array.from(values, (value, t) => [t / fps, value] as const);
  const alarmLine = [[0, alpha], [frames / fps, alpha]] as const;
  const band = (start: number, end: number, y: readonly [number, number], color: string): Shape => ({
    type: "rect",
    xref: "x",
    yref: "paper",
    ...{ x0: start / fps, x1: end / fps, y0: y[0], y1: y[1] },
    line: { width: 0 },
    fillcolor: color,
    opacity: 0.25,
    layer: "below",
  });
  const lowest = Array.from(found.p).reduce((least, p) => Math.min(least, p), alpha);
  return {
    kind: "timeline",
    caption: captionOf(
      `Score (above) and p-value (below, logarithmic) of each frame. Shaded: intervals with p at most ${alpha}, the dashed ` +
        `line${truth ? "; the strip on top is the true anomaly" : ""}.` +
        (smallestP === undefined ? "" : ` Smallest possible p-value: ${smallestP.toPrecision(2)}.`),
      origin,
      `1 recording of ${count(frames, "frame")} at ${fps} a second`,
    ),
    data: [
      lineTrace("score", { color: COLOURS.blue }, overTime(found.scores)),
      lineTrace("p", { color: COLOURS.purple }, overTime(found.p), "2"),
      lineTrace(`alarm line, p = ${alpha}`, { color: COLOURS.vermillion, dash: "dash" }, alarmLine, "2"),
    ],
    layout: layout("Scores over a recording", 420, {
      xaxis: axis("", { range: [0, frames / fps], anchor: "y", showticklabels: false }),
      yaxis: axis("score (nats)", { domain: [0.48, 0.95], anchor: "x" }),
      xaxis2: axis("seconds", { range: [0, frames / fps], anchor: "y2" }),
      yaxis2: axis("p", {
        type: "log",
        domain: [0, 0.42],
        anchor: "x2",
        range: [Math.log10(lowest) - 0.15, 0.05],
        tickvals: [1e-4, 1e-3, 0.01, alpha, 0.1, 1].filter((tick) => tick >= lowest * 0.7),
      }),
      shapes: [
        ...found.intervals.map(({ start, end }) => band(start, end, [0, 0.95], COLOURS.orange)),
        ...(truth ? runsOf(truth).map(([start, end]) => band(start, end, [0.965, 1], COLOURS.grey)) : []),
      ],
      showlegend: true,
    }),
  };
}

/** A line through points; `axes` is the suffix of the names of its axes. */
function lineTrace(
  name: string,
  line: Line,
  points: readonly (readonly [x: number, y: number])[],
  axes: "" | "2" = "",
): ScatterTrace {
  return {
    type: "scatter",
    mode: "lines",
    name,
    x: points.map(([x]) => x),
    y: points.map(([, y]) => y),
    line: { ...line, width: 1.5 },
    xaxis: `x${axes}`,
    yaxis: `y${axes}`,
  };
}

/** Runs of ones, [start, end) each. */
function runsOf(values: ArrayLike<number>): [number, number][] {
  const runs: [number, number][] = [];
  for (let t = 0; t < values.length; t++) {
    if (values[t] !== 1) continue;
    const last = runs.at(-1);
    if (last && last[1] === t) last[1] = t + 1;
    else runs.push([t, t + 1]);
  }
  return runs;
}
