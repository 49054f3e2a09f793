import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { personRows } from "../../lib/experiments/benchmark.ts";
import { comparisonTable } from "../../lib/experiments/tables/comparison_table.ts";
import { displacementTable, gainsBySeed } from "../../lib/experiments/tables/displacement_table.ts";
import { paperColumns, paperRows } from "../../lib/experiments/tables/paper.ts";
import { renderTable } from "../../lib/experiments/tables/render_table.ts";
import type { MeasuredRow, TableContext } from "../../lib/experiments/tables/table.ts";
import { UsageError } from "../../lib/core/errors.ts";
import { auroc } from "../../lib/metrics/auroc.ts";
import { type CellScores, scorePair } from "../../lib/metrics/cells.ts";
import { oracleMaxChance } from "../../lib/metrics/chance.ts";
import { delong } from "../../lib/metrics/delong.ts";
import { pairedDelong } from "../support/metrics.ts";
import { seedSpread } from "../../lib/metrics/seeds.ts";
import { Random } from "../../lib/core/random.ts";
import { makeCells } from "../support/cells.ts";

const context: TableContext = {
  dataset: "sbu",
  clips: 99,
  preset: "tiny",
  engine: "onnx-cpu",
  replicates: 50,
};
const interx: TableContext = { ...context, dataset: "interx" };
const INTERX = paperColumns("interx").map(([category]) => category);
const area = (cell: CellScores) => {
  const { normal, anomalous } = scorePair(cell);
  return auroc(normal, anomalous);
};
const close = (a: number, b: number) => assertAlmostEquals(a, b, 1e-12);

/** One row a method of Table I on Inter-X, each as good as chance. */
function interxRows(): MeasuredRow[] {
  const random = new Random(1), cells = () => makeCells({ random, categories: INTERX });
  return [
    ...personRows({ method: "STG-NF", cells: cells(), paper: "STG-NF" }, cells(), cells()),
    { method: "IADNet", cells: cells(), paper: "IADNet" },
  ];
}

Deno.test("figures of a table are the AUROCs, DeLong's intervals and the macro mean with its bootstrap", () => {
  const random = new Random(2), cells = makeCells({ random, seeds: [0, 1], splits: ["fold:1", "fold:2"] });
  const { columns, rows: [row] } = comparisonTable("I", [{ method: "a", cells }], context);
  assertEquals(columns.map(({ key }) => key), ["hug", "kick", "push", "wave", "average"]);
  columns.slice(0, 4).forEach(({ key }, i) => {
    const own = cells.filter(({ category }) => category === key).map(area);
    close(row.figures[i]!.value, own.reduce((a, b) => a + b) / 4);
    assertEquals(row.figures[i]!.seeds, 2);
  });
  const spread = seedSpread(cells, { seed: 0, replicates: 50 }), average = row.figures[4]!;
  assertEquals(average, {
    value: spread.auroc,
    ci: [spread.ci.low, spread.ci.high],
    seeds: 2,
    seedSd: spread.seedSd,
  });
  const single = makeCells({ random }), [hug] = single, pair = scorePair(hug);
  const figure = comparisonTable("I", [{ method: "a", cells: single }], context).rows[0].figures[0]!;
  const { ci } = delong(pair.normal, pair.anomalous);
  assertEquals(figure, { value: area(hug), ci: [ci.low, ci.high], seeds: 1 });
});

Deno.test("groups of clips are drawn together where they are given", () => {
  const random = new Random(3), cells = makeCells({ random, shift: 0.5 });
  const groups = Object.fromEntries(cells[0].scores.map(({ clip }) => [clip, clip.slice(-1)]));
  const [one, two] = [context, { ...context, groups }].map((own) =>
    comparisonTable("I", [{ method: "a", cells }], own)
  );
  const groupOf = (clip: string) => clip.slice(-1);
  const { ci } = seedSpread(cells, { seed: 0, replicates: 50, groupOf });
  assertEquals(two.rows[0].figures[4]!.ci, [ci.low, ci.high]);
  assert(one.rows[0].figures[4]!.ci![0] !== ci.low);
  assert(
    one.caption.join().includes("50 draws of clips") && two.caption.join().includes("50 draws of groups"),
  );
});

