/**
 * Shapes and annotations of the layout, in SVG.
 *
 * @module
 */
import { UsageError } from "../../core/errors.ts";
import type { Figure } from "../figure.ts";
import type { Shape } from "../layout.ts";
import type { Area, PanelBox } from "./axes.ts";
import { dashes, element, paint, POINTS, SMALL, textAt } from "./element.ts";

/** Draw the shapes of a figure, either those below the traces or those above.
 *
 * @throws {UsageError} If a shape refers to an axis that no trace uses.
 */
export function drawShapes(
  figure: Figure,
  panels: ReadonlyMap<string, PanelBox>,
  area: Area,
  below: boolean,
): string {
  const scaled = (ref: string, side: "x" | "y") => {
    const key = [...panels.keys()].find((key) => key.split("|")[side === "x" ? 0 : 1] === ref);
    if (key === undefined) throw new UsageError(`Cannot draw ${figure.kind}: no trace uses axis ${ref}`);
    return panels.get(key)![side];
  };
  const across = (ref: string, value: number) =>
    ref === "paper" ? area.left + value * area.width : scaled(ref, "x").at(value);
  const up = (ref: string, value: number) =>
    ref === "paper" ? area.top + (1 - value) * area.height : scaled(ref, "y").at(value);
  const draw = (shape: Shape) => {
    const [x1, x2] = [across(shape.xref, shape.x0), across(shape.xref, shape.x1)];
    const [y1, y2] = [up(shape.yref, shape.y0), up(shape.yref, shape.y1)];
    const stroke = "color" in shape.line
      ? {
        ...paint("stroke", shape.line.color),
        "stroke-width": (shape.line.width ?? 1) * POINTS,
        "stroke-dasharray": dashes(shape.line.dash),
      }
      : {};
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

/** Draw the annotations of a figure, which are placed at fractions of the figure. */
export function drawAnnotations({ layout }: Figure, area: Area): string {
  const anchors = { left: "start", center: "middle", right: "end" } as const;
  return (layout.annotations ?? []).map(({ text, x, y, xanchor = "center", yanchor = "middle", font }) => {
    const above = area.top + (1 - y) * area.height - (yanchor === "bottom" ? 1.5 : 0);
    return textAt(text, area.left + x * area.width, above, {
      anchor: anchors[xanchor],
      hang: yanchor,
      size: Math.min(SMALL, (font?.size ?? 12) * POINTS),
    });
  }).join("");
}
