import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { type CellResult, cellScores, setScores } from "../../lib/experiments/cell.ts";
import { clipEstimator, DRAW_ESTIMATOR, estimate, replicate } from "../../lib/experiments/estimators.ts";
import {
  renderScoreTable,
  type ScoreFigure,
  setTable,
  shotTable,
} from "../../lib/experiments/score_table.ts";
import { cellAuroc } from "../../lib/metrics/cells.ts";
import { matchCells } from "../../lib/metrics/comparison.ts";
import { macroAuroc, macroDifference } from "../../lib/metrics/macro.ts";
import { mean } from "../../lib/metrics/statistics.ts";

const CATEGORIES = ["hug", "kick", "wave"], DETECTORS = ["learned", "floor"];
const random = new Random(0);

/** A cell with two test sets that share their four normal clips; `kick` has the first set only. */
function cellOf(detector: string, category: string, seed: number, shift: number): CellResult {
  const clips = ["a", "b", "c", "d"].flatMap((name, k) => [
    `${category}/${name}`,
    `${category}/${name}~late`,
    ...(k < 3 ? [`${category}/${name}~far`] : []),
  ]);
  const anomalous = clips.map((clip) => Number(clip.includes("~")));
  const of = (what: string) => [...clips.keys()].filter((i) => !anomalous[i] || clips[i].endsWith(what));
  return {
    cell: { detector, category, split: "fold:1", seed },
    clips,
    anomalous,
    scores: anomalous.map((label) => random.normal(shift * label)),
    sets: { late: of("late"), ...(category !== "kick" && { far: of("far") }) },
    warnings: [],
  };
}

const results = [
  ...[0, 1].flatMap((seed) => CATEGORIES.map((category) => cellOf("learned", category, seed, 2))),
  ...CATEGORIES.map((category) => cellOf("floor", category, 0, 1)),
];
const clip = (id: string) => id.split("~")[0], group = (id: string) => `group ${clip(id).at(-1)! < "c"}`;

const setCells = (detector: string, set: string) =>
  results.filter(({ cell }) => cell.detector === detector).flatMap((result) =>
    setScores(result).flatMap(([name, cell]) => name === set ? [cell] : [])
  );

Deno.test("Columns of a set table are macro means and paired differences of that set; the last is the mean over all", () => {
  const table = setTable(DETECTORS, ["none", "late", "far"], results, clipEstimator("test clips", clip));
  assertEquals(table.columns, ["late", "far", "mean"]);
  assertEquals(table.clips, { late: { normal: 12, anomalous: 12 }, far: { normal: 8, anomalous: 6 } });
  const [learned, floor] = table.rows.map(({ figures }) => figures as Record<string, ScoreFigure>);
  for (const set of ["late", "far"]) {
    const one = setCells("learned", set), two = setCells("floor", set);
    assertAlmostEquals(learned[set].value, macroAuroc(one, { seed: 0 }).auroc, 1e-12);
    const { difference } = macroDifference(...matchCells(one, two), { seed: 0 });
    assertAlmostEquals(floor[set].difference!.value, difference, 1e-12);
    const [low, high] = floor[set].difference!.ci!;
    assert(low <= difference && difference <= high);
    assertEquals([learned[set].seeds?.length, floor[set].seeds, learned[set].difference], [
      2,
      undefined,
      undefined,
    ]);
    assertAlmostEquals(mean(Object.values(floor[set].categories)), floor[set].value, 1e-12);
  }
  const all = ["late", "far"].flatMap((set) => setCells("floor", set)).map(cellAuroc);
  assertEquals(all.length, 5);
  assertAlmostEquals(floor.mean.value, mean(all), 1e-12);
  const text = renderScoreTable(table);
  assertStringIncludes(text, `| floor | ${floor.late.value.toFixed(3)} (${floor.late.ci![0].toFixed(3)}, `);
  assertStringIncludes(text, "| normal and anomalous test clips | 12 + 12 | 8 + 6 |  |");
});

Deno.test("Replicates of many lists at once are those of one list or pair by itself", () => {
  const lists = DETECTORS.map((detector) => setCells(detector, "late"));
  const [one, two] = replicate(lists, clipEstimator("", clip));
  const { ci } = macroAuroc(lists[0], { seed: 0, groupOf: clip });
  assertEquals(estimate(one).ci, [ci.low, ci.high]);
  const apart = macroDifference(...matchCells(lists[0], lists[1]), { seed: 0, groupOf: clip });
  const { value, ci: gap } = estimate(one, two);
  assertAlmostEquals(value, apart.difference, 1e-12);
  assertAlmostEquals(gap![0], apart.ci.low, 1e-12);
  assertAlmostEquals(gap![1], apart.ci.high, 1e-12);
});

Deno.test("With clips and groups, an interval holds that of either; cells in another order change nothing", () => {
  const lists = [setCells("learned", "late")];
  const interval = (...units: ((clip: string) => string)[]) =>
    estimate(replicate(lists, clipEstimator("", ...units))[0]).ci!;
  const [a, b, both] = [interval(clip), interval(group), interval(clip, group)];
  assertEquals(both, [Math.min(a[0], b[0]), Math.max(a[1], b[1])]);
  const table = (own: readonly CellResult[]) =>
    setTable(DETECTORS, ["late", "far"], own, clipEstimator("", clip, group));
  const [plain, turned] = [table(results), table(results.toReversed())];
  const values = ({ rows }: typeof plain) =>
    rows.map(({ figures }) =>
      Object.values(figures as Record<string, ScoreFigure>).map(({ value }) => value)
    );
  values(plain).flat().forEach((value, i) => assertAlmostEquals(value, values(turned).flat()[i], 1e-12));
});

Deno.test("A shot table has a column per number of clips, and a reason where a detector refuses", () => {
  const shotsOf = (shots: number) =>
    results.flatMap((result): CellResult[] => {
      const own = { ...result, cell: { ...result.cell, shots }, sets: undefined };
      if (result.cell.detector !== "floor") return [own];
      return [0, 1].map((seed) => ({
        ...own,
        cell: { ...own.cell, seed },
        ...(shots === 1 && { scores: [], refused: "Cannot fit: too few" }),
      }));
    });
  const table = shotTable(DETECTORS, [1, 4].flatMap(shotsOf), DRAW_ESTIMATOR);
  assertEquals(table.columns, ["1 clip", "4 clips"]);
  const [learned, floor] = table.rows.map(({ figures }) => figures);
  assertEquals(floor["1 clip"], { refused: "Cannot fit: too few" });
  const aurocs = (detector: string) =>
    results.filter(({ cell }) => cell.detector === detector).map((result) => cellAuroc(cellScores(result)));
  const { value, ci } = learned["4 clips"] as ScoreFigure;
  assertAlmostEquals(value, mean(aurocs("learned")), 1e-12);
  assert(ci![0] < value && value < ci![1]);
  const { difference } = floor["4 clips"] as ScoreFigure;
  assertAlmostEquals(difference!.value, value - mean(aurocs("floor")), 1e-12);
  const text = renderScoreTable(table);
  assertStringIncludes(text, "| floor | - | ");
  assertStringIncludes(text, "No figure of floor at 1 clip: Cannot fit: too few");
  assertEquals(estimate(replicate([[cellScores(results[0])]], DRAW_ESTIMATOR)[0]).ci, undefined);
});
