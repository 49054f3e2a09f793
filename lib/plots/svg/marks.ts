/** What the layout adds to the traces, in SVG: shapes, annotations, and the legend. */
import { UsageError } from "../../core/errors.ts";
import type { Figure, Shape, Trace } from "../figure.ts";
import { type Area, type PanelBox, partOf } from "./axes.ts";
import { element, paint, POINTS, SMALL, strokeOf, textAt } from "./element.ts";
import { fit, shorten, textWidth } from "./text.ts";
import { drawMarker } from "./traces.ts";

/** Draw the shapes of a figure, either those below the traces or those above.
 * @throws {UsageError} If a shape refers to an axis that no trace uses. */
export function drawShapes(figure: Figure, panels: readonly PanelBox[], area: Area, below: boolean): string {
  const at = (ref: string, value: number) => {
    const scaled = panels.flatMap(({ x, y }) => [x, y]).find(({ name }) => name === ref);
    if (!scaled) throw new UsageError(`Cannot draw ${figure.kind}: no trace uses axis ${ref}`);
    return scaled.at(value);
  };
  const across = (ref: string, value: number) =>
    ref === "paper" ? area.left + value * area.width : at(ref, value);
  const up = (ref: string, value: number) =>
    ref === "paper" ? area.top + (1 - value) * area.height : at(ref, value);
  const draw = (shape: Shape) => {
    const [x1, x2] = [across(shape.xref, shape.x0), across(shape.xref, shape.x1)];
    const [y1, y2] = [up(shape.yref, shape.y0), up(shape.yref, shape.y1)];
    const stroke = "color" in shape.line ? strokeOf(shape.line, 1) : {};
    if (shape.type === "line") return element("line", { x1, y1, x2, y2, ...stroke });
    return element("rect", {
      x: Math.min(x1, x2),
      y: Math.min(y1, y2),
      width: Math.abs(x2 - x1),
      height: Math.abs(y2 - y1),
      ...(shape.fillcolor ? paint("fill", shape.fillcolor) : { fill: "none" }),
      opacity: shape.opacity,
      ...stroke,
    });
  };
  const shapes = figure.layout.shapes ?? [];
  return shapes.filter((shape) => (shape.layer === "below") === below).map(draw).join("");
}

/** Draw the annotations of a figure: each as wide as its neighbours on the same height and the edges of the page allow.
 * @param width Width of the page, points. */
export function drawAnnotations({ layout }: Figure, area: Area, width: number): string {
  const placed = (layout.annotations ?? []).map((own) => ({
    ...own,
    ...partOf(area, [own.x, own.x], [own.y, own.y]),
  }));
  return placed.map((own) => {
    const others = placed.filter((other) => other !== own && Math.abs(other.top - own.top) < 3 * SMALL);
    const room = Math.min(
      2 * own.left,
      2 * (width - own.left),
      ...others.map(({ left }) => Math.abs(left - own.left)),
    ) - 3;
    const { text, size } = fit(own.text, Math.min(SMALL, own.font.size * POINTS), room);
    return textAt(text, own.left, own.top - 1.5, { anchor: "middle", hang: "bottom", size });
  }).join("");
}

/** Height of a row, and width of a sample with its gaps. Points. */
const ROW = 9, SAMPLE = 15;

/** The legend of a figure in rows of a width in points: its height, and its drawing with the upper left corner at (left, top). */
export function legendOf(
  figure: Figure,
  width: number,
): { height: number; draw: (left: number, top: number) => string } {
  if (!figure.layout.showlegend) return { height: 0, draw: () => "" };
  const seen = new Set<string>(), items: { trace: Trace; text: string; x: number; row: number }[] = [];
  let x = 0, row = 0;
  for (const trace of figure.data) {
    const { name } = trace;
    if (name === undefined || trace.showlegend === false || seen.has(name)) continue;
    seen.add(name);
    const text = shorten(name, SMALL, width - SAMPLE), wide = SAMPLE + textWidth(text, SMALL) + 6;
    if (x > 0 && x + wide > width) {
      x = 0;
      row++;
    }
    items.push({ trace, text, x, row });
    x += wide;
  }
  const draw = (left: number, top: number) =>
    items.map((item) => {
      const y = top + item.row * ROW + ROW / 2, at = left + item.x;
      return sample(item.trace, at, y) + textAt(item.text, at + SAMPLE - 3, y, { size: SMALL });
    }).join("");
  return { height: items.length > 0 ? (row + 1) * ROW + 2 : 0, draw };
}

/** A small sample of a trace. */
function sample(trace: Trace, x: number, y: number): string {
  if (trace.type === "bar") {
    const { color, opacity } = trace.marker, size = { x, y: y - 2.5, width: 9, height: 5 };
    return element("rect", { ...size, ...paint("fill", color), opacity: trace.opacity ?? opacity });
  }
  if (trace.type === "scatter" && trace.mode.includes("markers") && trace.marker) {
    return drawMarker(trace.marker, x + 5, y);
  }
  const line = trace.type === "heatmap" ? undefined : trace.line;
  return element("line", { x1: x, y1: y, x2: x + 9, y2: y, ...strokeOf(line), "stroke-width": 1.2 });
}
