/** Figures 4 and 5: training and test clips of one category, with scores. */
import { UsageError } from "../core/errors.ts";
import type { Clip } from "../data/clip.ts";
import { captionOf, count, type Origin } from "./caption.ts";
import type { Figure, Trace } from "./figure.ts";
import { boxOf, evenFrames, floorTrace, posesOf, sceneOf, stage } from "./people.ts";
import { grid, layout, panelTitle } from "./style.ts";

/** A row of the figure: a normal category. */
export interface ExampleRow {
  /** Training clips of the category. */
  readonly training: readonly Clip[];
  /** Test clips with their scores: NLL, nats. */
  readonly test: readonly { readonly clip: Clip; readonly score: number }[];
}

/** Height of a scene, and of the gap between two rows, which holds titles, by the columns of a paper. Pixels. */
const SCENE = 200, GAP = { 1: 170, 2: 80 } as const;

/** Figures 4 and 5: training clips of a category on the left, test clips with their scores on the right; one row per category. Each
 * panel shows the first, middle and last pose of a clip on top of each other. Panels are 3D scenes of the same scale; a browser draws
 * about a dozen of them per page.
 * @param options `columns` of a paper that the figure is for; 2 if absent.
 * @throws {UsageError} If there is no row, or a row has no training clip or no test clip.
 * @example
 * ```ts
 * import { generateClip } from "@lab/iadnet/data";
 * import { examplesFigure } from "@lab/iadnet/plots";
 * import { assert } from "@std/assert";
 * const [hug, kick] = ["hug", "kick"].map((category) => generateClip({ category, seed: 0 }));
 * const rows = [{ training: [hug], test: [{ clip: kick, score: 80 }] }];
 * const figure = examplesFigure(rows, { detector: "iadnet:preset=tiny", seeds: [0] });
 * assert(figure.layout.annotations?.[1].text.includes("AS 80.00"));
 * ```
 */
export function examplesFigure(
  rows: readonly ExampleRow[],
  origin: Origin,
  { columns: wide = 2 }: { readonly columns?: 1 | 2 } = {},
): Figure {
  if (rows.length === 0) {
    throw new UsageError("Cannot plot examples: expected at least one category, got none");
  }
  for (const { training, test } of rows) {
    if (training.length > 0 && test.length > 0) continue;
    throw new UsageError(
      `Cannot plot examples: expected training and test clips, got ${training.length} and ${test.length}`,
    );
  }
  const columns = Math.max(...rows.map(({ training, test }) => training.length + test.length));
  const gap = GAP[wide], tall = rows.length * SCENE + (rows.length - 1) * gap;
  const cells = grid(rows.length * columns, columns, [0.01, gap / tall]);
  const shown = rows.flatMap(({ training, test }, row) =>
    [
      ...training.map((clip) => ({ clip, title: `training<br>${clip.category}` })),
      ...test.map(({ clip, score }) => ({ clip, title: `${clip.category}<br>AS ${score.toFixed(2)}` })),
    ].map((own, k) => ({ ...own, panel: cells[row * columns + k] }))
  );
  const poses = shown.map(({ clip }) => {
    const staged = stage(clip);
    return evenFrames(staged.frames, 3).flatMap((frame, k, { length }) =>
      posesOf(staged, frame, { time: k / (length - 1) }).map((trace) => ({
        ...trace,
        showlegend: k === length - 1,
      }))
    );
  });
  const box = boxOf(poses.flat());
  const data = shown.flatMap(({ panel: { scene } }, k): Trace[] => [
    floorTrace(box, scene),
    ...poses[k].map((pose) => ({ ...pose, scene, showlegend: k === 0 && pose.showlegend })),
  ]);
  const names = rows.map(({ training: [{ category }] }) => category).join(" and ");
  const clips = (side: "training" | "test") => rows.reduce((sum, row) => sum + row[side].length, 0);
  return {
    kind: "examples",
    caption: captionOf(
      `Normal ${
        rows.length === 1 ? "category" : "categories"
      } ${names}: training clips, then test clips with their ` +
        "anomaly scores (AS, NLL in nats). First, middle and last pose; later poses are darker.",
      origin,
      `${count(clips("training"), "training clip")} and ${count(clips("test"), "test clip")} shown`,
    ),
    data,
    layout: layout(`Trained on ${names}`, 110 + tall, {
      margin: { l: 0, r: 0, t: 90, b: 0 },
      legend: { orientation: "h", x: 0, y: 1 + 32 / tall, xanchor: "left", yanchor: "bottom" },
      annotations: shown.map(({ panel, title }) => panelTitle(panel, title)),
      showlegend: true,
      ...Object.fromEntries(
        shown.map(({ panel: { scene, across: x, up: y } }) => [scene, sceneOf(box, SCENE, { x, y })]),
      ),
    }),
  };
}
