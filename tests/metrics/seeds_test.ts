import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { auroc } from "../../lib/metrics/auroc.ts";
import { type CellScores, scorePair } from "../../lib/metrics/cells.ts";
import { compareDetectors } from "../../lib/metrics/comparison.ts";
import { holm, pairedDelong } from "../../lib/metrics/delong.ts";
import { macroAuroc, macroDifference, macroMean } from "../../lib/metrics/macro.ts";
import { seedSpread } from "../../lib/metrics/seeds.ts";
import { wilcoxonSignedRank } from "../../lib/metrics/wilcoxon.ts";
import { Random } from "../../lib/core/random.ts";
import { type CellOptions, makeCells } from "../support/cells.ts";

const area = (cell: CellScores) => {
  const { normal, anomalous } = scorePair(cell);
  return auroc(normal, anomalous);
};
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
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

Deno.test("categories count alike, however many folds each has", () => {
  const cells = make({ splits: ["fold:1", "fold:2", "fold:3"] });
  const [first] = cells, uneven = cells.filter((cell) => cell.category !== first.category || cell === first);
  const categories = [...new Set(cells.map(({ category }) => category))];
  const expected = mean(
    categories.map((category) => mean(uneven.filter((own) => own.category === category).map(area))),
  );
  assertAlmostEquals(macroMean(uneven), expected, 1e-12);
  assertAlmostEquals(seedSpread(uneven, options).auroc, expected, 1e-12);
});

Deno.test("a seed that lacks a cell, and a cell that is there twice, are refused", () => {
  const cells = make({ seeds: [0, 1] });
  assertThrows(() => seedSpread(cells.slice(1), options), UsageError, "seed 0 has no cell of");
  assertThrows(() => seedSpread([...cells, cells[0]], options), UsageError, "is there twice");
  assertThrows(() => seedSpread([], options), UsageError, "no category");
});

Deno.test("a comparison of two detectors is the paired tests, Holm, the macro difference and Wilcoxon together", () => {
  const random = new Random(2),
    first = makeCells({ random, shift: 2 }),
    second = makeCells({ random, shift: 1 });
  const { categories, macro, wilcoxon } = compareDetectors(first, second, options);
  const expected = first.map((cell, i) => pairedDelong(scorePair(cell), scorePair(second[i])));
  assertEquals(categories.map(({ category }) => category), first.map(({ category }) => category));
  expected.forEach(({ difference, error, p }, i) => {
    assertEquals([categories[i].difference, categories[i].error, categories[i].p], [difference, error, p]);
  });
  assertEquals(categories.map(({ adjusted }) => adjusted), [...holm(expected.map(({ p }) => p))]);
  assertEquals(macro, macroDifference(first, second, options));
  assertEquals(wilcoxon, wilcoxonSignedRank(expected.map(({ difference }) => difference)));
  assert(macro.difference > 0);
});

Deno.test("a comparison changes sign with the order of the detectors, and ignores that of cells and clips", () => {
  const random = new Random(3), splits = ["fold:1", "fold:2"], seeds = [0, 1];
  const first = makeCells({ random, shift: 2, splits, seeds }), second = makeCells({ random, splits, seeds });
  const there = compareDetectors(first, second, options), back = compareDetectors(second, first, options);
  const mixed = random.shuffle(second).map((cell) => ({ ...cell, scores: random.shuffle(cell.scores) }));
  const again = compareDetectors(first, mixed, options);
  there.categories.forEach(({ category, difference, p }, i) => {
    assertAlmostEquals(back.categories[i].difference, -difference, 1e-12);
    assertAlmostEquals(back.categories[i].p, p, 1e-12);
    const same = again.categories.find((own) => own.category === category)!;
    assertAlmostEquals(same.difference, difference, 1e-12);
    assertAlmostEquals(same.p, p, 1e-12);
  });
  assertAlmostEquals(back.macro.difference, -there.macro.difference, 1e-12);
  assertEquals(back.wilcoxon, there.wilcoxon);
});

Deno.test("a detector of one seed stands beside every seed of the other", () => {
  const random = new Random(4), first = makeCells({ random, seeds: [0, 1, 2] });
  const floor = makeCells({ random, seeds: [9] });
  const repeated = [0, 1, 2].flatMap((seed) => floor.map((cell) => ({ ...cell, seed })));
  assertEquals(compareDetectors(first, floor, options), compareDetectors(first, repeated, options));
  const own = first.filter(({ seed }) => seed === 0);
  assertEquals(compareDetectors(own, floor, options).categories.length, own.length);
});

Deno.test("detectors that scored other cells or clips are not compared", () => {
  const random = new Random(5),
    first = makeCells({ random, seeds: [0, 1] }),
    other = makeCells({ random, seeds: [0, 2] });
  assertThrows(() => compareDetectors(first, other, options), UsageError, "seed 1");
  const short = makeCells({ random, seeds: [0, 1], categories: ["hug", "kick", "push"] });
  assertThrows(() => compareDetectors(first, short, options), UsageError, "one has no cell of wave");
  assertThrows(() => compareDetectors(short, first, options), UsageError, "one has no cell of wave");
  const [all, three] = [["hug", "kick", "push", "wave"], ["hug", "kick", "push"]].map((categories) =>
    makeCells({ random, seeds: [0], categories })
  );
  assertThrows(() => compareDetectors(all, three, options), UsageError, "one has no cell of wave");
  assertThrows(() => compareDetectors(three, all, options), UsageError, "one has no cell of wave");
  const renamed = first.map((cell) => ({
    ...cell,
    scores: cell.scores.map((own) => ({ ...own, clip: `other ${own.clip}` })),
  }));
  assertThrows(() => compareDetectors(first, renamed, options), UsageError, "different cells or clips");
});
