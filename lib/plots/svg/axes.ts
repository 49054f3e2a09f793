/** 2D axes in SVG: scales, ticks, grid lines, titles. */
// @ts-types="@types/d3-scale"
import { scaleLinear, scaleLog } from "d3-scale";
import type { Axis, Figure, FlatTrace, Range, Trace } from "../figure.ts";
import { element, INK, MEDIUM, POINTS, SMALL, textAt } from "./element.ts";
import { fit, shorten, SMALLEST, textWidth } from "./text.ts";

/** Colour of grid lines. */
const GRID = "#DDDDDD";

/** Widest label of a category, and how far a label below a panel may reach beyond it. Points. */
const LONGEST = 100, BEYOND = 8;

/** A rectangle on the page, points. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** An axis with its scale. */
export interface Scaled {
  /** Name of the axis in traces, such as `x2`. */
  readonly name: string;
  readonly axis: Axis;
  /** Position of a value or category, points. */
  readonly at: (value: number | string) => number;
  /** Length of one unit or category, points. */
  readonly unit: number;
  readonly ticks: readonly Tick[];
  /** Size of its labels, points. */
  readonly size: number;
}

/** A tick: its position, and its label, which is empty where there is no room for it. */
interface Tick {
  readonly at: number;
  readonly label: string;
}

/** A panel: two axes and the area between them. */
export interface PanelBox {
  readonly x: Scaled;
  readonly y: Scaled;
  readonly area: Area;
}

/** Names of the axes of a 2D trace. */
export function axesOf({ xaxis = "x", yaxis = "y" }: FlatTrace): [x: string, y: string] {
  return [xaxis, yaxis];
}

/** Panels of a figure: one for each pair of axes that a trace uses. */
export function placePanels({ data, layout }: Figure, area: Area): PanelBox[] {
  const flat = data.filter((trace) => trace.type !== "scatter3d");
  return [...new Set(flat.map((trace) => axesOf(trace).join("|")))].map((key) => {
    const names = key.split("|");
    const [xAxis, yAxis] = names.map((name) => layout[`${name[0] as "x" | "y"}axis${name.slice(1)}`] ?? {});
    const [xs, ys] = [
      valuesOf(flat.filter((trace) => axesOf(trace)[0] === names[0]), "x", xAxis),
      valuesOf(flat.filter((trace) => axesOf(trace)[1] === names[1]), "y", yAxis),
    ];
    let own = partOf(area, xAxis.domain, yAxis.domain);
    if (yAxis.scaleanchor) own = shrink(own, xs.length / ys.length);
    return {
      area: own,
      x: scale(names[0], xAxis, xs, [own.left, own.left + own.width]),
      y: scale(names[1], yAxis, ys, [own.top + own.height, own.top]),
    };
  });
}

/** Part of an area, from fractions of its width and of its height from below. */
export function partOf({ left, top, width, height }: Area, x: Range = [0, 1], y: Range = [0, 1]): Area {
  return {
    left: left + x[0] * width,
    top: top + (1 - y[1]) * height,
    width: (x[1] - x[0]) * width,
    height: (y[1] - y[0]) * height,
  };
}

/** The largest area with an aspect ratio inside another area, at its upper edge. */
function shrink({ left, top, width, height }: Area, aspect: number): Area {
  const w = Math.min(width, height * aspect);
  return { left: left + (width - w) / 2, top, width: w, height: w / aspect };
}

/** All values of an axis: categories, or numbers. */
function valuesOf(traces: readonly Trace[], side: "x" | "y", axis: Axis): (number | string)[] {
  if (axis.type === "category") {
    const given = traces.flatMap((trace) => [...trace[side]] as string[]);
    return [...new Set([...axis.categoryarray ?? [], ...given])];
  }
  return traces.flatMap((trace): (number | string)[] => {
    const values = [...trace[side]] as number[];
    const valueSide = trace.type === "bar" && (trace.orientation === "h" ? "x" : "y") === side;
    return valueSide ? [0, ...values] : values;
  });
}

function scale(name: string, axis: Axis, values: readonly (number | string)[], [from, to]: Range): Scaled {
  const [start, end] = axis.autorange === "reversed" ? [to, from] : [from, to];
  const size = Math.min(SMALL, (axis.tickfont?.size ?? 10) * POINTS);
  if (axis.type === "category") {
    const unit = (end - start) / values.length;
    const at = (value: number | string) =>
      start + unit * ((typeof value === "number" ? value : values.indexOf(value)) + 0.5);
    return { name, axis, at, unit, ...categoryTicks(values.map(String), at, Math.abs(unit), size) };
  }
  const isLog = axis.type === "log", isAcross = name.startsWith("x");
  const [low, high] = axis.range ?? bounds((values as number[]).map(isLog ? Math.log10 : Number));
  const domain = isLog ? [10 ** low, 10 ** high] : [low, high];
  const s = isLog ? scaleLog(domain, [start, end]) : scaleLinear(domain, [start, end]);
  const ticksOf = (many: number): Tick[] => {
    const format = isLog ? (tick: number) => String(Number(tick.toPrecision(2))) : s.tickFormat(many);
    return (axis.tickvals ?? s.ticks(many)).filter((tick) => tick >= domain[0] && tick <= domain[1])
      .map((tick) => ({ at: s(tick), label: format(tick) }));
  };
  let many = Math.max(2, Math.round(Math.abs(to - from) / 34)), ticks = ticksOf(many);
  while (isAcross && many > 2 && touch(ticks, size)) ticks = ticksOf(--many);
  if (isAcross) ticks = ticks.map((tick) => isInside(tick, size, from, to) ? tick : { ...tick, label: "" });
  while (isAcross && touch(ticks, size)) ticks = everyOther(ticks);
  return { name, axis, at: (value) => s(Number(value)), unit: (end - start) / (high - low), ticks, size };
}

