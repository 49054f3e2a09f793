import { assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { cellPairs } from "../../lib/metrics/cells.ts";

Deno.test("seeds of a split with other clips are not averaged", () => {
  const cell = (seed: number, clip: string) => ({
    category: "hug",
    split: "fold:1",
    seed,
    scores: [{ clip, score: 1, anomalous: true }, { clip: "n", score: 0, anomalous: false }],
  });
  assertThrows(
    () => cellPairs(new Map([["fold:1", [cell(3, "a"), cell(4, "b")]]])),
    UsageError,
    "hug, split fold:1: seeds 3 and 4 have different clips",
  );
});
