import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { auroc } from "../../lib/metrics/auroc.ts";
import {
  type CategoryScores,
  macroAuroc,
  macroDifference,
  macroMean,
  macroReplicates,
} from "../../lib/metrics/macro.ts";
import { delong } from "../../lib/metrics/delong.ts";
import { Random } from "../../lib/core/random.ts";

const groupOf = (clip: string) => clip.split("/")[0];

/** Categories one against the rest on the same clips; scores on a grid, so that ties abound. */
function makeScores(categories: number, clips: number, seed: number): CategoryScores[] {
  const random = new Random(seed);
  const mood = Float64Array.from({ length: clips }, () => random.normal());
  return Array.from({ length: categories }, (_, c) => ({
    category: `category ${c}`,
    scores: Array.from({ length: clips }, (_, i) => {
      const anomalous = i % categories !== c;
      const score = Math.round(4 * (mood[i] + random.normal() + Number(anomalous))) / 4;
      return { clip: `g${i % 7}/${i}`, score, anomalous };
    }),
  }));
}

/** The bootstrap as one would write it down: draw the units, list the clips as often as drawn, AUROC over all pairs. */
function naive(
  categories: readonly CategoryScores[],
  seed: number,
  replicates: number,
  unitOf: (clip: string) => string,
) {
  const units = [...new Set(categories[0].scores.map(({ clip }) => unitOf(clip)))].sort();
  const random = new Random(seed), means: number[] = [];
  let skipped = 0;
  for (let replicate = 0; replicate < replicates; replicate++) {
    const drawn = units.map(() => units[random.integer(units.length)]);
    const areas: number[] = [];
    for (const { scores } of categories) {
      const sample = drawn.flatMap((unit) => scores.filter(({ clip }) => unitOf(clip) === unit));
      const normal = sample.filter((s) => !s.anomalous), anomalous = sample.filter((s) => s.anomalous);
      if (normal.length === 0 || anomalous.length === 0) skipped++;
      else areas.push(auroc(normal.map((s) => s.score), anomalous.map((s) => s.score)));
    }
    if (areas.length > 0) means.push(areas.reduce((a, b) => a + b) / areas.length);
  }
  return { means: means.sort((a, b) => a - b), skipped: skipped / (replicates * categories.length) };
}

Deno.test("the macro bootstrap equals a naive one, replicate by replicate, over clips and over groups", () => {
  const categories = makeScores(4, 22, 3), replicates = 201;
  for (const unitOf of [(clip: string) => clip, groupOf]) {
    const { ci, skipped } = macroAuroc(categories, { seed: 9, replicates, groupOf: unitOf });
    const expected = naive(categories, 9, replicates, unitOf);
    assertEquals(expected.means.length, replicates);
    assertAlmostEquals(ci.low, expected.means[5], 1e-12);
    assertAlmostEquals(ci.high, expected.means[195], 1e-12);
    assertEquals(skipped, expected.skipped);
  }
});

Deno.test("a cell of one group counts as often as its group is drawn: the bootstrap of the groups' AUROCs", () => {
  const [{ category, scores }] = makeScores(2, 70, 3), groups = [0, 1, 2, 3, 4, 5, 6];
  const cells = groups.map((g) => ({
    category,
    scores: scores.filter(({ clip }) => groupOf(clip) === `g${g}`),
  }));
  const areas = cells.map(({ scores }) => macroMean([{ category, scores }])), random = new Random(5);
  const direct = Float64Array.from({ length: 500 }, () => {
    const drawn = groups.map(() => areas[random.integer(groups.length)]);
    return drawn.reduce((sum, area) => sum + area, 0) / groups.length;
  });
  const [replicates] = macroReplicates([cells], { seed: 5, replicates: 500, groupOf });
  replicates.forEach((mean, i) => assertAlmostEquals(mean, direct[i], 1e-12));
});

Deno.test("the interval of few clips, or of one group, is no point: it reaches as far as its categories' own", () => {
  const scores = [0, 1, 2, 3].map((k) => ({ clip: `c${k}`, score: k, anomalous: k > 1 }));
  const perfect = [{ category: "hug", scores }, { category: "kick", scores }];
  const { auroc, ci } = macroAuroc(perfect, { seed: 0 }), own = delong([0, 1], [2, 3]).ci;
  assertEquals([auroc, ci], [1, own]);
  const worse = perfect.map(({ category }) => ({
    category,
    scores: scores.map((clip, i) => ({ ...clip, score: [0, 2, 1, 3][i] })),
  }));
  const one = () => "the only group";
  const difference = macroDifference(perfect, worse, { seed: 0, groupOf: one });
  assertAlmostEquals(difference.difference, 0.25);
  assert(difference.ci.low < 0 && difference.ci.high === 1, JSON.stringify(difference));
  const { low, high } = macroAuroc(worse, { seed: 0, groupOf: one }).ci;
  assert(low === 0 && high === 1, `${low} ${high}`);
});

