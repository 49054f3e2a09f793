/**
 * Traces in space in SVG: an orthographic projection along the camera, far lines first.
 *
 * @module
 */
import type { Figure, Point3, Scatter3dTrace, Scene } from "../figure.ts";
import type { Area } from "./axes.ts";
import { element, INK, paint, POINTS, SMALL, textAt } from "./element.ts";

/** A point as seen: across, up, and how near, metres. */
type View = (x: number, y: number, z: number) => readonly [number, number, number];

/** The orthographic view of a camera. */
export function viewOf({ eye, up }: Scene["camera"]): View {
  const near = unit(eye), right = unit(cross(up, near)), above = cross(near, right);
  const dot = (a: Point3, x: number, y: number, z: number) => a.x * x + a.y * y + a.z * z;
  return (x, y, z) => [dot(right, x, y, z), dot(above, x, y, z), dot(near, x, y, z)];
}

function cross(a: Point3, b: Point3): Point3 {
  return { x: a.y * b.z - a.z * b.y, y: a.z * b.x - a.x * b.z, z: a.x * b.y - a.y * b.x };
}

function unit({ x, y, z }: Point3): Point3 {
  const length = Math.hypot(x, y, z);
  return { x: x / length, y: y / length, z: z / length };
}

/** What a scene's box spans as seen: across and up, metres. */
function extentOf({ camera, xaxis, yaxis, zaxis }: Scene): (readonly [number, number])[] {
  const view = viewOf(camera);
  const corners = xaxis.range.flatMap((x) =>
    yaxis.range.flatMap((y) => zaxis.range.map((z) => view(x, y, z)))
  );
  return [0, 1].map((k) => {
    const values = corners.map((corner) => corner[k]);
    return [Math.min(...values), Math.max(...values)] as const;
  });
}

/** Height of a scene's box as seen for a width of 1. */
export function sceneAspect(scene: Scene): number {
  const [across, up] = extentOf(scene);
  return (up[1] - up[0]) / (across[1] - across[0]);
}

/** All traces of one scene, as large as its area allows. */
export function drawScene(figure: Figure, name: string, scene: Scene, area: Area): string {
  const traces = figure.data.filter((trace): trace is Scatter3dTrace =>
    trace.type === "scatter3d" && (trace.scene ?? "scene") === name
  );
  const view = viewOf(scene.camera), [across, up] = extentOf(scene);
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

/** One trace, from its points on the page; null breaks the line. */
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
    ...paint("stroke", trace.line?.color ?? INK),
    "stroke-width": (trace.line?.width ?? 2) * POINTS * 0.6,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    opacity: trace.opacity,
  });
}
