/** Figures of one clip: a film strip of poses, and an animation. */
import type { Clip } from "../data/clip.ts";
import { captionOf, count, type Origin } from "./caption.ts";
import type { AnimationFrame, Figure, Scatter3dTrace } from "./figure.ts";
import { boxOf, evenFrames, floorTrace, posesOf, sceneOf, stage } from "./people.ts";
import { layout } from "./style.ts";

/** Gap between the poses of a film strip, metres. */
const GAP = 0.2;

/** Turn of the poses of a film strip towards the viewer, radians, so that nobody is seen edge-on. */
const TURN = -0.4;

/** Film strip of a clip: poses of both people side by side, the first on the left.
 * @param frames Number of poses, at least 2. @param origin Detector and seeds for the caption; none for a clip alone. */
export function clipFigure(clip: Clip, frames = 5, origin?: Origin): Figure {
  const staged = stage(clip), shown = evenFrames(staged.frames, frames);
  const single = boxOf(shown.flatMap((frame) => posesOf(staged, frame, { turn: TURN })));
  const stride = single.x[1] - single.x[0] + GAP;
  const poses = shown.flatMap((frame, k) =>
    posesOf(staged, frame, { turn: TURN, shift: k * stride }).map((trace) => ({
      ...trace,
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
    caption: describe(clip, "Poses of both people over time, the first on the left.", origin),
    data: [floorTrace({ ...box, z: single.z }, "scene"), ...poses, times],
    layout: layout(`${clip.category}: ${clip.id}`, 300, {
      margin: { l: 0, r: 0, t: 60, b: 0 },
      scene: sceneOf(box, 240, undefined, 0),
      showlegend: true,
    }),
  };
}

/** Animation of a clip, with buttons to play and stop and a slider.
 * @param most Maximum number of frames of the animation; longer clips are subsampled.
 * @param origin Detector and seeds for the caption; none for a clip alone. */
export function animatedClipFigure(clip: Clip, most = 60, origin?: Origin): Figure {
  const staged = stage(clip), shown = evenFrames(staged.frames, most);
  const poses = shown.map((frame) => posesOf(staged, frame)), box = boxOf(poses.flat());
  const names = shown.map((frame) => (frame / clip.fps).toFixed(2));
  const duration = 1000 * (staged.frames - 1) / clip.fps / (shown.length - 1);
  const playMode = (duration: number) => ({
    mode: "immediate", // a new animation stops the running one
    frame: { duration, redraw: true },
    transition: { duration: 0 },
  });
  const play = { ...playMode(duration), fromcurrent: true };
  const steps = names.map((name) => ({ label: name, method: "animate", args: [[name], playMode(0)] }));
  return {
    kind: "clip-animated",
    caption: describe(clip, "Both people over time.", origin),
    data: [floorTrace(box, "scene"), ...poses[0]],
    frames: poses.map((pose, k): AnimationFrame => ({
      name: names[k],
      traces: [1, 2],
      data: pose.map(({ x, y, z }) => ({ x, y, z })),
    })),
    layout: layout(`${clip.category}: ${clip.id}`, 560, {
      margin: { l: 20, r: 20, t: 60, b: 100 },
      scene: sceneOf(box, 400),
      showlegend: true,
      updatemenus: [{
        ...{ type: "buttons", direction: "left", showactive: false },
        ...{ x: 0.13, xanchor: "right", y: 0, yanchor: "top", pad: { t: 42, r: 10 } },
        buttons: [
          { label: "play", method: "animate", args: [null, play] },
          { label: "stop", method: "animate", args: [[null], playMode(0)] },
        ],
      }],
      sliders: [{ currentvalue: { prefix: "seconds: " }, x: 0.14, len: 0.86, pad: { t: 20 }, steps }],
    }),
  };
}

function describe({ id, category, frames, fps, skeleton }: Clip, sentence: string, origin?: Origin): string {
  const n = `1 clip of ${count(frames, "frame")} at ${fps} a second, skeleton ${skeleton.name}`;
  const text = `Clip ${id} (${category}). ${sentence}`;
  return origin ? captionOf(text, origin, n) : `${text} n = ${n}.`;
}
