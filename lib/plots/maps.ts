/** Distance maps over time (Figure 3), and explanations by joint, frame and distance. */
import type { Clip } from "../data/clip.ts";
import { distanceMaps } from "../data/transforms/distance.ts";
import { UsageError } from "../core/errors.ts";
import { captionOf, count, type Origin } from "./caption.ts";
import type { Axis, ColourScale, Figure, Range, Shape, Trace } from "./figure.ts";
import { evenFrames } from "./people.ts";
import {
  axis,
  categoryAxis,
  COLOURS,
  DIVERGING,
  grid,
  layout,
  panelAxes,
  panelTitle,
  SEQUENTIAL,
} from "./style.ts";

/** Largest number of joints whose names are shown along an axis. */
const NAMED = 30;

/** Distance maps of a clip at several times (Figure 3). Rows are the joints of person 1, columns those of person 2; darker is
 * closer.
 * @param options `frames`: number of maps, at least 2, 5 if absent; `highlight`: joints of person 1 to outline in red.
 * @throws {UsageError} If a joint to highlight is unknown. */
export function distanceMapFigure(
  clip: Clip,
  options: { readonly frames?: number; readonly highlight?: readonly string[] } = {},
): Figure {
  const { joints } = clip.skeleton, { highlight = [] } = options, D = joints.length;
  const shown = [...new Set(evenFrames(clip.frames, options.frames ?? 5))], n = shown.length;
  const maps = distanceMaps(clip.x, clip.y, D);
  const matrices = shown.map((frame) => matrix(maps.subarray(frame * D * D, (frame + 1) * D * D), D));
  const values = matrices.flat(2), panels = grid(n, n, [0.015, 0]);
  const rows = highlight.map((name) => {
    const row = joints.indexOf(name);
    if (row < 0) throw new UsageError(`Cannot highlight joint ${name}: expected one of ${joints.join(", ")}`);
    return row;
  });
  const limits = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))] as const;
  const data = matrices.map((z, k): Trace => ({
    ...heatmap(joints, z, limits, SEQUENTIAL),
    showscale: k === n - 1,
    colorbar: { title: { text: "-distance<br>(m)" }, thickness: 12 },
    xaxis: panels[k].x,
    yaxis: panels[k].y,
  }));
  return {
    kind: "distance-maps",
    caption:
      `Distance maps (equation 2) of clip ${clip.id} (${clip.category}) over time: the negative distance of each ` +
      "joint of person 1 (rows) to each of person 2 (columns); darker is closer. " +
      `n = 1 clip, ${count(n, "frame")} of ${clip.frames}.`,
    data,
    layout: layout("Distance maps over time", 340, {
      margin: { l: 110, r: 70, t: 70, b: 100 },
      annotations: panels.map((panel, k) => panelTitle(panel, `${(shown[k] / clip.fps).toFixed(2)} s`)),
      shapes: panels.flatMap(({ x, y }) =>
        rows.map((row): Shape => ({
          type: "rect",
          xref: x,
          yref: y,
          ...{ x0: -0.5, x1: D - 0.5, y0: row - 0.5, y1: row + 0.5 },
          line: { color: COLOURS.vermillion, width: 2 },
        }))
      ),
      ...panelAxes(panels, ({ x, left }) => [
        jointAxis(joints, "person 2", { constrain: "domain" }),
        jointAxis(joints, left ? "person 1" : "", {
          autorange: "reversed",
          ...square(x),
          ...(!left && { showticklabels: false }),
        }),
      ]),
    }),
  };
}

/** An explanation of a score, such as an `Explanation`. */
export interface PlottedExplanation {
  /** The clip's score, nats. */
  readonly score: number;
  /** Id of the nearest normal clip. */
  readonly nearest: string;
  /** Score of the nearest normal clip, nats. */
  readonly nearestScore: number;
  /** Number of prepared frames, T. */
  readonly frames: number;
  /** Contribution of each frame, [T]. */
  readonly byFrame: ArrayLike<number>;
  /** Contribution of each joint, [T, D] per person. */
  readonly byJoint: readonly [ArrayLike<number>, ArrayLike<number>];
  /** Contribution of each joint pair, [T, D, D]. */
  readonly byPair: ArrayLike<number>;
}

