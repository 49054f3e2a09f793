import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { generateClip } from "../../lib/data/synthetic/mod.ts";
import { examplesFigure } from "../../lib/plots/examples.ts";
import { clip, ORIGIN } from "../support/plots_fixtures.ts";

Deno.test("Figures 4 and 5 label every clip with its score, in scenes of the same scale", () => {
  const other = generateClip({ category: "hug", seed: 1 });
  const figure = examplesFigure([clip], [{ clip, score: 12.345 }, { clip: other, score: 98.7 }], ORIGIN);
  assertEquals(figure.layout.annotations!.map(({ text }) => text), [
    "training<br>kick",
    "kick<br>AS 12.35",
    "hug<br>AS 98.70",
  ]);
  const scenes = Object.entries(figure.layout).filter(([key]) => key.startsWith("scene"));
  assertEquals(scenes.map(([key]) => key), ["scene", "scene2", "scene3"]);
  const ratios = scenes.map(([, scene]) => (scene as { aspectratio: unknown }).aspectratio);
  assertEquals(ratios[1], ratios[0]);
  assertThrows(() => examplesFigure([], [], ORIGIN), UsageError);
});
