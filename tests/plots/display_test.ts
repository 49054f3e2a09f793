import { assert } from "@std/assert";
import { JUPYTER_DISPLAY } from "../../lib/plots/bundle.ts";
import { histogramFigure } from "../../lib/plots/curves.ts";
import { show, showClip, showComparison, showResults } from "../../lib/plots/display.ts";
import { clip, randomResults } from "../support/plots_fixtures.ts";

Deno.test("Every display has HTML, a plotly figure and text with the caption", () => {
  const run = randomResults(0);
  const all = [
    showClip(clip),
    showClip(clip, { animated: true }),
    showResults(run),
    showResults({ one: run, two: randomResults(1) }),
    show(histogramFigure(run)),
    showComparison([{ detector: "a", auroc: 0.9, ci: [0.8, 1] }], {
      detector: "iadnet:preset=tiny",
      seeds: [0],
    }, "1 split"),
  ];
  for (const value of all) {
    const bundle = value[JUPYTER_DISPLAY]();
    const plotly = bundle["application/vnd.plotly.v1+json"] as { data: unknown[] };
    assert(plotly.data.length > 0);
    assert((bundle["text/html"] as string).includes("n = "));
    assert((bundle["text/plain"] as string).includes("n = "));
  }
  const moving = showClip(clip, { animated: true })[JUPYTER_DISPLAY]();
  assert((moving["application/vnd.plotly.v1+json"] as { frames: unknown[] }).frames.length > 10);
});
