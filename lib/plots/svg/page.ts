/**
 * Page layout of a figure in SVG: the space for panels beside labels, titles and legend, and the height.
 *
 * @module
 */
import type { Figure } from "../figure.ts";
import type { Scene3d } from "../layout.ts";
import { type Area, labelsTurned, type PanelBox, placePanels, widest } from "./axes.ts";
import { POINTS, SMALL } from "./element.ts";
import { sceneAspect } from "./scene.ts";

/** The layout of a page. */
export interface Page {
  /** Height of the page, points. */
  readonly height: number;
  /** Area of the panels and scenes. */
  readonly area: Area;
  readonly panels: Map<string, PanelBox>;
}

/** The 3D scenes of a figure, by name. */
export function sceneNames({ layout }: Figure): [string, Scene3d][] {
  return Object.entries(layout).filter(([key]) => /^scene\d*$/.test(key)) as [string, Scene3d][];
}

/** Lay out a figure. Height that square matrices or flat scenes do not use is cut off.
 *
 * @param width Width of the page, points. @param legend Height of the legend, points. */
export function layOut(figure: Figure, width: number, legend: number): Page {
  const { annotations = [] } = figure.layout, scenes = sceneNames(figure);
  const titles = Math.max(0, ...annotations.map(({ text }) => text.split("<br>").length));
  const top = legend + (1 + titles) * SMALL * 1.25, full = figure.layout.height * POINTS;
  const draft = [...placePanels(figure, { left: 0, top, width: width * 0.85, height: full * 0.8 }).values()];
  if (draft.length === 0) {
    const area = { left: 4, top, width: width - 8, height: full - top - 4 };
    const needed = Math.max(...scenes.map(([, scene]) => {
      const { x, y } = scene.domain;
      return sceneAspect(scene) * (x[1] - x[0]) * area.width / (y[1] - y[0]);
    }));
    const height = Math.min(area.height, needed);
    return { height: top + height + 4, area: { ...area, height }, panels: new Map() };
  }
  const bottomOf = ({ area }: PanelBox) => area.top + area.height;
  const lowest = Math.max(...draft.map(bottomOf));
  const left = Math.max(...draft.filter(({ x }) => (x.axis.domain?.[0] ?? 0) < 0.01).map(besideOf));
  const below = Math.max(4, ...draft.filter((panel) => bottomOf(panel) > lowest - 1).map(belowOf));
  const right = figure.data.some((trace) => trace.type === "heatmap" && trace.showscale) ? 34 : 10;
  const area = { left, top, width: width - left - right, height: full - top - below };
  const panels = placePanels(figure, area);
  const surplus = top + area.height - Math.max(...[...panels.values()].map(bottomOf));
  return { height: full - surplus, area, panels };
}

/** Width of labels and title on the left of a panel. */
function besideOf({ y }: PanelBox): number {
  return (y.axis.showticklabels === false ? 0 : widest(y, SMALL)) + (y.axis.title ? 16 : 6);
}

/** Height of labels and title below a panel. */
function belowOf({ x }: PanelBox): number {
  const labels = x.axis.showticklabels === false ? 3 : labelsTurned(x) ? widest(x, SMALL) + 3 : 9;
  return labels + (x.axis.title ? 10 : 2);
}
