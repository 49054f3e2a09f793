/**
 * Figures as static SVG for print: one or two columns wide, with vector lines and text, no browser needed.
 *
 * The SVG omits the title and has the caption as its description, since both belong in the surrounding text. Of an animation it
 * shows the first frame.
 *
 * No library replaces this writer; both candidates were tried. plotly's own export (`Plotly.toImage`) needs a browser at run time
 * and embeds every 3D scene as a bitmap, which does not print well: 4 s in headless Chromium for two figures, 9 ms here.
 * Observable Plot 0.6.17 has no 3D and needs a DOM. Scales and ticks are those of d3-scale.
 *
 * @module
 */
import type { Figure } from "./figure.ts";
import { drawAxes } from "./svg/axes.ts";
import { element, escapeText, INK } from "./svg/element.ts";
import { legendOf } from "./svg/legend.ts";
import { drawAnnotations, drawShapes } from "./svg/marks.ts";
import { layOut, sceneNames } from "./svg/page.ts";
import { drawScene } from "./svg/scene.ts";
import { drawBars, drawHeatmap, drawScatter } from "./svg/traces.ts";

/** Width of one and two columns, and size of a point, millimetres. */
const COLUMN = { 1: 88, 2: 181 } as const, POINT = 25.4 / 72;

/** Options for `toSvg`. */
export interface SvgOptions {
  /** Columns that the figure spans: 1 = 88 mm, 2 = 181 mm wide. If absent, 1 for a single panel and 2 for more. */
  readonly columns?: 1 | 2;
}

/** Draw a figure as the text of an SVG file.
 *
 * @example
 * ```ts
 * import { generateClip } from "@lab/iadnet/data";
 * import { clipFigure } from "@lab/iadnet/plots";
 * import { toSvg } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const svg = toSvg(clipFigure(generateClip({ category: "hug", seed: 0 })), { columns: 1 });
 * assert(svg.includes('width="88mm"'));
 * ```
 */
export function toSvg(figure: Figure, options: SvgOptions = {}): string {
  const { columns = panelCount(figure) > 1 ? 2 : 1 } = options;
  const width = COLUMN[columns] / POINT, legend = legendOf(figure, width - 8);
  const { height, area, panels } = layOut(figure, width, legend.height);
  const out = [...panels.values()].map(drawAxes);
  out.push(drawShapes(figure, panels, area, true));
  for (const [name, scene] of sceneNames(figure)) {
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
      fill: INK,
    },
    element("title", {}, escapeText(figure.layout.title?.text ?? figure.kind)),
    element("desc", {}, escapeText(figure.caption)),
    element("rect", { width, height, fill: "#FFFFFF" }),
    ...out,
  );
}

function panelCount(figure: Figure): number {
  const flat = figure.data.flatMap((trace) => trace.type === "scatter3d" ? [] : [trace.xaxis ?? "x"]);
  return new Set(flat).size + sceneNames(figure).length;
}
