/** 3D traces in SVG: an orthographic projection, drawn from far to near. */
import type { Figure, Scatter3dTrace, Scene3d } from "../figure.ts";
import { extentOf, viewOf } from "../people.ts";
import type { Area } from "./axes.ts";
import { element, SMALL, strokeOf, textAt } from "./element.ts";

function extent({ camera, xaxis, yaxis, zaxis }: Scene3d) {
  return extentOf(camera, [xaxis.range, yaxis.range, zaxis.range]);
}

/** Height of a scene's projected box for a width of 1. */
export function sceneAspect(scene: Scene3d): number {
  const [across, up] = extent(scene);
  return (up[1] - up[0]) / (across[1] - across[0]);
}

/** Draw all traces of a scene, as large as its area allows. */
export function drawScene(figure: Figure, name: string, scene: Scene3d, area: Area): string {
  const traces = figure.data.filter((trace) => trace.type === "scatter3d")
    .filter(({ scene = "scene" }) => scene === name);
  const view = viewOf(scene.camera), [across, up] = extent(scene);
  const scale = Math.min(area.width / (across[1] - across[0]), area.height / (up[1] - up[0]));
  const place = ([h, v]: readonly number[]): [number, number] => [
    area.left + area.width / 2 + (h - (across[0] + across[1]) / 2) * scale,
    area.top + area.height / 2 - (v - (up[0] + up[1]) / 2) * scale,
  ];
  const drawn = traces.map((trace) => {
    const seen = trace.x.map((x, i) => x === null ? null : view(x, trace.y[i]!, trace.z[i]!));
    const known = seen.filter((point) => point !== null);
    const depth = known.reduce((sum, point) => sum + point[2], 0) / known.length;
    return { depth, svg: drawTrace(trace, seen.map((point) => point && place(point))) };
  });
  return drawn.sort((a, b) => a.depth - b.depth).map(({ svg }) => svg).join("");
}

/** Draw one trace from its points on the page; null breaks the line. */
function drawTrace(trace: Scatter3dTrace, points: readonly ([number, number] | null)[]): string {
  if (trace.mode === "text") {
    return points.map((point, i) =>
      point ? textAt(trace.text?.[i] ?? "", ...point, { anchor: "middle", size: SMALL }) : ""
    ).join("");
  }
  let d = "", pen = "M";
  for (const point of points) {
    d += point ? `${pen}${point.map((value) => value.toFixed(2)).join(" ")}` : "";
    pen = point ? "L" : "M";
  }
  return element("path", {
    d,
    fill: "none",
    ...strokeOf({ ...trace.line, width: (trace.line?.width ?? 2) * 0.6 }),
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    opacity: trace.opacity,
  });
}
