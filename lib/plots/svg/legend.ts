/**
 * The legend in SVG: names in rows of the given width.
 *
 * @module
 */
import type { Figure, Trace } from "../figure.ts";
import { dashes, element, INK, paint, SMALL, textAt, textWidth } from "./element.ts";
import { drawMarker } from "./traces.ts";

/** Height of a row, and width of a sample with its gaps. Points. */
const ROW = 9, SAMPLE = 15;

/** A legend: its height, and a function that draws it with its upper left corner at a point. */
export interface Legend {
  readonly height: number;
  readonly draw: (left: number, top: number) => string;
}

/** The legend of a figure, for a width in points. */
export function legendOf(figure: Figure, width: number): Legend {
  if (!figure.layout.showlegend) return { height: 0, draw: () => "" };
  const seen = new Set<string>(), items: { trace: Trace; name: string; x: number; row: number }[] = [];
  let x = 0, row = 0;
  for (const trace of figure.data) {
    const { name } = trace;
    if (name === undefined || trace.showlegend === false || seen.has(name)) continue;
    seen.add(name);
    const wide = SAMPLE + textWidth(name, SMALL) + 6;
    if (x > 0 && x + wide > width) {
      x = 0;
      row++;
    }
    items.push({ trace, name, x, row });
    x += wide;
  }
  const draw = (left: number, top: number) =>
    items.map((item) => {
      const y = top + item.row * ROW + ROW / 2, at = left + item.x;
      return sample(item.trace, at, y) + textAt(item.name, at + SAMPLE - 3, y, { size: SMALL });
    }).join("");
  return { height: items.length > 0 ? (row + 1) * ROW + 2 : 0, draw };
}

/** A small sample of a trace. */
function sample(trace: Trace, x: number, y: number): string {
  if (trace.type === "bar") {
    return element("rect", {
      x,
      y: y - 2.5,
      width: 9,
      height: 5,
      ...paint("fill", trace.marker.color),
      opacity: trace.opacity ?? trace.marker.opacity,
    });
  }
  if (trace.type === "scatter" && trace.mode.includes("markers") && trace.marker) {
    return drawMarker(trace.marker, x + 5, y);
  }
  const line = trace.type === "heatmap" ? undefined : trace.line;
  return element("line", {
    x1: x,
    y1: y,
    x2: x + 9,
    y2: y,
    ...paint("stroke", line?.color ?? INK),
    "stroke-width": 1.2,
    "stroke-dasharray": dashes(line?.dash),
  });
}
