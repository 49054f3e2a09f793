/**
 * 2D axes in SVG: scales, ticks, grid lines, titles.
 *
 * @module
 */
// @ts-types="@types/d3-scale"
import { scaleLinear, scaleLog } from "d3-scale";
import type { Figure, Trace } from "../figure.ts";
import type { Axis } from "../layout.ts";
import { element, INK, SMALL, textAt, textWidth } from "./element.ts";

/** A rectangle on the page, points. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** An axis with its scale. */
export interface Scaled {
  readonly axis: Axis;
  /** Position of a value or category, points. */
  readonly at: (value: number | string) => number;
  /** Length of one unit or category, points. */
  readonly unit: number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/** A panel: two axes and the area between them. */
export interface PanelBox {
  readonly x: Scaled;
  readonly y: Scaled;
  readonly area: Area;
}

/** Panels of a figure, by the names of their axes, `x|y`. */
export function placePanels(figure: Figure, area: Area): Map<string, PanelBox> {
  const panels = new Map<string, PanelBox>();
  for (const trace of figure.data) {
    if (trace.type === "scatter3d") continue;
    const names = [trace.xaxis ?? "x", trace.yaxis ?? "y"], key = names.join("|");
    if (panels.has(key)) continue;
    const [xAxis, yAxis] = names.map((name) => axisOf(figure, name));
    const [across, up] = [xAxis.domain ?? [0, 1], yAxis.domain ?? [0, 1]];
    let own: Area = {
      left: area.left + across[0] * area.width,
      top: area.top + (1 - up[1]) * area.height,
      width: (across[1] - across[0]) * area.width,
      height: (up[1] - up[0]) * area.height,
    };
    const on = (axis: "xaxis" | "yaxis", name: string) =>
      figure.data.filter((other) => other.type !== "scatter3d" && (other[axis] ?? axis[0]) === name);
    const [xs, ys] = [
      valuesOf(on("xaxis", names[0]), "x", xAxis),
      valuesOf(on("yaxis", names[1]), "y", yAxis),
    ];
    if (yAxis.scaleanchor) own = shrink(own, xs.length / ys.length);
    panels.set(key, {
      area: own,
      x: scale(xAxis, xs, own.left, own.left + own.width),
      y: scale(yAxis, ys, own.top + own.height, own.top),
    });
  }
  return panels;
}

/** The axis with a name: `x2` is `xaxis2` of the layout. */
export function axisOf({ layout }: Figure, name: string): Axis {
  const key = `${name[0]}axis${name.slice(1)}`;
  return layout[key as `xaxis${string}`] ?? {};
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

function scale(axis: Axis, values: readonly (number | string)[], from: number, to: number): Scaled {
  const [start, end] = axis.autorange === "reversed" ? [to, from] : [from, to];
  if (axis.type === "category") {
    const unit = (end - start) / values.length;
    const at = (value: number | string) =>
      start + unit * ((typeof value === "number" ? value : values.indexOf(value)) + 0.5);
    return { axis, at, unit, ticks: values.map((value) => ({ at: at(value), label: String(value) })) };
  }
  const many = Math.max(2, Math.round(Math.abs(to - from) / 34));
  if (axis.type === "log") {
    const [low, high] = axis.range ?? bounds((values as number[]).map(Math.log10));
    const s = scaleLog().domain([10 ** low, 10 ** high]).range([start, end]);
    const decades = Array.from({ length: 40 }, (_, k) => 10 ** (k - 20))
      .flatMap((decade) => [1, 2, 5].map((step) => step * decade));
    const ticks = (axis.tickvals ?? decades).filter((tick) => tick >= 10 ** low && tick <= 10 ** high)
      .map((tick) => ({ at: s(tick), label: String(Number(tick.toPrecision(2))) }));
    return { axis, at: (value) => s(Number(value)), unit: (end - start) / (high - low), ticks };
  }
  const [low, high] = axis.range ?? bounds(values as number[]);
  const s = scaleLinear().domain([low, high]).range([start, end]), format = s.tickFormat(many);
  const ticks = (axis.tickvals ?? s.ticks(many)).map((tick) => ({ at: s(tick), label: format(tick) }));
  return { axis, at: (value) => s(Number(value)), unit: (end - start) / (high - low), ticks };
}

/** Smallest and largest value, with a margin. */
function bounds(values: readonly number[]): [number, number] {
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const room = (high - low || 1) * 0.04;
  return [low - room, high + room];
}

/** Draw grid lines, ticks, labels and titles of a panel. */
export function drawAxes({ x, y, area }: PanelBox): string {
  const { left, top, width, height } = area, right = left + width, bottom = top + height;
  const line = (x1: number, y1: number, x2: number, y2: number, stroke: string) =>
    element("line", { x1, y1, x2, y2, stroke, "stroke-width": 0.4 });
  const out: string[] = [];
  if (x.axis.showgrid !== false) {
    for (const { at } of x.ticks) out.push(line(at, top, at, bottom, "#DDDDDD"));
  }
  if (y.axis.showgrid !== false) {
    for (const { at } of y.ticks) out.push(line(left, at, right, at, "#DDDDDD"));
  }
  out.push(line(left, bottom, right, bottom, INK), line(left, top, left, bottom, INK));
  if (x.axis.zeroline) out.push(line(x.at(0), top, x.at(0), bottom, INK));
  const size = Math.min(SMALL, (x.axis.tickfont?.size ?? 10) * 0.6);
  let below = 3;
  if (x.axis.showticklabels !== false) {
    const turned = labelsTurned(x);
    for (const { at, label } of x.ticks) {
      out.push(
        turned
          ? textAt(label, at, bottom + 2, { anchor: "end", size, turn: -90 })
          : textAt(label, at, bottom + 2, { anchor: "middle", hang: "top", size }),
      );
    }
    below += turned ? widest(x, size) : size + 1;
  }
  if (x.axis.title) {
    out.push(textAt(x.axis.title.text, left + width / 2, bottom + below, { anchor: "middle", hang: "top" }));
  }
  const ySize = Math.min(SMALL, (y.axis.tickfont?.size ?? 10) * 0.6);
  const beside = y.axis.showticklabels === false ? 0 : widest(y, ySize);
  if (beside > 0) {
    for (const { at, label } of y.ticks) {
      out.push(textAt(label, left - 2.5, at, { anchor: "end", size: ySize }));
    }
  }
  if (y.axis.title) {
    const at = left - beside - 8;
    out.push(textAt(y.axis.title.text, at, top + height / 2, { anchor: "middle", turn: -90 }));
  }
  return out.join("");
}

/** Whether labels along x would overlap and are turned. */
export function labelsTurned({ ticks, unit, axis }: Scaled): boolean {
  return axis.type === "category" && ticks.some(({ label }) => textWidth(label, SMALL) > Math.abs(unit));
}

/** Width of the widest label. */
export function widest({ ticks }: Scaled, size: number): number {
  return ticks.reduce((most, { label }) => Math.max(most, textWidth(label, size)), 0);
}
