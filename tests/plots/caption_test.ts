import { assert } from "@std/assert";
import { aurocFigure } from "../../lib/plots/auroc.ts";
import { clipFigure } from "../../lib/plots/clip.ts";
import { histogramFigure, rocFigure } from "../../lib/plots/curves.ts";
import { trainingFigure } from "../../lib/plots/time.ts";
import { clip, ORIGIN, randomResults } from "../support/plots_fixtures.ts";

Deno.test("Captions state detector, seeds and n", () => {
  const run = randomResults(7);
  const both = { run, again: { ...run, seed: 8, detector: "iadnet" } };
  for (const figure of [aurocFigure(both), rocFigure(both)]) {
    assert(
      /Detector iadnet:preset=tiny and iadnet, engine cpu, seeds 7, 8; .* n = 13 test clips/.test(
        figure.caption,
      ),
    );
  }
  for (const figure of [trainingFigure([{ step: 1, loss: 1 }], ORIGIN), clipFigure(clip, 3, ORIGIN)]) {
    assert(/Detector iadnet:preset=tiny, seeds 3, 5; synthetic; n = 1 /.test(figure.caption), figure.caption);
  }
  assert(histogramFigure(run).caption.includes("seed 7"));
});
