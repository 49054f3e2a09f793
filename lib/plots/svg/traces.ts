/** 2D traces in SVG: lines, markers, bars with error bars, heat maps. */
// @ts-types="@types/d3-scale"
import { scaleLinear } from "d3-scale";
import type { BarTrace, Figure, HeatmapTrace, Marker, ScatterTrace } from "../figure.ts";
import type { PanelBox } from "./axes.ts";
import { element, INK, paint, POINTS, SMALL, strokeOf, textAt } from "./element.ts";

/** Outlines of the markers of radius 1; those that do not end in Z are lines. */
const MARKERS = {
  circle: "M-1 0A1 1 0 1 1 1 0A1 1 0 1 1 -1 0Z",
  square: "M-0.9 -0.9H0.9V0.9H-0.9Z",
  diamond: "M0 -1.3L1.3 0L0 1.3L-1.3 0Z",
  "triangle-up": "M0 -1.1L1.05 0.75H-1.05Z",
  cross: "M-1 0H1M0 -1V1",
  x: "M-0.8 -0.8L0.8 0.8M-0.8 0.8L0.8 -0.8",
};

/** Draw a marker at a point. */
export function drawMarker({ color, size = 6, symbol = "circle" }: Marker, x: number, y: number): string {
  const d = MARKERS[symbol],
    transform = `translate(${x.toFixed(3)} ${y.toFixed(3)}) scale(${size * POINTS / 2})`;
  const look = d.endsWith("Z")
    ? paint("fill", color)
    : { ...paint("stroke", color), "stroke-width": 0.6, fill: "none" };
  return element("path", { d, transform, ...look });
}

/** Draw lines, markers and labels. */
export function drawScatter(trace: ScatterTrace, { x, y }: PanelBox): string {
  const points = trace.x.map((value, i) => [x.at(value), y.at(trace.y[i])] as const);
  const out: string[] = [];
  if (trace.mode.includes("lines")) {
    out.push(element("polyline", {
      points: points.map((point) => point.map((value) => value.toFixed(2)).join(",")).join(" "),
      fill: "none",
      ...strokeOf(trace.line),
      "stroke-linejoin": "round",
    }));
  }
  if (trace.error_x) {
    points.forEach(([, py], i) => out.push(drawError(trace, i, py, x.at)));
  }
  if (trace.mode.includes("markers")) {
    for (const [px, py] of points) out.push(drawMarker(trace.marker ?? { color: INK }, px, py));
  }
  if (trace.mode.includes("text")) {
    points.forEach(([px, py], i) => {
      const below = trace.textposition?.[i] === "bottom center";
      out.push(textAt(trace.text?.[i] ?? "", px, py + (below ? 3.5 : -3.5), {
        size: SMALL,
        anchor: "middle",
        hang: below ? "top" : "bottom",
      }));
    });
  }
  return element("g", { opacity: trace.opacity }, ...out);
}

/** Draw the error bar of value i of a trace. */
function drawError(
  { x, error_x }: ScatterTrace | BarTrace,
  i: number,
  py: number,
  at: (value: number) => number,
): string {
  const bars = error_x!, low = at(x[i] - bars.arrayminus[i]), high = at(x[i] + bars.array[i]), cap = 1.6;
  if (!Number.isFinite(low + high)) return "";
  const line = (x1: number, y1: number, x2: number, y2: number) =>
    `M${x1.toFixed(2)} ${y1.toFixed(2)}L${x2.toFixed(2)} ${y2.toFixed(2)}`;
  const d = line(low, py, high, py) + [low, high].map((end) => line(end, py - cap, end, py + cap)).join("");
  return element("path", { d, ...paint("stroke", bars.color ?? INK), "stroke-width": 0.8, fill: "none" });
}

/** Draw bars, in group mode side by side with the other bars of the panel. */
export function drawBars(trace: BarTrace, panel: PanelBox, figure: Figure): string {
  const others = figure.data.filter((other) =>
    other.type === "bar" && other.xaxis === trace.xaxis && other.yaxis === trace.yaxis
  );
  const lying = trace.orientation === "h";
  const [along, across] = lying ? [panel.x, panel.y] : [panel.y, panel.x];
  const values = (lying ? trace.x : trace.y) as readonly number[], places = lying ? trace.y : trace.x;
  const grouped = figure.layout.barmode === "group", unit = Math.abs(across.unit);
  const slot = unit * (trace.width ?? 1 - (figure.layout.bargap ?? 0.2)) / (grouped ? others.length : 1);
  const offset = grouped ? (others.indexOf(trace) - (others.length - 1) / 2) * slot : 0;
  const zero = along.at(0);
  const drawn = values.map((value, i) => {
    const middle = across.at(places[i]) + offset, end = along.at(value);
    const from = Math.min(zero, end), size = Math.abs(end - zero);
    const rect = lying
      ? { x: from, y: middle - slot / 2, width: size, height: slot }
      : { x: middle - slot / 2, y: from, width: slot, height: size };
    const error = trace.error_x ? drawError(trace, i, middle, along.at) : "";
    const { color, opacity } = trace.marker;
    return element("rect", { ...rect, ...paint("fill", color), opacity }) + error;
  });
  return element("g", { opacity: trace.opacity }, ...drawn);
}

/** Draw a matrix as rectangles, and its colour bar. */
export function drawHeatmap(trace: HeatmapTrace, { x, y, area }: PanelBox): string {
  const { zmin, zmax, colorscale, z } = trace;
  const colour = scaleLinear(colorscale.map(([at]) => at), colorscale.map(([, colour]) => colour)).clamp(
    true,
  );
  const w = Math.abs(x.unit), h = Math.abs(y.unit);
  const cells = z.flatMap((row, i) =>
    row.map((value, j) =>
      element("rect", {
        x: x.at(trace.x[j]) - w / 2,
        y: y.at(trace.y[i]) - h / 2,
        width: w,
        height: h,
        fill: colour((value - zmin) / (zmax - zmin || 1)),
      })
    )
  );
  if (!trace.showscale) return element("g", { "shape-rendering": "crispEdges" }, ...cells);
  const left = area.left + area.width + 6, steps = 40, high = area.height / steps;
  const slices = Array.from({ length: steps }, (_, k) =>
    element("rect", {
      x: left,
      y: area.top + k * high,
      width: 5,
      height: high + 0.05,
      fill: colour(1 - (k + 0.5) / steps),
    }));
  const values = scaleLinear([zmin, zmax], [area.top + area.height, area.top]), format = values.tickFormat(5);
  const labels = values.ticks(5).map((tick) => textAt(format(tick), left + 7, values(tick), { size: SMALL }));
  const title = textAt(trace.colorbar?.title.text ?? "", left, area.top - 2, { hang: "bottom", size: SMALL });
  return element("g", { "shape-rendering": "crispEdges" }, ...cells, ...slices) + labels.join("") + title;
}
