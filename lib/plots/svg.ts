/**
 * Figures as static SVG for publication: sized in millimetres for one or two columns, with real text in generic fonts.
 *
 * The part of plotly that this package's figures use, without a browser. The title is left out and the caption is the
 * picture's description: both belong to the text around it. Animated figures show their first frame.
 *
 * @module
 */
import type { Figure, Scene } from "./figure.ts";
import { type Area, axisOf, drawAxes, labelsTurned, type PanelBox, placePanels, widest } from "./svg/axes.ts";
import { dashes, element, escapeText, paint, POINTS, SMALL, textAt } from "./svg/element.ts";
import { legendOf } from "./svg/legend.ts";
import { drawScene } from "./svg/scene.ts";
import { drawBars, drawHeatmap, drawScatter } from "./svg/traces.ts";

/** Widths of one and two columns, millimetres, and the size of a point. */
const COLUMN = { 1: 88, 2: 181 } as const, POINT = 25.4 / 72;

/** How to draw. */
export interface SvgOptions {
  /** Columns that it spans: 88 mm or 181 mm wide. If absent, one for a single panel and two for more. */
  readonly columns?: 1 | 2;
}

/** A figure as the text of an SVG file.
 *
 * @example
 * ```ts
 * import { clipFigure, generateClip, toSvg } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const svg = toSvg(clipFigure(generateClip({ category: "hug", seed: 0 })), { columns: 1 });
 * assert(svg.includes('width="88mm"'));
 * ```
 */
export function toSvg(figure: Figure, options: SvgOptions = {}): string {
  const { columns = panelCount(figure) > 1 ? 2 : 1 } = options;
  const width = COLUMN[columns] / POINT, height = figure.layout.height * POINTS;
  const legend = legendOf(figure, width - 8);
  const scenes = sceneNames(figure);
  const area = plotArea(figure, width, height, legend.height);
  const panels = placePanels(figure, area), out: string[] = [];
  for (const panel of panels.values()) out.push(drawAxes(panel));
  out.push(drawShapes(figure, panels, area, true));
  for (const [name, scene] of scenes) {
    const { x, y } = scene.domain;
    out.push(drawScene(figure, name, scene, {
      left: area.left + x[0] * area.width,
      top: area.top + (1 - y[1]) * area.height,
      width: (x[1] - x[0]) * area.width,
      height: (y[1] - y[0]) * area.height,
    }));
  }
  for (const trace of figure.data) {
    if (trace.type === "scatter3d") continue;
    const panel = panels.get(`${trace.xaxis ?? "x"}|${trace.yaxis ?? "y"}`)!;
    if (trace.type === "scatter") out.push(drawScatter(trace, panel));
    else if (trace.type === "bar") out.push(drawBars(trace, panel, figure));
    else out.push(drawHeatmap(trace, panel));
  }
  out.push(drawShapes(figure, panels, area, false), drawAnnotations(figure, area), legend.draw(4, 2));
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: `${COLUMN[columns]}mm`,
      height: `${(height * POINT).toFixed(2)}mm`,
      viewBox: `0 0 ${width.toFixed(3)} ${height.toFixed(3)}`,
      "font-family": "Helvetica, Arial, sans-serif",
      fill: "#222222",
    },
    element("title", {}, escapeText(figure.layout.title?.text ?? figure.kind)),
    element("desc", {}, escapeText(figure.caption)),
    element("rect", { width, height, fill: "#FFFFFF" }),
    ...out,
  );
}

function sceneNames({ layout }: Figure): [string, Scene][] {
  return Object.entries(layout).filter(([key]) => /^scene\d*$/.test(key)) as [string, Scene][];
}

function panelCount(figure: Figure): number {
  const flat = figure.data.flatMap((trace) => trace.type === "scatter3d" ? [] : [trace.xaxis ?? "x"]);
  return new Set(flat).size + sceneNames(figure).length;
}

/** What is left of the page when labels, titles and the legend have their room. */
function plotArea(figure: Figure, width: number, height: number, legend: number): Area {
  const panels = [
    ...placePanels(figure, { left: 0, top: 0, width: width * 0.85, height: height * 0.8 }).values(),
  ];
  const above = 1 +
    Math.max(0, ...(figure.layout.annotations ?? []).map(({ text }) => text.split("<br>").length));
  const top = legend + above * SMALL * 1.25;
  if (panels.length === 0) return { left: 4, top, width: width - 8, height: height - top - 4 };
  const outer = panels.filter(({ area }) => area.left < 1),
    lowest = panels.filter(({ area, y }) => area.top + area.height > height * 0.78 || y.axis.scaleanchor);
  const left = Math.max(
    ...outer.map(({ y }) =>
      (y.axis.showticklabels === false ? 0 : widest(y, SMALL)) + (y.axis.title ? 14 : 4)
    ),
  );
  const bottom = Math.max(
    4,
    ...lowest.map(({ x }) =>
      (x.axis.showticklabels === false ? 3 : labelsTurned(x) ? widest(x, SMALL) + 3 : 9) +
      (x.axis.title ? 10 : 2)
    ),
  );
  const right = figure.data.some((trace) => trace.type === "heatmap" && trace.showscale) ? 34 : 10;
  return { left, top, width: width - left - right, height: height - top - bottom };
}

/** Places on the page of what layouts give in units of an axis or as parts of the figure. */
function placer(figure: Figure, panels: ReadonlyMap<string, PanelBox>, area: Area) {
  return (ref: string, value: number): number => {
    if (ref === "paper") return NaN;
    const side = ref[0] as "x" | "y";
    const key = [...panels.keys()].find((key) => key.split("|")[side === "x" ? 0 : 1] === ref);
    if (key === undefined) throw new Error(`the layout names axis ${ref}, which no trace uses`);
    const scaled = panels.get(key)![side];
    return axisOf(figure, ref).type === "log" ? scaled.at(10 ** value) : scaled.at(value);
  };
}

function drawShapes(
  figure: Figure,
  panels: ReadonlyMap<string, PanelBox>,
  area: Area,
  below: boolean,
): string {
  const on = placer(figure, panels, area);
  const across = (ref: string, value: number) =>
    ref === "paper" ? area.left + value * area.width : on(ref, value);
  const up = (ref: string, value: number) =>
    ref === "paper" ? area.top + (1 - value) * area.height : on(ref, value);
  return (figure.layout.shapes ?? []).filter((shape) => (shape.layer === "below") === below).map((shape) => {
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
  }).join("");
}

function drawAnnotations({ layout }: Figure, area: Area): string {
  const anchors = { left: "start", center: "middle", right: "end" } as const;
  return (layout.annotations ?? []).map(({ text, x, y, xanchor = "center", yanchor = "middle", font }) =>
    textAt(
      text,
      area.left + x * area.width,
      area.top + (1 - y) * area.height - (yanchor === "bottom" ? 1.5 : 0),
      {
        anchor: anchors[xanchor],
        hang: yanchor,
        size: Math.min(SMALL, (font?.size ?? 12) * POINTS),
      },
    )
  ).join("");
}
