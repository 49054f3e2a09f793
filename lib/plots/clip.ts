/**
 * Clips in space: poses of both people, still or moving, and Figures 4 and 5.
 *
 * Figures show a clip moved and turned as a whole: height along z, the pair's middle at 0, person 1 and person 2 along x.
 *
 * @module
 */
import type { Clip } from "../data/clip.ts";
import { prepareClip } from "../data/transforms/prepare.ts";
import { UsageError } from "../core/errors.ts";
import { captionOf, count, type Origin } from "./caption.ts";
import type { AnimationFrame, Figure, Scatter3dTrace, Trace } from "./figure.ts";
import type { Annotation, Scene } from "./layout.ts";
import { grid, panelTitle } from "./grid.ts";
import { COLOURS, layout } from "./style.ts";
import { extentOf } from "./view.ts";

const PEOPLE = [["person 1", COLOURS.blue], ["person 2", COLOURS.vermillion]] as const;

/** Gap between the poses of a film strip, metres. */
const GAP = 0.2;

/** How far the poses of a film strip are turned towards the viewer, radians: nobody is seen edge-on. */
const TURN = -0.4;

/** A clip in the coordinates of a figure. */
interface Staged {
  readonly clip: Clip;
  readonly frames: number;
  readonly people: readonly [Float32Array, Float32Array];
}

function stage(clip: Clip): Staged {
  const frames = Math.max(2, clip.frames);
  const { x, y } = prepareClip(clip, { frames, align: "pair-yaw", scale: "none" });
  return { clip, frames, people: [x, y] };
}

type Points = Pick<Scatter3dTrace, "x" | "y" | "z">;

/** The bones of one person in one frame, a line each: turned about the vertical by `turn` radians, then moved by `shift`
 * metres along x. */
