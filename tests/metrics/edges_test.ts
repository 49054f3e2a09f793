/** Edges of the metrics that mutation testing showed to be unguarded. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  conformalPValue,
  conformalThreshold,
  crossConformal,
  delongMean,
  fprAtTpr,
  macroAuroc,
  Random,
  UsageError,
} from "../../mod.ts";
import { cellPairs } from "../../lib/metrics/cells.ts";

Deno.test("Cross-conformal p-values equal their definition, and with one fold those of split conformal", () => {
  const random = new Random(1);
  for (let k = 0; k < 200; k++) {
    const folds = 1 + random.integer(4), clips = 1 + random.integer(3);
    const draw = (count: number) => Float64Array.from({ length: count }, () => random.integer(6));
    const held = Array.from({ length: folds }, () => draw(1 + random.integer(5)));
    const scores = held.map(() => draw(clips)), p = crossConformal(held, scores);
    for (let i = 0; i < clips; i++) {
      let above = 1, n = 1;
      held.forEach((own, fold) => {
        for (const value of own) {
          n++;
          if (value >= scores[fold][i]) above++;
        }
      });
      assertEquals(p[i], above / n);
      if (folds === 1) assertEquals(p[i], conformalPValue(held[0], scores[0][i]));
    }
  }
});

Deno.test("A threshold is refused for an alpha that is not between 0 and 1", () => {
  for (const alpha of [0, 1, 1.5, -0.1, NaN]) {
    assertThrows(() => conformalThreshold([1, 2, 3], alpha), UsageError, "alpha must be between 0 and 1");
  }
  assertEquals(conformalThreshold([1, 2, 3], 0.999), 1);
});

Deno.test("The false alarms at 95 % found are those of the default", () => {
  const random = new Random(2), normal = Array.from({ length: 50 }, () => random.normal());
  const anomalous = Array.from({ length: 60 }, () => random.normal(1));
  assertEquals(fprAtTpr(normal, anomalous), fprAtTpr(normal, anomalous, 0.95));
  assert(fprAtTpr(normal, anomalous, 0.5) < fprAtTpr(normal, anomalous));
});

Deno.test("The part of cells that the bootstrap skips is of all replicates and categories", () => {
  const clips = Array.from({ length: 20 }, (_, i) => `clip ${i}`);
  const rare = clips.map((clip, i) => ({ clip, score: i, anomalous: i > 0 }));
  const even = clips.map((clip, i) => ({ clip, score: i, anomalous: i > 9 }));
  const of = (...all: (typeof rare)[]) =>
    macroAuroc(all.map((scores, i) => ({ category: String(i), scores })), { seed: 0 }).skipped;
  assertAlmostEquals(of(rare, even), (of(rare) + of(even)) / 2, 1e-12);
});

Deno.test("Seeds of a test set with other clips are not averaged, on either side", () => {
  const pair = (normals: number, anomalies: number) => ({
    normal: Float64Array.from({ length: normals }, (_, i) => i),
    anomalous: Float64Array.from({ length: anomalies }, (_, i) => i + 0.5),
  });
  for (const other of [pair(4, 5), pair(5, 4)]) {
    assertThrows(() => delongMean([[pair(5, 5), other]]), UsageError, "differ in their numbers of clips");
  }
  const cell = (seed: number, clip: string) => ({
    category: "hug",
    split: "fold:1",
    seed,
    scores: [{ clip, score: 1, anomalous: true }, { clip: "n", score: 0, anomalous: false }],
  });
  assertThrows(
    () => cellPairs(new Map([["fold:1", [cell(3, "a"), cell(4, "b")]]])),
    UsageError,
    "hug, split fold:1, seed 4 has other clips than seed 3",
  );
});
