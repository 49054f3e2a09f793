/** Two people in 3D: the traces and scenes that figures of clips are made of, and their orthographic projection. */
import type { Clip } from "../data/clip.ts";
import { prepareClip } from "../data/transforms/prepare.ts";
import type { Point3, Range, Scatter3dTrace, Scene3d, Trace } from "./figure.ts";
import { COLOURS } from "./style.ts";

const PEOPLE = [["person 1", COLOURS.blue], ["person 2", COLOURS.vermillion]] as const;

/** Coordinates of lines along one axis; null ends a line. */
type Line3 = (number | null)[];

/** Turn and move a clip for a figure: y is up, the pair's midpoint is at 0, person 1 and person 2 are along x. At least 2 frames. */
export function stage(clip: Clip): Clip {
  const frames = Math.max(2, clip.frames);
  return { ...clip, ...prepareClip(clip, { frames, align: "pair-yaw", scale: "none" }) };
}

/** Both people in one frame of a staged clip, their bones as lines; z is up.
 * @param place `time`: time of the pose, from 0 (first) to 1 (last), later poses are more opaque; `turn` about the vertical, radians;
 * `shift` along x after the turn, metres. */
export function posesOf(
  { skeleton: { joints, parents }, x, y }: Clip,
  frame: number,
  place: { readonly time?: number; readonly turn?: number; readonly shift?: number } = {},
): Scatter3dTrace[] {
  const { time = 1, turn = 0, shift = 0 } = place, cos = Math.cos(turn), sin = Math.sin(turn);
  return [x, y].map((values, person) => {
    const [name, color] = PEOPLE[person], x: Line3 = [], y: Line3 = [], z: Line3 = [];
    parents.forEach((parent, joint) => {
      if (parent < 0) return;
      for (const end of [parent, joint]) {
        const at = (frame * joints.length + end) * 3, across = values[at], deep = -values[at + 2];
        x.push(cos * across - sin * deep + shift);
        y.push(sin * across + cos * deep);
        z.push(values[at + 1]);
      }
      for (const list of [x, y, z]) list.push(null);
    });
    const line = { color, width: 4 }, opacity = 0.4 + 0.6 * time;
    return { type: "scatter3d", mode: "lines", x, y, z, name, legendgroup: name, line, opacity };
  });
}

/** Evenly spaced frames of a clip, the first and last included. */
export function evenFrames(frames: number, n: number): number[] {
  const k = Math.max(2, Math.min(n, frames));
  return Array.from({ length: k }, (_, i) => Math.round(i * (frames - 1) / (k - 1)));
}

/** A box around points: lowest and highest value along each axis. */
type Box = Readonly<Record<"x" | "y" | "z", Range>>;

/** The box around all points, with a small margin. */
export function boxOf(traces: readonly Scatter3dTrace[]): Box {
  const range = (axis: "x" | "y" | "z"): Range => {
    const values = traces.flatMap((trace) => trace[axis].filter((value) => value !== null));
    return [values.reduce((a, b) => Math.min(a, b)) - 0.05, values.reduce((a, b) => Math.max(a, b)) + 0.05];
  };
  return { x: range("x"), y: range("y"), z: range("z") };
}

/** The outline of the floor of a box. It lies just inside the box, because plotly clips lines at the box. */
export function floorTrace(box: Box, scene: string): Trace {
  const [x, y] = [box.x, box.y].map(([low, high]) => [low + 0.02, high - 0.02]), z = box.z[0] + 0.02;
  return {
    type: "scatter3d",
    mode: "lines",
    scene,
    x: [x[0], x[1], x[1], x[0], x[0]],
    y: [y[0], y[0], y[1], y[1], y[0]],
    z: Array<number>(5).fill(z),
    line: { color: COLOURS.grey, width: 2 },
    showlegend: false,
    hoverinfo: "skip",
  };
}

/** Approximate height of the view of a plotly scene, in units of `aspectratio`, less a margin. */
const VIEW_HEIGHT = 1.75;

/** Expected width of a figure, pixels. */
const FIGURE_WIDTH = 860;

/** The largest scene around a box that fits.
 * @param height Height of the scene, pixels. @param domain Part of the figure that it spans. @param aside Position of the camera to
 * the right. */
export function sceneOf(
  box: Box,
  height: number,
  domain: Scene3d["domain"] = { x: [0, 1], y: [0, 1] },
  aside = 0.35,
): Scene3d {
  const camera = { eye: { x: aside, y: -1, z: 0.3 }, up: { x: 0, y: 0, z: 1 } };
  const [across, up] = extentOf(camera, [box.x, box.y, box.z]).map(([low, high]) => high - low);
  const width = FIGURE_WIDTH * (domain.x[1] - domain.x[0]);
  const unit = Math.min(VIEW_HEIGHT / up, VIEW_HEIGHT * width / height / across);
  const hidden = (range: Range) => ({ range, visible: false } as const);
  const long = ([low, high]: Range) => unit * (high - low);
  return {
    domain,
    xaxis: hidden(box.x),
    yaxis: hidden(box.y),
    zaxis: hidden(box.z),
    aspectmode: "manual",
    aspectratio: { x: long(box.x), y: long(box.y), z: long(box.z) },
    camera: { ...camera, projection: { type: "orthographic" } },
  };
}

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
