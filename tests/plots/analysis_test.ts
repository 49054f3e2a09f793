import { assertEquals } from "@std/assert";
import { displacementFigure } from "../../lib/plots/analysis.ts";
import { linesOf, ORIGIN } from "../support/plots_fixtures.ts";

Deno.test("Table IV as a figure: every category at its displacement, gain and AUROC, correlations as given", () => {
  const rows = [{ category: "a", dsp: 2, auroc: 0.8, gain: 0.1 }, {
    category: "b",
    dsp: 1,
    auroc: 0.9,
    gain: -0.2,
  }];
  const correlation = (value: number) => ({ name: "r", value, ci: [value - 0.5, value + 0.1] as const });
  const figure = displacementFigure(rows, { gain: correlation(0.5), auroc: correlation(-0.25) }, ORIGIN);
  const [gain, auroc] = linesOf(figure);
  assertEquals([gain.x, gain.y, gain.text], [[2, 1], [0.1, -0.2], ["a", "b"]]);
  assertEquals(auroc.y, [0.8, 0.9]);
  assertEquals(figure.layout.annotations!.map(({ text }) => text), [
    "r 0.50 (0.00 to 0.60)",
    "r -0.25 (-0.75 to -0.15)",
  ]);
});