Deno.test("the max row takes the better AUROC of each cell, is marked, and has its own chance level", () => {
  const random = new Random(4), seeds = [0, 1];
  const p1 = makeCells({ random, seeds }),
    p2 = makeCells({ random, seeds }),
    mean = makeCells({ random, seeds });
  const table = comparisonTable("I", personRows({ method: "x", cells: mean }, p1, p2), context);
  assertEquals(table.rows.map(({ method }) => method), ["x P1", "x P2", "x mean", "x max"]);
  const best = table.rows[3];
  assertEquals(table.rows.map(({ chosenByLabels }) => chosenByLabels), [false, false, false, true]);
  ["hug", "kick", "push", "wave"].forEach((category, i) => {
    const own = p1.map((cell, k) => [cell, p2[k]]).filter(([cell]) => cell.category === category);
    close(best.figures[i]!.value, own.reduce((sum, [a, b]) => sum + Math.max(area(a), area(b)), 0) / 2);
  });
  close(best.chance!, oracleMaxChance(6, 18));
  assertEquals(table.rows[0].chance, 0.5);
  const words = table.caption.join(" ");
  assert(
    words.includes("Chance level 0.500") && words.includes(`${oracleMaxChance(6, 18).toFixed(3)} for rows`),
  );
  assert(words.includes("chosen by test labels"));
  assert(renderTable(table, "markdown").includes("| x max \\* (2 seeds) |"));
  assertThrows(
    () => comparisonTable("I", [{ method: "x", cells: p1, oracle: p2.slice(1) }], context),
    UsageError,
    "two models of x",
  );
});

Deno.test("on Inter-X the paper's figures stand below ours, column by column, in the paper's order", () => {
  const table = comparisonTable("I", interxRows(), interx);
  assertEquals(table.columns.map(({ head }) => head), [
    ...paperColumns("interx").map(([, head]) => head),
    "Avg.",
  ]);
  assertEquals(table.rows.map(({ paper }) => paper?.length), [undefined, undefined, undefined, 41, 41]);
  const [stg, , , iadnet] = paperRows("I", "interx");
  assertEquals(table.rows[3].paper, [...stg.values.values(), 0.512]);
  assertEquals(table.rows[4].paper, [...iadnet.values.values(), 0.707]);

  const lines = renderTable(table, "markdown").split("\n").filter((line) => line.startsWith("|"));
  assertEquals(
    lines.length,
    4 * (2 + 5 + 2),
    "four blocks of a head, a rule, five rows and two of the paper",
  );
  const paper = lines.filter((line) => line.startsWith("| *IADNet, paper* |"));
  const printed = paper.flatMap((line) =>
    line.split("|").slice(2, -1).map((cell) => cell.trim().slice(1, -1))
  );
  assertEquals(printed, [...iadnet.values.values(), 0.707].map((value) => value.toFixed(3)));
  assertEquals(lines.map((line) => line.split("|").length - 3), Array(27).fill(10).concat(Array(9).fill(11)));
});

Deno.test("a figure that is not legible in the paper is a dash, and so is one that was not measured", () => {
  const columns = paperColumns("ntu120").map(([category]) => category).slice(0, 4), random = new Random(5);
  const all = makeCells({ random, categories: columns }),
    part = all.filter((cell) => cell.category !== "kick");
  const table = comparisonTable("I", [
    { method: "whole", cells: all, paper: "IADNet" },
    { method: "part", cells: part },
  ], { ...context, dataset: "ntu120", categories: columns });
  assertEquals(table.rows[0].paper, [0.593, 0.611, 0.661, null, 0.676]);
  assertEquals(table.rows[1].figures.map((figure) => figure === null), [false, true, false, false, true]);
  const markdown = renderTable(table, "markdown");
  assert(markdown.includes("| *0.661* | - | *0.676* |"), markdown);
  assert(/\| part \(1 seed\) \| 0\.\d{3} \[.*\] \| - \|.*\| - \|\n/.test(markdown), markdown);
});

