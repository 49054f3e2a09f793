import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { Random } from "../../lib/core/random.ts";
import { scorePair } from "../../lib/metrics/cells.ts";
import { compareDetectors } from "../../lib/metrics/comparison.ts";
import { holm } from "../../lib/metrics/delong.ts";
import { pairedDelong } from "../support/metrics.ts";
import { macroDifference } from "../../lib/metrics/macro.ts";
import { wilcoxonSignedRank } from "../../lib/metrics/wilcoxon.ts";
import { makeCells } from "../support/cells.ts";

const options = { seed: 0, replicates: 300 };

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

Deno.test("a detector of one seed is matched with every seed of the other", () => {
  const random = new Random(4), first = makeCells({ random, seeds: [0, 1, 2] });
  const floor = makeCells({ random, seeds: [9] });
  const repeated = [0, 1, 2].flatMap((seed) => floor.map((cell) => ({ ...cell, seed })));
  assertEquals(compareDetectors(first, floor, options), compareDetectors(first, repeated, options));
  const own = first.filter(({ seed }) => seed === 0);
  assertEquals(compareDetectors(own, floor, options).categories.length, own.length);
});

Deno.test("detectors with other cells or clips are not compared", () => {
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
