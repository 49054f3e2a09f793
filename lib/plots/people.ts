/**
 * Two people in 3D: the traces and scenes that figures of clips are made of.
 *
 * @module
 */
import type { Clip } from "../data/clip.ts";
import { prepareClip } from "../data/transforms/prepare.ts";
import type { Scatter3dTrace, Trace } from "./figure.ts";
import type { Scene3d } from "./layout.ts";
import { COLOURS } from "./style.ts";
import { extentOf } from "./view.ts";

const PEOPLE = [["person 1", COLOURS.blue], ["person 2", COLOURS.vermillion]] as const;

/** A clip in the coordinates of a figure. */
export interface StagedClip {
  readonly clip: Clip;
  readonly frames: number;
  readonly people: readonly [Float32Array, Float32Array];
}

/** Place a clip in the coordinates of a figure: height along z, the pair's midpoint at 0, person 1 and person 2 along x. */
export function stage(clip: Clip): StagedClip {
  const frames = Math.max(2, clip.frames);
  const { x, y } = prepareClip(clip, { frames, align: "pair-yaw", scale: "none" });
  return { clip, frames, people: [x, y] };
}

/** Coordinates of a 3D trace. */
export type Points = Pick<Scatter3dTrace, "x" | "y" | "z">;

/** The bones of one person in one frame, one line each.
 *
 * @param shift Shift along x, metres, after the turn. @param turn Turn about the vertical, radians. */
export function bones(
  { clip, people }: StagedClip,
  person: 0 | 1,
  frame: number,
  shift = 0,
  turn = 0,
): Points {
  const { joints, parents } = clip.skeleton, values = people[person];
  const cos = Math.cos(turn), sin = Math.sin(turn);
  const out = { x: [] as (number | null)[], y: [] as (number | null)[], z: [] as (number | null)[] };
  parents.forEach((parent, joint) => {
    if (parent < 0) return;
    for (const end of [parent, joint]) {
      const at = (frame * joints.length + end) * 3;
      const across = values[at], deep = -values[at + 2];
      out.x.push(cos * across - sin * deep + shift);
      out.y.push(sin * across + cos * deep);
      out.z.push(values[at + 1]);
    }
    for (const list of [out.x, out.y, out.z]) list.push(null);
  });
  return out;
}

/** Evenly spaced frames of a clip, the first and last included. */
export function evenFrames(frames: number, n: number): number[] {
  const k = Math.max(2, Math.min(n, frames));
  return Array.from({ length: k }, (_, i) => Math.round(i * (frames - 1) / (k - 1)));
}

/** A box around points: [low, high] along each axis. */
export interface Box {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly z: readonly [number, number];
}

/** The box around all points, with a small margin. */
export function boxOf(all: readonly Points[]): Box {
  const range = (axis: "x" | "y" | "z"): [number, number] => {
    let low = Infinity, high = -Infinity;
    for (const points of all) {
      for (const value of points[axis]) {
        if (value === null) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return [low - 0.05, high + 0.05];
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

/** The largest scene around a box that fits in `width` x `height` pixels.
 *
 * @param aside Position of the camera to the right. */
export function sceneOf(
  box: Box,
  domain: Scene3d["domain"],
  { width, height }: { readonly width: number; readonly height: number },
  aside = 0.35,
): Scene3d {
  const camera = { eye: { x: aside, y: -1, z: 0.3 }, up: { x: 0, y: 0, z: 1 } };
  const [across, up] = extentOf(camera, [box.x, box.y, box.z]).map(([low, high]) => high - low);
  const unit = Math.min(VIEW_HEIGHT / up, VIEW_HEIGHT * width / height / across);
  const hidden = (range: readonly [number, number]) => ({ range, visible: false });
  const long = ([low, high]: readonly [number, number]) => unit * (high - low);
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

/** Expected width of a figure, pixels. */
export const FIGURE_WIDTH = 860;

/** The domain of a scene that spans the whole figure. */
export const WHOLE_FIGURE: Scene3d["domain"] = { x: [0, 1], y: [0, 1] };

/** Look of one person's lines.
 *
 * @param time Time of the pose, from 0 (first) to 1 (last); later poses are more opaque. */
export function personLook(
  index: 0 | 1,
  time = 1,
): Pick<Scatter3dTrace, "name" | "legendgroup" | "line" | "opacity"> {
  const [name, color] = PEOPLE[index];
  return { name, legendgroup: name, line: { color, width: 4 }, opacity: 0.4 + 0.6 * time };
}
