/**
 * The orthographic projection of a 3D scene, as plotly and the SVG draw it.
 *
 * @module
 */
import type { Point3, Scene3d } from "./figure.ts";

/** Projects a point to [right, up, near], in units of the axes. */
export type View = (x: number, y: number, z: number) => readonly [number, number, number];

/** The orthographic projection of a camera. */
export function viewOf({ eye, up }: Pick<Scene3d["camera"], "eye" | "up">): View {
  const near = unit(eye), right = unit(cross(up, near)), above = cross(near, right);
  const dot = (a: Point3, x: number, y: number, z: number) => a.x * x + a.y * y + a.z * z;
  return (x, y, z) => [dot(right, x, y, z), dot(above, x, y, z), dot(near, x, y, z)];
}

/** Extent of a projected box: [low, high] to the right, then up. */
export function extentOf(
  camera: Pick<Scene3d["camera"], "eye" | "up">,
  ranges: readonly (readonly [number, number])[],
): (readonly [number, number])[] {
  const view = viewOf(camera), [xs, ys, zs] = ranges;
  const corners = xs.flatMap((x) => ys.flatMap((y) => zs.map((z) => view(x, y, z))));
  return [0, 1].map((k) => {
    const values = corners.map((corner) => corner[k]);
    return [Math.min(...values), Math.max(...values)] as const;
  });
}

function cross(a: Point3, b: Point3): Point3 {
  return { x: a.y * b.z - a.z * b.y, y: a.z * b.x - a.x * b.z, z: a.x * b.y - a.y * b.x };
}

function unit({ x, y, z }: Point3): Point3 {
  const length = Math.hypot(x, y, z);
  return { x: x / length, y: y / length, z: z / length };
}
