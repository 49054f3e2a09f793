import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { Random } from "../../lib/core/random.ts";
import { auroc } from "../../lib/metrics/auroc.ts";
import { type CellScores, scorePair } from "../../lib/metrics/cells.ts";
import { macroAuroc, macroMean } from "../../lib/metrics/macro.ts";
import { seedSpread } from "../../lib/metrics/seeds.ts";
import { type CellOptions, makeCells } from "../support/cells.ts";
import { mean } from "../support/metrics.ts";

const area = (cell: CellScores) => {
  const { normal, anomalous } = scorePair(cell);
  return auroc(normal, anomalous);
};
const options = { seed: 0, replicates: 300 };
const make = (more: Partial<CellOptions> = {}) => makeCells({ random: new Random(1), ...more });

Deno.test("seed means are the means of one seed's cells, and their deviation is that of n - 1", () => {
  const cells = make({ seeds: [3, 0, 7], splits: ["fold:1", "fold:2"] });
  const { auroc: value, seeds, seedMeans, seedSd, ci } = seedSpread(cells, options);
  assertEquals(seeds, [0, 3, 7]);
  const expected = seeds.map((seed) => mean(cells.filter((cell) => cell.seed === seed).map(area)));
  expected.forEach((own, i) => assertAlmostEquals(seedMeans[i], own, 1e-12));
  const squares = expected.reduce((sum, own) => sum + (own - mean(expected)) ** 2, 0);
  assertAlmostEquals(seedSd, Math.sqrt(squares / 2), 1e-12);
  assertAlmostEquals(value, mean(cells.map(area)), 1e-12);
  assertEquals(ci, macroAuroc(cells, options).ci);
});

Deno.test("copies of one seed have no spread over seeds, and the interval of one", () => {
  const one = make({ seeds: [0] });
  const copies = [0, 1, 2].flatMap((seed) => one.map((cell) => ({ ...cell, seed })));
  const spread = seedSpread(copies, options), alone = seedSpread(one, options);
  assertAlmostEquals(spread.seedSd, 0, 1e-12);
  assert(Number.isNaN(alone.seedSd));
  assertAlmostEquals(spread.ci.low, alone.ci.low, 1e-12);
  assertAlmostEquals(spread.ci.high, alone.ci.high, 1e-12);
});

Deno.test("categories have equal weight, however many folds each has", () => {
  const cells = make({ splits: ["fold:1", "fold:2", "fold:3"] });
  const [first] = cells, uneven = cells.filter((cell) => cell.category !== first.category || cell === first);
  const categories = [...new Set(cells.map(({ category }) => category))];
  const expected = mean(
    categories.map((category) => mean(uneven.filter((own) => own.category === category).map(area))),
  );
  assertAlmostEquals(macroMean(uneven), expected, 1e-12);
  assertAlmostEquals(seedSpread(uneven, options).auroc, expected, 1e-12);
});

Deno.test("a seed that lacks a cell, and a cell that occurs twice, are refused", () => {
  const cells = make({ seeds: [0, 1] });
  assertThrows(() => seedSpread(cells.slice(1), options), UsageError, "seed 0 has no cell of");
  assertThrows(() => seedSpread([...cells, cells[0]], options), UsageError, "occurs twice");
  assertThrows(() => seedSpread([], options), UsageError, "at least one category");
});
