import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { distanceMaps } from "../../lib/data/transforms/distance.ts";
import type { HeatmapTrace } from "../../lib/plots/figure.ts";
import { distanceMapFigure, explanationFigure } from "../../lib/plots/maps.ts";
import { barsOf, clip, JOINTS, linesOf, ORIGIN } from "../support/plots_fixtures.ts";

Deno.test("Distance map figures contain the distance maps and outline the highlighted rows", () => {
  const figure = distanceMapFigure(clip, { frames: 3, highlight: ["left_hand"] });
  const maps = distanceMaps(clip.x, clip.y, JOINTS),
    shown = [0, Math.round((clip.frames - 1) / 2), clip.frames - 1];
  figure.data.forEach((trace, k) => {
    const own = maps.subarray(shown[k] * JOINTS * JOINTS, (shown[k] + 1) * JOINTS * JOINTS);
    assertEquals((trace as HeatmapTrace).z.flat(), [...own]);
  });
  const row = clip.skeleton.joints.indexOf("left_hand");
  assertEquals(figure.layout.shapes!.map(({ y0, y1 }) => (y0 + y1) / 2), [row, row, row]);
  assertThrows(() => distanceMapFigure(clip, { highlight: ["tail"] }), UsageError, "tail");
});

Deno.test("An explanation's bars, line and matrix add up to its contributions", () => {
  const frames = 3, values = (n: number) => Float64Array.from({ length: n }, (_, i) => Math.sin(i));
  const why = {
    score: 9,
    nearest: "n",
    nearestScore: 4,
    frames,
    byFrame: values(frames),
    byJoint: [values(frames * JOINTS), values(frames * JOINTS).map((value) => -2 * value)] as const,
    byPair: values(frames * JOINTS * JOINTS),
  };
  const figure = explanationFigure(clip, why, ORIGIN),
    sum = (all: Iterable<number>) => [...all].reduce((a, b) => a + b);
  barsOf(figure).forEach(({ x }, k) => assertAlmostEquals(sum(x), sum(why.byJoint[k]), 1e-9));
  assertEquals(linesOf(figure)[0].y, [...why.byFrame]);
  assertAlmostEquals(sum((figure.data.at(-1) as HeatmapTrace).z.flat()), sum(why.byPair), 1e-9);
  assertThrows(() => explanationFigure(clip, { ...why, frames: 4 }, ORIGIN), UsageError);
});