function bones({ clip, people }: Staged, person: 0 | 1, frame: number, shift = 0, turn = 0): Points {
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

/** Frames spread evenly over a clip, its first and last among them. */
function spread(frames: number, n: number): number[] {
  const k = Math.max(2, Math.min(n, frames));
  return Array.from({ length: k }, (_, i) => Math.round(i * (frames - 1) / (k - 1)));
}

/** The box around points, and its floor. */
interface Box {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly z: readonly [number, number];
}

function boxOf(all: readonly Points[]): Box {
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

/** The outline of the floor under a box, just within it: lines in its walls are cut off. */
function floor(box: Box, scene: string): Trace {
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

/** About what plotly shows of a scene from top to bottom, in units of `aspectratio`, with a little room. */
const SEEN = 1.75;

/** A scene around a box, as large as it can be in a place of `width` x `height` pixels.
 *
 * @param aside How far to the right the camera stands. */
function sceneOf(
  box: Box,
  domain: Scene["domain"],
  { width, height }: { readonly width: number; readonly height: number },
  aside = 0.35,
): Scene {
  const camera = { eye: { x: aside, y: -1, z: 0.3 }, up: { x: 0, y: 0, z: 1 } };
  const [across, up] = extentOf(camera, [box.x, box.y, box.z]).map(([low, high]) => high - low);
  const unit = Math.min(SEEN / up, SEEN * width / height / across);
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

/** Pixels that a figure is probably wide. */
const WIDE = 860;

const WHOLE: Scene["domain"] = { x: [0, 1], y: [0, 1] };

/** The look of one person's lines; `part` from 0 to 1 is how late the pose is, and later is stronger. */
function person(index: 0 | 1, part = 1): Pick<Scatter3dTrace, "name" | "legendgroup" | "line" | "opacity"> {
  const [name, color] = PEOPLE[index];
  return { name, legendgroup: name, line: { color, width: 4 }, opacity: 0.4 + 0.6 * part };
}

/** A clip in space as a film strip: `frames` poses of both people side by side, early on the left.
 *
 * @param origin What the caption says of preset and seeds; a clip alone has none. @param frames Poses, at least 2.
 * @example
 * ```ts
 * import { clipFigure, generateClip } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const figure = clipFigure(generateClip({ category: "hug", seed: 0 }), 3);
 * assertEquals(figure.data.filter(({ name }) => name === "person 1").length, 3);
 * ```
 */
export function clipFigure(clip: Clip, frames = 5, origin?: Origin): Figure {
  const staged = stage(clip), shown = spread(staged.frames, frames);
  const single = boxOf(
    shown.flatMap((frame) => ([0, 1] as const).map((index) => bones(staged, index, frame, 0, TURN))),
  );
  const stride = single.x[1] - single.x[0] + GAP;
  const poses = shown.flatMap((frame, k) =>
    ([0, 1] as const).map((index): Scatter3dTrace => ({
      type: "scatter3d",
      mode: "lines",
      ...bones(staged, index, frame, k * stride, TURN),
      ...person(index),
      showlegend: k === 0,
    }))
  );
  const times: Scatter3dTrace = {
    type: "scatter3d",
    mode: "text",
    x: shown.map((_, k) => (single.x[0] + single.x[1]) / 2 + k * stride),
    y: shown.map(() => single.y[0]),
    z: shown.map(() => single.z[0] - 0.2 - 0.025 * stride * shown.length),
    text: shown.map((frame) => `${(frame / clip.fps).toFixed(2)} s`),
    showlegend: false,
    hoverinfo: "skip",
  };
  const box = boxOf([...poses, times]);
  return {
    kind: "clip",
    caption: describe(clip, "Poses of both people over time, early on the left.", origin),
    data: [floor({ ...box, z: single.z }, "scene"), ...poses, times],
    layout: layout(`${clip.category}: ${clip.id}`, 300, {
      margin: { l: 0, r: 0, t: 60, b: 0 },
      scene: sceneOf(box, WHOLE, { width: WIDE, height: 240 }, 0),
      showlegend: true,
    }),
  };
}

/** A clip in space that moves: play, stop, and a slider.
 *
 * @param most Most frames of the animation; longer clips are thinned out.
 * @example
 * ```ts
 * import { animatedClipFigure, generateClip } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(animatedClipFigure(generateClip({ category: "hug", seed: 0 }), 10).frames?.length, 10);
 * ```
 */
export function animatedClipFigure(clip: Clip, most = 60, origin?: Origin): Figure {
  const staged = stage(clip), shown = spread(staged.frames, most);
  const pose = (frame: number) => ([0, 1] as const).map((index) => bones(staged, index, frame));
  const box = boxOf(shown.flatMap(pose));
  const names = shown.map((frame) => (frame / clip.fps).toFixed(2));
  const duration = 1000 * (staged.frames - 1) / clip.fps / (shown.length - 1);
  const mode = (duration: number) => ({
    mode: "immediate" as const,
    frame: { duration, redraw: true },
    transition: { duration: 0 },
  });
  return {
    kind: "clip-animated",
    caption: describe(clip, "Both people over time.", origin),
    data: [
      floor(box, "scene"),
      ...pose(shown[0]).map((points, index): Trace => ({
        type: "scatter3d",
        mode: "lines",
        ...points,
        ...person(index as 0 | 1),
      })),
    ],
    frames: shown.map((frame, k): AnimationFrame => ({ name: names[k], traces: [1, 2], data: pose(frame) })),
    layout: layout(`${clip.category}: ${clip.id}`, 560, {
      margin: { l: 20, r: 20, t: 60, b: 100 },
      scene: sceneOf(box, WHOLE, { width: WIDE, height: 400 }),
      showlegend: true,
      updatemenus: [{
        type: "buttons",
        direction: "left",
        showactive: false,
        x: 0.13,
        y: 0,
        xanchor: "right",
        yanchor: "top",
        pad: { t: 42, r: 10 },
        buttons: [
          { label: "play", method: "animate", args: [null, { ...mode(duration), fromcurrent: true }] },
          { label: "stop", method: "animate", args: [[null], mode(0)] },
        ],
      }],
      sliders: [{
        currentvalue: { prefix: "seconds: " },
        x: 0.14,
        len: 0.86,
        pad: { t: 20 },
        steps: names.map((name) => ({ label: name, method: "animate", args: [[name], mode(0)] })),
      }],
    }),
  };
}

/** A test clip and its score. */
export interface ScoredExample {
  /** The clip. */
  readonly clip: Clip;
  /** NLL in nats. */
  readonly score: number;
}

/** Figures 4 and 5: training clips of one category on the left, test clips with their scores on the right, each as its
 * first, middle and last pose over each other. Panels are scenes in space of the same scale; browsers draw about a
 * dozen of them on one page.
 *
 * @throws {UsageError} If there is no clip of one side.
 * @example
 * ```ts
 * import { examplesFigure, generateClip } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const [hug, kick] = ["hug", "kick"].map((category) => generateClip({ category, seed: 0 }));
 * const figure = examplesFigure([hug], [{ clip: kick, score: 80 }], { preset: "tiny", seeds: [0] });
 * assert(figure.layout.annotations?.[1].text.includes("AS 80.00"));
 * ```
 */
export function examplesFigure(
  training: readonly Clip[],
  test: readonly ScoredExample[],
  origin: Origin,
): Figure {
  if (training.length === 0 || test.length === 0) {
    throw new UsageError("Cannot plot examples: there must be a training clip and a test clip");
  }
  const clips = [...training, ...test.map(({ clip }) => clip)].map(stage);
  const panels = grid(clips.length, clips.length, [0.01, 0]);
  const poses = clips.map((staged) =>
    spread(staged.frames, 3).flatMap((frame, k, all) =>
      ([0, 1] as const).map((index) => ({
        ...bones(staged, index, frame),
        ...person(index, k / (all.length - 1)),
      }))
    )
  );
  const box = boxOf(poses.flat());
  const data = poses.flatMap((all, k): Trace[] => [
    floor(box, panels[k].scene),
    ...all.map((pose, i): Trace => ({
      type: "scatter3d",
      mode: "lines",
      scene: panels[k].scene,
      ...pose,
      showlegend: k === 0 && i >= all.length - 2,
    })),
  ]);
  const category = training[0].category;
  const annotations = panels.map((panel, k): Annotation =>
    panelTitle(
      panel,
      k < training.length
        ? `training<br>${clips[k].clip.category}`
        : `${clips[k].clip.category}<br>AS ${test[k - training.length].score.toFixed(2)}`,
    )
  );
  return {
    kind: "examples",
    caption: captionOf(
      `Normal category ${category}: training clips, then test clips with their anomaly scores (AS, NLL in nats). ` +
        "First, middle and last pose, later ones stronger.",
      origin,
      `${count(training.length, "training clip")} and ${count(test.length, "test clip")} shown`,
    ),
    data,
    layout: layout(`Trained on ${category}`, 310, {
      margin: { l: 0, r: 0, t: 90, b: 0 },
      legend: { orientation: "h", x: 0, y: 1.16, xanchor: "left", yanchor: "bottom" },
      annotations,
      showlegend: true,
      ...Object.fromEntries(
        panels.map((panel) => [
          panel.scene,
          sceneOf(box, { x: panel.across, y: [0, 0.95] }, {
            width: WIDE * (panel.across[1] - panel.across[0]),
            height: 200,
          }),
        ]),
      ),
    }),
  };
}

function describe(clip: Clip, sentence: string, origin?: Origin): string {
  const n = `1 clip of ${
    count(clip.frames, "frame")
  } at ${clip.fps} a second, skeleton ${clip.skeleton.name}`;
  const text = `Clip ${clip.id} (${clip.category}). ${sentence}`;
  return origin ? captionOf(text, origin, n) : `${text} n = ${n}.`;
}
