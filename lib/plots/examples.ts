/** Figures 4 and 5: training and test clips of one category, with scores. */
import { UsageError } from "../core/errors.ts";
import type { Clip } from "../data/clip.ts";
import { captionOf, count, type Origin } from "./caption.ts";
import type { Figure, Trace } from "./figure.ts";
import { boxOf, evenFrames, floorTrace, posesOf, sceneOf, stage } from "./people.ts";
import { grid, layout, panelTitle } from "./style.ts";

/** Figures 4 and 5: training clips of one category on the left, test clips with their scores on the right. Each panel shows the
 * first, middle and last pose of a clip on top of each other. Panels are 3D scenes of the same scale; a browser draws about a
 * dozen of them per page.
 * @param test Test clips with their scores: NLL, nats.
 * @throws {UsageError} If there is no training clip or no test clip.
 * @example
 * ```ts
 * import { generateClip } from "@lab/iadnet/data";
 * import { examplesFigure } from "@lab/iadnet/plots";
 * import { assert } from "@std/assert";
 * const [hug, kick] = ["hug", "kick"].map((category) => generateClip({ category, seed: 0 }));
 * const figure = examplesFigure([hug], [{ clip: kick, score: 80 }], { detector: "iadnet:preset=tiny", seeds: [0] });
 * assert(figure.layout.annotations?.[1].text.includes("AS 80.00"));
 * ```
 */
export function examplesFigure(
  training: readonly Clip[],
  test: readonly { readonly clip: Clip; readonly score: number }[],
  origin: Origin,
): Figure {
  if (training.length === 0 || test.length === 0) {
    throw new UsageError(
      `Cannot plot examples: expected training and test clips, got ${training.length} and ${test.length}`,
    );
  }
  const clips = [...training, ...test.map(({ clip }) => clip)].map(stage);
  const panels = grid(clips.length, clips.length, [0.01, 0]);
  const poses = clips.map((staged) =>
    evenFrames(staged.frames, 3).flatMap((frame, k, { length }) =>
      posesOf(staged, frame, { time: k / (length - 1) }).map((trace) => ({
        ...trace,
        showlegend: k === length - 1,
      }))
    )
  );
  const box = boxOf(poses.flat());
  const data = panels.flatMap(({ scene }, k): Trace[] => [
    floorTrace(box, scene),
    ...poses[k].map((pose) => ({ ...pose, scene, showlegend: k === 0 && pose.showlegend })),
  ]);
  const category = training[0].category;
  const titles = [
    ...training.map((clip) => `training<br>${clip.category}`),
    ...test.map(({ clip, score }) => `${clip.category}<br>AS ${score.toFixed(2)}`),
  ];
  return {
    kind: "examples",
    caption: captionOf(
      `Normal category ${category}: training clips, then test clips with their anomaly scores (AS, NLL in nats). ` +
        "First, middle and last pose; later poses are darker.",
      origin,
      `${count(training.length, "training clip")} and ${count(test.length, "test clip")} shown`,
    ),
    data,
    layout: layout(`Trained on ${category}`, 310, {
      margin: { l: 0, r: 0, t: 90, b: 0 },
      legend: { orientation: "h", x: 0, y: 1.16, xanchor: "left", yanchor: "bottom" },
      annotations: panels.map((panel, k) => panelTitle(panel, titles[k])),
      showlegend: true,
      ...Object.fromEntries(
        panels.map(({ scene, across }) => [scene, sceneOf(box, 200, { x: across, y: [0, 0.95] })]),
      ),
    }),
  };
}
