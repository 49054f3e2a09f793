/** Figures as static SVG for print: one or two columns wide, with vector lines and text, no browser needed.
 *
 * The SVG omits the title and has the caption as its description, since both belong in the surrounding text. Of an animation it
 * shows the first frame.
 *
 * No library replaces this writer; both candidates were tried. plotly's own export (`Plotly.toImage`) needs a browser at run time
 * and embeds every 3D scene as a bitmap, which does not print well: 4 s in headless Chromium for two figures, 9 ms here.
 * Observable Plot 0.6.17 has no 3D and needs a DOM. Scales and ticks are those of d3-scale. */
import type { Figure, FlatTrace, Scene3d } from "./figure.ts";
import {
  type Area,
  axesOf,
  belowOf,
  besideOf,
  drawAxes,
  type PanelBox,
  partOf,
  placePanels,
} from "./svg/axes.ts";
import { escapeText } from "../core/display.ts";
import { element, INK, POINTS, SMALL } from "./svg/element.ts";
import { drawAnnotations, drawShapes, legendOf } from "./svg/marks.ts";
import { drawScene, sceneAspect } from "./svg/scene.ts";
import { drawBars, drawErrors, drawHeatmap, drawScatter } from "./svg/traces.ts";

/** Width of one and two columns, height of a page, and size of a point, millimetres. */
const COLUMN = { 1: 88, 2: 181 } as const, PAGE = 240, POINT = 25.4 / 72;

/** Options for `toSvg`. */
export interface SvgOptions {
  /** Columns that the figure spans: 1 = 88 mm, 2 = 181 mm wide. If absent, 1 for a single panel and 2 for more. */
  readonly columns?: 1 | 2;
}

/** Draw a figure as the text of an SVG file.
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
  const scenes = scenesOf(figure), flat = figure.data.filter((trace) => trace.type !== "scatter3d");
  const count = new Set(flat.map((trace) => axesOf(trace)[0])).size + scenes.length;
  const { columns = count > 1 ? 2 : 1 } = options;
  const width = COLUMN[columns] / POINT, legend = legendOf(figure, width - 8);
  const { height, area, panels } = layOut(figure, width, legend.height);
  const out = [...panels.map(drawAxes), drawShapes(figure, panels, area, true)];
  for (const [name, scene] of scenes) {
    out.push(drawScene(figure, name, scene, partOf(area, scene.domain.x, scene.domain.y)));
  }
  const panelOf = (trace: FlatTrace) =>
    panels.find(({ x, y }) => `${x.name}|${y.name}` === axesOf(trace).join("|"))!;
  for (const trace of flat) {
    const panel = panelOf(trace);
    if (trace.type === "scatter") out.push(drawScatter(trace, panel));
    else if (trace.type === "bar") out.push(drawBars(trace, panel, figure));
    else out.push(drawHeatmap(trace, panel));
  }
  out.push(
    ...flat.map((trace) => drawErrors(trace, panelOf(trace), figure)),
    drawShapes(figure, panels, area, false),
  );
  out.push(drawAnnotations(figure, area, width), legend.draw(4, 2));
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

/** The 3D scenes of a figure, by name. */
function scenesOf({ layout }: Figure): [string, Scene3d][] {
  return Object.entries(layout).filter(([key]) => /^scene\d*$/.test(key)) as [string, Scene3d][];
}

/** Lay out a figure. Height that square matrices or flat scenes do not use is cut off.
 * @param width Width of the page, points. @param legend Height of the legend, points. */
function layOut(
  figure: Figure,
  width: number,
  legend: number,
): { height: number; area: Area; panels: readonly PanelBox[] } {
  const { annotations = [] } = figure.layout, scenes = scenesOf(figure);
  const bars = figure.data.flatMap((trace) => trace.type === "heatmap" && trace.showscale ? [trace] : []);
  const above = [
    ...annotations.map(({ text }) => text),
    ...bars.map(({ colorbar }) => colorbar?.title.text ?? ""),
  ];
  const titles = Math.max(0, ...above.map((text) => text.split("<br>").length));
  const top = legend + (1 + titles) * SMALL * 1.25,
    full = Math.min(figure.layout.height * POINTS, PAGE / POINT);
  let area: Area = { left: 0, top, width: width * 0.85, height: full * 0.8 },
    panels = placePanels(figure, area);
  if (panels.length === 0) {
    area = { left: 4, top, width: width - 8, height: full - top - 4 };
    const needed = Math.max(...scenes.map(([, scene]) => {
      const { x, y } = scene.domain;
      return sceneAspect(scene) * (x[1] - x[0]) * area.width / (y[1] - y[0]);
    }));
    const height = Math.min(area.height, needed);
    return { height: top + height + 4, area: { ...area, height }, panels: [] };
  }
  const bottomOf = ({ area }: PanelBox) => area.top + area.height;
  const right = bars.length > 0 ? 36 : 10;
  for (let pass = 0; pass < 3; pass++) { // the labels depend on the room, and the room on the labels
    const lowest = Math.max(...panels.map(bottomOf));
    const left = Math.max(...panels.filter(({ x }) => (x.axis.domain?.[0] ?? 0) < 0.01).map(besideOf));
    const below = Math.max(4, ...panels.filter((panel) => bottomOf(panel) > lowest - 1).map(belowOf));
    area = { left, top, width: width - left - right, height: full - top - below };
    panels = placePanels(figure, area);
  }
  const surplus = top + area.height - Math.max(...panels.map(bottomOf));
  return { height: full - surplus, area, panels };
}
