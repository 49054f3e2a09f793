/** 2D traces in SVG: lines, markers, bars with error bars, heat maps. */
// @ts-types="@types/d3-scale"
import { scaleLinear } from "d3-scale";
import type { BarTrace, Figure, HeatmapTrace, Marker, ScatterTrace, Trace } from "../figure.ts";
import type { PanelBox } from "./axes.ts";
import { element, INK, paint, POINTS, SMALL, strokeOf, textAt } from "./element.ts";
import { placeLabels } from "./labels.ts";

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
  const shape = symbol.replace("-open", "") as keyof typeof MARKERS,
    d = MARKERS[shape],
    scale = size * POINTS / 2;
  const transform = `translate(${x.toFixed(3)} ${y.toFixed(3)}) scale(${scale})`;
  const look = d.endsWith("Z") && shape === symbol
    ? paint("fill", color)
    : { ...paint("stroke", color), "stroke-width": 0.9 / scale, fill: "none" };
  return element("path", { d, transform, ...look });
}

/** Draw lines, markers and labels. */
export function drawScatter(trace: ScatterTrace, { x, y, area }: PanelBox): string {
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
  if (trace.mode.includes("markers")) {
    for (const [px, py] of points) out.push(drawMarker(trace.marker ?? { color: INK }, px, py));
  }
  if (trace.mode.includes("text")) {
    for (const { text, size, left, right, middle, leader } of placeLabels(points, trace.text ?? [], area)) {
      if (leader) {
        const [x1, y1, x2, y2] = leader;
        out.unshift(element("line", { x1, y1, x2, y2, stroke: INK, "stroke-width": 0.3 }));
      }
      const back = { x: left, y: middle - size / 2, width: right - left, height: size };
      out.push(element("rect", { ...back, fill: "#FFFFFF", "fill-opacity": 0.8 }));
      out.push(textAt(text, (left + right) / 2, middle, { size, anchor: "middle" }));
    }
  }
  return element("g", { opacity: trace.opacity }, ...out);
}

/** Half the length of the caps of an error bar, points: they reach beyond a marker. */
const CAP = 2.8;

/** Draw the error bars of a trace. They are drawn after all traces, so that no marker hides them. */
export function drawErrors(trace: Trace, panel: PanelBox, figure: Figure): string {
  if ((trace.type !== "bar" && trace.type !== "scatter") || !trace.error_x) return "";
  const { array, arrayminus, color = INK } = trace.error_x, { at } = panel.x;
  const { middles, slot } = trace.type === "bar"
    ? slotsOf(trace, panel, figure)
    : { middles: trace.y.map(panel.y.at), slot: Infinity };
  const cap = Math.min(CAP, slot / 2);
  const line = (x1: number, y1: number, x2: number, y2: number) =>
    `M${x1.toFixed(2)} ${y1.toFixed(2)}L${x2.toFixed(2)} ${y2.toFixed(2)}`;
  return middles.map((y, i) => {
    const low = at(trace.x[i] - arrayminus[i]), high = at(trace.x[i] + array[i]);
    if (!Number.isFinite(low + high)) return "";
    const d = line(low, y, high, y) + [low, high].map((end) => line(end, y - cap, end, y + cap)).join("");
    return element("path", { d, ...paint("stroke", color), "stroke-width": 0.8, fill: "none" });
  }).join("");
}

/** Places of the bars of a trace across their length, in group mode side by side with the other bars of the panel. */
function slotsOf(trace: BarTrace, panel: PanelBox, figure: Figure): { middles: number[]; slot: number } {
  const others = figure.data.filter((other) =>
    other.type === "bar" && other.xaxis === trace.xaxis && other.yaxis === trace.yaxis
  );
  const [across, places] = trace.orientation === "h" ? [panel.y, trace.y] : [panel.x, trace.x];
  const grouped = figure.layout.barmode === "group", unit = Math.abs(across.unit);
  const slot = unit * (trace.width ?? 1 - (figure.layout.bargap ?? 0.2)) / (grouped ? others.length : 1);
  const offset = grouped ? (others.indexOf(trace) - (others.length - 1) / 2) * slot : 0;
  return { middles: places.map((place) => across.at(place) + offset), slot };
}

/** Draw bars. */
export function drawBars(trace: BarTrace, panel: PanelBox, figure: Figure): string {
  const lying = trace.orientation === "h", along = lying ? panel.x : panel.y, zero = along.at(0);
  const values = (lying ? trace.x : trace.y) as readonly number[],
    { middles, slot } = slotsOf(trace, panel, figure);
  const drawn = values.map((value, i) => {
    const middle = middles[i], end = along.at(value);
    const from = Math.min(zero, end), size = Math.abs(end - zero);
    const rect = lying
      ? { x: from, y: middle - slot / 2, width: size, height: slot }
      : { x: middle - slot / 2, y: from, width: slot, height: size };
    const { color, opacity } = trace.marker;
    return element("rect", { ...rect, ...paint("fill", color), opacity });
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
  const many = Math.max(1, Math.min(5, Math.floor(area.height / 12)));
  const values = scaleLinear([zmin, zmax], [area.top + area.height, area.top]),
    format = values.tickFormat(many);
  const ticks = values.ticks(many).filter((_, k, { length }) => k % Math.ceil(length / (many + 1)) === 0);
  const labels = ticks.map((tick) => textAt(format(tick), left + 7, values(tick), { size: SMALL }));
  const title = textAt(trace.colorbar?.title.text ?? "", left, area.top - 4, { hang: "bottom", size: SMALL });
  return element("g", { "shape-rendering": "crispEdges" }, ...cells, ...slices) + labels.join("") + title;
}