Deno.test("tables II, III and V have the paper's rows on Inter-X and none elsewhere, and Table V the average alone", () => {
  const random = new Random(6), cells = makeCells({ random, categories: INTERX });
  for (const name of ["II", "III", "V"] as const) {
    const rows = paperRows(name, "interx").map(({ method }) => ({ method, cells, paper: method }));
    const table = comparisonTable(name, rows, interx);
    assertEquals(
      table.rows.map(({ paper }) => paper!.at(-1)),
      paperRows(name, "interx").map((r) => r.average),
    );
    assertEquals(table.columns.length, name === "V" ? 1 : 41);
    const sbu = comparisonTable(name, rows, context);
    assert(sbu.rows.every(({ paper }) => paper === undefined));
    assert(sbu.caption.at(-1)!.includes("no such figures"));
    assertEquals(sbu.rows[0].figures.at(-1), table.rows[0].figures.at(-1));
  }
});

Deno.test("the caption has chance, seeds, splits, preset, engine and numbers of clips", () => {
  const cells = makeCells({ random: new Random(7), seeds: [4, 2], splits: ["fold:1", "fold:3"] });
  const words = comparisonTable("I", [{ method: "a", cells }], context).caption.join(" ");
  for (
    const said of [
      "Chance level 0.500",
      "seeds 2, 4",
      "splits fold:1, fold:3",
      "preset tiny",
      "engine onnx-cpu",
      "sbu: 99 clips, 48 of them tested",
    ]
  ) assert(words.includes(said), `${said} is not in: ${words}`);
});

Deno.test("rows that cannot stand side by side are refused", () => {
  const random = new Random(8), cells = makeCells({ random });
  const table = (rows: MeasuredRow[], own = context) => comparisonTable("I", rows, own);
  const a = { method: "a", cells };
  assertThrows(() => table([]), UsageError, "no row");
  assertThrows(() => table([{ method: "a", cells: [] }]), UsageError, "a has no cell");
  const folds = makeCells({ random, splits: ["fold:1", "fold:2"] });
  assertThrows(() => table([a, { method: "b", cells: folds }]), UsageError, "of hug, split fold:2");
  assertThrows(() => table([{ method: "b", cells: folds }, a]), UsageError, "of hug, split fold:2");
  const fewer = cells.map((cell) => ({ ...cell, scores: cell.scores.slice(1) }));
  assertThrows(
    () => table([a, { method: "b", cells: fewer }]),
    UsageError,
    "b and a differ in the test clips",
  );
  assertThrows(() => table([a], { ...context, categories: ["hug"] }), UsageError, "kick is not among");
  assertThrows(() => table([{ ...a, paper: "GAN" }], interx), UsageError, "no row GAN");
  const broken = cells.map((cell) => ({ ...cell, scores: cell.scores.map((s) => ({ ...s, score: NaN })) }));
  assertThrows(() => table([{ method: "a", cells: broken }]), UsageError, "NaN");
});