Deno.test("categories count alike in mean and interval, however many cells each has", () => {
  const [hug, kick] = makeScores(2, 24, 5);
  const cells = [hug, hug, hug, kick], options = { seed: 2, replicates: 200 };
  const once = macroAuroc([hug, kick], options), often = macroAuroc(cells, options);
  assertAlmostEquals(macroMean(cells), macroMean([hug, kick]), 1e-12);
  assertAlmostEquals(often.ci.low, once.ci.low, 1e-12);
  assertAlmostEquals(often.ci.high, once.ci.high, 1e-12);
});

Deno.test("the macro mean is the plain mean, and the interval holds it and depends on the seed alone", () => {
  const categories = makeScores(8, 60, 4);
  const { auroc: mean, ci } = macroAuroc(categories, { seed: 1 });
  const areas = categories.map(({ scores }) => {
    const of = (side: boolean) => scores.filter((s) => s.anomalous === side).map((s) => s.score);
    return auroc(of(false), of(true));
  });
  assertAlmostEquals(mean, areas.reduce((a, b) => a + b) / 8, 1e-12);
  assert(ci.low < mean && mean < ci.high);
  assertEquals(macroAuroc(categories, { seed: 1 }).ci, ci);
  assert(macroAuroc(categories, { seed: 2 }).ci.low !== ci.low);
  const shuffled = new Random(0).shuffle(categories).map(({ category, scores }) => (
    { category, scores: new Random(1).shuffle(scores) }
  ));
  assertAlmostEquals(macroAuroc(shuffled, { seed: 1 }).ci.low, ci.low, 1e-12);
});

Deno.test("four copies of one category have the interval of one, since a replicate draws the clips for all of them", () => {
  const one = makeScores(2, 80, 5)[0];
  const alone = macroAuroc([one], { seed: 1 }).ci;
  const same = macroAuroc([one, one, one, one], { seed: 1 }).ci;
  assertAlmostEquals(same.low, alone.low, 1e-12);
  assertAlmostEquals(same.high, alone.high, 1e-12);
});

Deno.test("replicates that leave a category without a normal clip skip that category", () => {
  const [all] = makeScores(2, 30, 6);
  const scores = all.scores.map((s, i) => ({ ...s, anomalous: i !== 0 }));
  const { ci, skipped } = macroAuroc([{ category: "rare", scores }], { seed: 0 });
  assert(Math.abs(skipped - Math.pow(29 / 30, 30)) < 0.05, `skipped ${skipped}`);
  assert(Number.isFinite(ci.low) && Number.isFinite(ci.high));
});

Deno.test("the macro bootstrap refuses what it cannot average", () => {
  const categories = makeScores(2, 10, 7), [one] = categories;
  assertThrows(() => macroAuroc([], { seed: 0 }), UsageError, "at least one category");
  assertThrows(() => macroAuroc(categories, { seed: 0, replicates: 0 }), UsageError, "got 0");
  const normal = one.scores.filter((s) => !s.anomalous);
  assertThrows(() => macroAuroc([{ ...one, scores: normal }], { seed: 0 }), UsageError, "0 anomalous");
  const twice = [...one.scores, one.scores[0]];
  assertThrows(
    () => macroAuroc([{ ...one, scores: twice }], { seed: 0 }),
    UsageError,
    "category 0 has a clip twice",
  );
});

Deno.test("The difference of macro means is antisymmetric, 0 for equal detectors, and its interval finds a real one", () => {
  const random = new Random(3);
  const cell = (shift: number) => ({
    category: "hug",
    scores: Array.from({ length: 200 }, (_, k) => ({
      clip: `c${k}`,
      score: random.normal(k < 100 ? 0 : shift, 1),
      anomalous: k >= 100,
    })),
  });
  const good = [cell(2)], poor = [cell(0.5)];
  const there = macroDifference(good, poor, { seed: 0 }), back = macroDifference(poor, good, { seed: 0 });
  assertAlmostEquals(there.difference, -back.difference, 1e-12);
  assertAlmostEquals(there.ci.low, -back.ci.high, 1e-12);
  assert(there.ci.low > 0);
  assertEquals(macroDifference(good, good, { seed: 0 }), { difference: 0, ci: { low: 0, high: 0 } });
  assertThrows(
    () => macroDifference(good, [{ ...cell(1), category: "kick" }], { seed: 0 }),
    UsageError,
    "different",
  );
});

Deno.test("the fraction of cells that the bootstrap skips is over all replicates and categories", () => {
  const clips = Array.from({ length: 20 }, (_, i) => `clip ${i}`);
  const rare = clips.map((clip, i) => ({ clip, score: i, anomalous: i > 0 }));
  const even = clips.map((clip, i) => ({ clip, score: i, anomalous: i > 9 }));
  const of = (...all: (typeof rare)[]) =>
    macroAuroc(all.map((scores, i) => ({ category: String(i), scores })), { seed: 0 }).skipped;
  assertAlmostEquals(of(rare, even), (of(rare) + of(even)) / 2, 1e-12);
});
