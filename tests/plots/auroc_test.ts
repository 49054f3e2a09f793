import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../lib/core/errors.ts";
import { PAPER_AUROC } from "../../lib/experiments/tables/paper.ts";
import { aurocFigure, comparisonFigure } from "../../lib/plots/auroc.ts";
import { rocFigure } from "../../lib/plots/curves.ts";
import { barsOf, close, linesOf, ORIGIN, randomResults } from "../support/plots_fixtures.ts";

Deno.test("Bars, whiskers and floors of the AUROC figure are the numbers of the results", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 2, max: 6 }), (seed, normals) => {
      const run = randomResults(seed, { normals }), other = randomResults(seed + 1, { normals });
      const figure = aurocFigure({ ours: run, theirs: other });
      [run, other].forEach(({ categories, macro }, k) => {
        const { x, error_x } = barsOf(figure)[k], rows = [...categories, macro];
        close(x, rows.map(({ auroc }) => auroc));
        close(x.map((value, i) => value + error_x!.array[i]), rows.map(({ ci }) => ci[1]));
        close(x.map((value, i) => value - error_x!.arrayminus[i]), rows.map(({ ci }) => ci[0]));
      });
      const floor = linesOf(figure).find(({ name }) => name === "floor knn-poses")!;
      close(floor.x, [...run.categories.map(({ floors }) => floors["knn-poses"]), run.floors["knn-poses"]]);
    }),
    { numRuns: 20 },
  );
});

Deno.test("The paper's values are shown for the categories of the paper only", () => {
  const run = randomResults(0, { categories: ["hug", "kick", "juggle"] });
  const mark = linesOf(aurocFigure({ run }, { paper: PAPER_AUROC.interx })).at(-1)!;
  assertEquals(mark.y, ["hug", "kick", "macro mean"]);
  assertEquals(mark.x, [0.796, 0.857, 0.707]);
});

Deno.test("A comparison keeps order, means and intervals", () => {
  const rows = [{ detector: "a", auroc: 0.9, ci: [0.8, 0.95] as const }, {
    detector: "b",
    auroc: 0.7,
    ci: [0.6, 0.8] as const,
  }];
  const [trace] = linesOf(comparisonFigure(rows, ORIGIN, "2 folds"));
  assertEquals([trace.y, trace.x], [["a", "b"], [0.9, 0.7]]);
  close(trace.error_x!.arrayminus, [0.1, 0.1]);
});

Deno.test("A run that lacks a category of the first run is refused", () => {
  const runs = { a: randomResults(0), b: randomResults(0, { categories: ["hug"] }) };
  assertThrows(() => aurocFigure(runs), UsageError, "run b lacks kick");
  assertThrows(() => rocFigure(runs), UsageError, "kick");
  assertThrows(() => aurocFigure({}), UsageError);
});
