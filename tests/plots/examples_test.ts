import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { generateClip } from "../../lib/data/synthetic/mod.ts";
import { examplesFigure } from "../../lib/plots/examples.ts";
import type { Scene3d } from "../../lib/plots/figure.ts";
import { clip, ORIGIN } from "../support/plots_fixtures.ts";

Deno.test("Figures 4 and 5 label every clip with its score, in scenes of the same scale", () => {
  const other = generateClip({ category: "hug", seed: 1 });
  const figure = examplesFigure(
    [{ training: [clip], test: [{ clip, score: 12.345 }, { clip: other, score: 98.7 }] }],
    ORIGIN,
  );
  assertEquals(figure.layout.annotations!.map(({ text }) => text), [
    "training<br>kick",
    "kick<br>AS 12.35",
    "hug<br>AS 98.70",
  ]);
  const scenes = Object.entries(figure.layout).filter(([key]) => key.startsWith("scene"));
  assertEquals(scenes.map(([key]) => key), ["scene", "scene2", "scene3"]);
  const ratios = scenes.map(([, scene]) => (scene as { aspectratio: unknown }).aspectratio);
  assertEquals(ratios[1], ratios[0]);
  assertThrows(() => examplesFigure([], ORIGIN), UsageError);
  assertThrows(() => examplesFigure([{ training: [], test: [] }], ORIGIN), UsageError, "got 0 and 0");
});

Deno.test("Figures 4 and 5 have a row for each category, each scene in its own place", () => {
  const other = generateClip({ category: "hug", seed: 1 }),
    test = [{ clip, score: 1 }, { clip: other, score: 2 }];
  const rows = [{ training: [clip, clip], test }, { training: [other], test }];
  const { layout, caption } = examplesFigure(rows, ORIGIN);
  const domains = Object.entries(layout).filter(([key]) => key.startsWith("scene"))
    .map(([, scene]) => (scene as Scene3d).domain);
  assertEquals(domains.length, 7);
  for (const [i, a] of domains.entries()) {
    for (const b of domains.slice(0, i)) {
      assert(a.x[0] >= b.x[1] || b.x[0] >= a.x[1] || a.y[0] >= b.y[1] || b.y[0] >= a.y[1]);
    }
  }
  assert(
    caption.startsWith("Normal categories kick and hug: ") &&
      caption.includes("3 training clips and 4 test clips"),
  );
});