/** Explanation of a clip's score: contributions of each joint, each frame and each joint pair, in nats, summed over the other
 * axes.
 * @param clip The explained clip; it names the joints.
 * @throws {UsageError} If the explanation is for another skeleton.
 * @example
 * ```ts
 * import { explain, generateDataset, IADNet } from "@lab/iadnet";
 * import { explanationFigure } from "@lab/iadnet/plots";
 * import { assertEquals } from "@std/assert";
 * const clips = generateDataset({ seed: 0, clipsPerCategory: 6, categories: ["hug"] });
 * const detector = new IADNet({ preset: "tiny" });
 * await detector.fit(clips.slice(1), { seed: 0 });
 * const why = await explain(detector, clips[0], clips.slice(1));
 * const figure = explanationFigure(clips[0], why, { detector: "iadnet:preset=tiny", seeds: [0] });
 * assertEquals(figure.data[2].y, [...why.byFrame]);
 * ```
 */
export function explanationFigure(clip: Clip, why: PlottedExplanation, origin: Origin): Figure {
  const { joints } = clip.skeleton, D = joints.length;
  const expected = why.frames * D * D, got = why.byPair.length;
  if (got !== expected) {
    throw new UsageError(
      `Cannot plot the explanation of ${clip.id}: expected ${expected} joint pairs, got ${got}`,
    );
  }
  const bars = why.byJoint.map((values, k): Trace => ({
    type: "bar",
    orientation: "h",
    name: `person ${k + 1}`,
    x: overFrames(values, D),
    y: joints,
    marker: { color: k === 0 ? COLOURS.blue : COLOURS.vermillion },
  }));
  const frames: Trace = {
    type: "scatter",
    mode: "lines",
    x: Array.from({ length: why.frames }, (_, t) => t),
    y: Array.from(why.byFrame),
    line: { color: COLOURS.grey, width: 2 },
    showlegend: false,
    xaxis: "x2",
    yaxis: "y2",
  };
  const z = matrix(overFrames(why.byPair, D * D), D);
  const size = z.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  const pairs: Trace = {
    ...heatmap(joints, z, [-size, size], DIVERGING),
    showscale: true,
    colorbar: { title: { text: "nats" }, thickness: 12, len: 0.56 },
    xaxis: "x3",
    yaxis: "y3",
  };
  const tall = Math.min(760, Math.max(460, 230 + 24 * D));
  return {
    kind: "explanation",
    caption: captionOf(
      `Why clip ${clip.id} (${clip.category}) scores ${why.score.toFixed(2)} where its nearest normal clip ` +
        `${why.nearest} scores ${
          why.nearestScore.toFixed(2)
        }: integrated gradients, by joint, by frame and by pair ` +
        "of joints (nats).",
      origin,
      `1 clip, ${count(why.frames, "prepared frame")}`,
    ),
    data: [...bars, frames, pairs],
    layout: layout(`Why: ${clip.id}`, tall, {
      margin: { l: 110, r: 80, t: 70, b: 60 },
      barmode: "group",
      bargap: 0.25,
      showlegend: true,
      xaxis: axis("contribution of a joint's motion (nats)", {
        domain: [0, 0.36],
        anchor: "y",
        zeroline: true,
      }),
      yaxis: jointAxis(joints, "", { domain: [0.44, 1], anchor: "x", autorange: "reversed" }),
      xaxis2: axis("prepared frame", { domain: [0, 1], anchor: "y2" }),
      yaxis2: axis("nats", { domain: [0, 0.16], anchor: "x2" }),
      xaxis3: jointAxis(joints, "person 2", { domain: [0.54, 1], anchor: "y3", constrain: "domain" }),
      yaxis3: jointAxis(joints, "person 1", {
        domain: [0.44, 1],
        anchor: "x3",
        autorange: "reversed",
        ...square("x3"),
      }),
    }),
  };
}

function jointAxis(joints: readonly string[], text: string, more: Axis): Axis {
  return categoryAxis(text, joints, {
    showgrid: false,
    showticklabels: joints.length <= NAMED,
    tickfont: { size: 9 },
    ...more,
  });
}

/** A matrix with a row and a column for each joint. */
function heatmap(joints: readonly string[], z: number[][], [zmin, zmax]: Range, colorscale: ColourScale) {
  return { type: "heatmap", z, x: joints, y: joints, zmin, zmax, colorscale } as const;
}

/** Options of the y axis that make the cells of a matrix square. */
function square(x: string): Axis {
  return { scaleanchor: x, constrain: "domain", constraintoward: "top" };
}

/** Rows of a D x D matrix. */
function matrix(values: ArrayLike<number>, D: number): number[][] {
  return Array.from({ length: D }, (_, i) => Array.from({ length: D }, (_, j) => values[i * D + j]));
}

/** Sum over the frames: [T, width] to [width]. */
function overFrames(values: ArrayLike<number>, width: number): number[] {
  const out = Array<number>(width).fill(0);
  for (let i = 0; i < values.length; i++) out[i % width] += values[i];
  return out;
}