/** Labels of categories: smaller if they are close, and only every n-th, with room for all n, where even the smallest would touch. */
function categoryTicks(
  labels: readonly string[],
  at: (value: number) => number,
  unit: number,
  usual: number,
): { readonly size: number; readonly ticks: readonly Tick[] } {
  const size = Math.max(SMALLEST, Math.min(usual, unit / 1.05)),
    step = Math.max(1, Math.ceil(size * 1.05 / unit - 1e-9));
  const ticks = labels.map((label, i) => ({
    at: at(i),
    label: i % step === 0 && i + step <= labels.length ? shorten(label, size, LONGEST) : "",
  }));
  return { size, ticks };
}

/** Whether the labels of neighbouring ticks below a panel would touch. */
function touch(ticks: readonly Tick[], size: number): boolean {
  const shown = ticks.filter(({ label }) => label !== "");
  return shown.some(({ at, label }, i) => {
    const next = shown[i + 1];
    return next && Math.abs(next.at - at) < (textWidth(label, size) + textWidth(next.label, size)) / 2 + 2;
  });
}

/** Whether a label does not reach far beyond its panel, where another panel may be. */
function isInside({ at, label }: Tick, size: number, from: number, to: number): boolean {
  const half = textWidth(label, size) / 2;
  return at - half >= Math.min(from, to) - BEYOND && at + half <= Math.max(from, to) + BEYOND;
}

/** The ticks, of which only every other labelled one keeps its label. */
function everyOther(ticks: readonly Tick[]): Tick[] {
  let labelled = 0;
  return ticks.map((tick) => tick.label === "" || labelled++ % 2 === 0 ? tick : { ...tick, label: "" });
}

/** Smallest and largest value, with a margin. */
function bounds(values: readonly number[]): Range {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity),
    high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const room = (high - low || 1) * 0.04;
  return [low - room, high + room];
}

/** Draw grid lines, ticks, labels and titles of a panel. */
export function drawAxes({ x, y, area }: PanelBox): string {
  const { left, top, width, height } = area, right = left + width, bottom = top + height;
  const line = (x1: number, y1: number, x2: number, y2: number, stroke = INK) =>
    element("line", { x1, y1, x2, y2, stroke, "stroke-width": 0.4 });
  const gridOf = ({ axis, ticks }: Scaled) => axis.showgrid === false ? [] : ticks;
  const turned = labelsTurned(x), middle = top + height / 2;
  const under = labelsOf(x).length === 0 ? 3 : 4 + (turned ? widest(x) : x.size + 1);
  const out = [
    ...gridOf(x).map(({ at }) => line(at, top, at, bottom, GRID)),
    ...gridOf(y).map(({ at }) => line(left, at, right, at, GRID)),
    line(left, bottom, right, bottom),
    line(left, top, left, bottom),
    ...(x.axis.zeroline ? [line(x.at(0), top, x.at(0), bottom)] : []),
    ...labelsOf(x).map(({ at, label }) =>
      textAt(
        label,
        at,
        bottom + 3,
        turned ? { anchor: "end", size: x.size, turn: -90 } : { anchor: "middle", hang: "top", size: x.size },
      )
    ),
    ...labelsOf(y).map(({ at, label }) => textAt(label, left - 2.5, at, { anchor: "end", size: y.size })),
  ];
  if (x.axis.title) {
    const { text, size } = fit(x.axis.title.text, MEDIUM, width + BEYOND);
    out.push(textAt(text, left + width / 2, bottom + under, { anchor: "middle", hang: "top", size }));
  }
  if (y.axis.title) {
    const { text, size } = fit(y.axis.title.text, MEDIUM, height + 2 * BEYOND);
    out.push(textAt(text, left - widest(y) - 8, middle, { anchor: "middle", turn: -90, size }));
  }
  return out.join("");
}

function labelsOf({ axis, ticks }: Scaled): Scaled["ticks"] {
  return axis.showticklabels === false ? [] : ticks.filter(({ label }) => label !== "");
}

/** Whether labels along x would overlap and are turned. */
function labelsTurned(scaled: Scaled): boolean {
  return scaled.axis.type === "category" && widest(scaled) > Math.abs(scaled.unit);
}

/** Width of the widest label; 0 if there is none. */
function widest(scaled: Scaled): number {
  return labelsOf(scaled).reduce((most, { label }) => Math.max(most, textWidth(label, scaled.size)), 0);
}

/** Width of labels and title on the left of a panel. */
export function besideOf({ y }: PanelBox): number {
  return widest(y) + (y.axis.title ? 16 : 6);
}

/** Height of labels and title below a panel. */
export function belowOf({ x }: PanelBox): number {
  const labels = labelsTurned(x) ? widest(x) + 4 : labelsOf(x).length > 0 ? 10 : 3;
  return labels + (x.axis.title ? 10 : 2);
}
