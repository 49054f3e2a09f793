import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { histogramFigure, rocFigure } from "../../lib/plots/curves.ts";
import { barsOf, linesOf, randomResults } from "../support/plots_fixtures.ts";

Deno.test("The area under a plotted ROC curve is the category's AUROC", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 9 }), (seed, anomalies) => {
      const run = randomResults(seed, { anomalies: anomalies + 1 });
      const curves = linesOf(rocFigure({ run })).filter(({ name }) => name === "run");
      curves.forEach(({ x, y }, k) => {
        const heights = y as readonly number[];
        let area = 0;
        for (let i = 1; i < x.length; i++) area += (x[i] - x[i - 1]) * (heights[i] + heights[i - 1]) / 2;
        assertAlmostEquals(area, run.categories[k].auroc, 1e-9);
      });
      assertEquals(curves.length, run.categories.length);
    }),
    { numRuns: 20 },
  );
});

Deno.test("Histogram bars are fractions of each class and include every score", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 2, max: 40 }), (seed, bins) => {
      const run = randomResults(seed);
      const [normal, anomalous] = barsOf(histogramFigure(run, ["kick"], { bins }));
      const { scores } = run.categories[1];
      for (const [trace, side] of [[normal, false], [anomalous, true]] as const) {
        const own = scores.filter((row) => row.anomalous === side).map((row) => row.score);
        assertAlmostEquals((trace.y as number[]).reduce((a, b) => a + b, 0), 1, 1e-9);
        const half = trace.width! / 2, last = trace.x.length - 1;
        // In the inner bars, each bar has just the scores between its edges; ties with an edge may go either way.
        trace.x.forEach((middle, i) => {
          if (i === 0 || i === last) return;
          const inside = own.filter((score) => score >= middle - half && score < middle + half).length;
          assertAlmostEquals(trace.y[i] as number, inside / own.length, 1e-9);
        });
      }
    }),
    { numRuns: 20 },
  );
});

Deno.test("An outlier does not squeeze the other scores into one bar", () => {
  const run = randomResults(0, { normals: 20, anomalies: 20 }), [category] = run.categories;
  const scores = category.scores.map((row, i) => i === 39 ? { ...row, score: 1e6 } : row);
  const [normal, anomalous] = barsOf(histogramFigure({ ...run, categories: [{ ...category, scores }] }));
  assert((normal.y as number[]).filter((share) => share > 0).length > 5);
  assert((anomalous.y as number[]).at(-1)! > 0);
});
