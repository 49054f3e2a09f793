import { assertEquals } from "@std/assert";
import { timelineFigure, trainingFigure } from "../../lib/plots/time.ts";
import { linesOf, ORIGIN } from "../support/plots_fixtures.ts";

Deno.test("Training curves hold every step, and only the feature deviations that there are", () => {
  const steps = [{ step: 1, loss: 9, featureStd: 1 }, { step: 2, loss: 7 }, {
    step: 3,
    loss: 8,
    featureStd: 0.5,
  }];
  const [loss, std] = linesOf(trainingFigure(steps, ORIGIN));
  assertEquals([loss.x, loss.y], [[1, 2, 3], [9, 7, 8]]);
  assertEquals([std.x, std.y], [[1, 3], [1, 0.5]]);
});

Deno.test("A timeline shows scores, p-values, intervals and true labels in seconds, and the alarm line", () => {
  const found = { scores: [1, 5, 6, 2], p: [0.5, 0.02, 0.01, 0.3], intervals: [{ start: 1, end: 3 }] };
  const figure = timelineFigure(found, { fps: 2, alpha: 0.05, truth: [0, 0, 1, 1] }, ORIGIN);
  const [score, p, alarm] = linesOf(figure);
  assertEquals([score.y, p.y, alarm.y], [found.scores, found.p, [0.05, 0.05]]);
  assertEquals(score.x, [0, 0.5, 1, 1.5]);
  assertEquals(figure.layout.shapes!.map(({ x0, x1 }) => [x0, x1]), [[0.5, 1.5], [1, 2]]);
});