Deno.test("Table IV has displacement, AUROC and gain, the largest displacement first, and their correlation", () => {
  const random = new Random(9), seeds = [0, 1], categories = ["imitate", "dance", "hug", "fly-kiss"];
  const strong = makeCells({ random, seeds, categories, shift: 2 });
  const weak = makeCells({ random, seeds, categories });
  const dsp = new Map([["imitate", 2], ["dance", 1.5], ["hug", 0.5], ["fly-kiss", 1]]);
  const input = { without: { method: "without", cells: weak }, with: { method: "with", cells: strong } };
  const own = { ...interx, categories };
  const table = displacementTable({ ...input, dsp, reading: "range", detector: "iadnet" }, own);
  assertEquals(table.rows.map(({ method }) => method), ["Imitate", "Dance", "Fly kiss", "Hug"]);
  assertEquals(table.rows.map(({ figures }) => figures[0]!.value), [2, 1.5, 1, 0.5]);
  const mean = (cells: CellScores[], category: string) =>
    cells.filter((cell) => cell.category === category).reduce((sum, cell) => sum + area(cell) / 2, 0);
  const dance = table.rows[1].figures;
  close(dance[1]!.value, mean(strong, "dance"));
  close(dance[2]!.value, mean(strong, "dance") - mean(weak, "dance"));
  assert(dance[2]!.ci![0] < dance[2]!.value && dance[2]!.value < dance[2]!.ci![1]);
  assertEquals(table.rows.map(({ paper }) => paper), [
    [7.13, 0.585, 0.172],
    [5.65, 0.718, 0.163],
    [4.5, 0.695, 0.008],
    [null, 0.796, 0.083],
  ]);
  assert(table.caption.some((line) => line.startsWith("Correlation of dsp with gain over 4 categories")));
  const markdown = renderTable(table, "markdown");
  assert(/\| Imitate \(2 seeds\) \| 2\.00 \| 0\.\d{3} \[/.test(markdown), markdown);
  assert(markdown.includes("| *Fly kiss, paper* | *4.50* | *0.695* | *+0.008* |"), markdown);
  assertThrows(
    () => displacementTable({ ...input, dsp: new Map(), reading: "range", detector: "iadnet" }, own),
    UsageError,
    "imitate has no displacement",
  );

  const one = strong.filter(({ seed }) => seed === 0), two = weak.filter(({ seed }) => seed === 0);
  const { gains } = gainsBySeed(one, two);
  const pairs = one.map((cell, i) => pairedDelong(scorePair(cell), scorePair(two[i])));
  gains[0].forEach((gain, i) => close(gain, pairs[i].difference));
});

Deno.test("LaTeX has one booktabs table with as many cells in every line, and escapes what LaTeX reads", () => {
  const rows = [...interxRows(), {
    method: "50 %_of #1 & {co}\\",
    note: "a~b^c|<>",
    cells: interxRows()[0].cells,
  }];
  const latex = renderTable(comparisonTable("I", rows, { ...interx, engine: "x_y" }), "latex");
  const body = latex.slice(latex.indexOf("\\toprule"), latex.indexOf("\\bottomrule")).split("\n");
  const lines = body.filter((line) => line.endsWith("\\\\"));
  assertEquals(lines.length, 4 * (1 + 6 + 2));
  const cells = (line: string) => line.replaceAll("\\&", "").split("&").length;
  assertEquals(new Set(lines.map(cells)), new Set([12]));
  assertEquals(/\\begin\{tabular\}\{(l(c+))\}/.exec(latex)![1].length, 12);
  assertEquals(body.filter((line) => line === "\\midrule").length, 4 + 3);
  assert(latex.includes("50 \\%\\_of \\#1 \\& \\{co\\}\\textbackslash{}"));
  assert(latex.includes("a\\textasciitilde{}b\\textasciicircum{}c\\textbar{}\\textless{}\\textgreater{}"));
  assert(latex.includes("engine x\\_y"));
  assert(!/(^|[^\\])[%#]/m.test(latex.replace(/^% Needs .*/, "")), "an unescaped sign");
  const plain = latex.replace(/\\[{}]/g, "");
  assertEquals(plain.split("{").length, plain.split("}").length);
  assert([...latex].every((sign) => sign.charCodeAt(0) < 128), "ASCII alone");
});

Deno.test("Markdown escapes what Markdown reads, and JSON is the table", () => {
  const cells = makeCells({ random: new Random(10) });
  const table = comparisonTable("I", [{ method: "a|b_c*d", note: "x\ny", cells }], context);
  assert(renderTable(table, "markdown").includes("| a\\|b\\_c\\*d (x y, 1 seed) |"));
  assertEquals(JSON.parse(renderTable(table, "json")), table);
});
