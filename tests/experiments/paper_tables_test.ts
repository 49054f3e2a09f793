/** The paper's tables from runs: what each needs, and what is said where it is missing. */
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { generateDataset } from "../../lib/data/synthetic/mod.ts";
import { type PaperTable, tablesOfRuns } from "../../lib/experiments/paper_tables.ts";
import type { Results } from "../../lib/experiments/results.ts";
import type { BenchmarkTable } from "../../lib/experiments/tables/table.ts";
import { categoryDisplacement } from "../../lib/metrics/displacement.ts";
import { tableCsv } from "../../lib/report/table_csv.ts";
import { makeCells } from "../support/cells.ts";
import { randomResults } from "../support/plots_fixtures.ts";

const CATEGORIES = ["hug", "kick", "push", "wave"];

/** A run of a detector on the same clips as other runs, with random scores. */
function runOf(detector: string, random: Random, change: Partial<Results> = {}): Results {
  const run = randomResults(0, { categories: CATEGORIES }),
    cells = makeCells({ random, categories: CATEGORIES });
  const categories = run.categories.map((own, i) => ({ ...own, scores: cells[i].scores }));
  return { ...run, detector, categories, ...change };
}

const found = (tables: readonly PaperTable[]) =>
  tables.filter((own) => "table" in own).map(({ name }) => name);
const whyOf = (tables: readonly PaperTable[], name: string) => {
  const own = tables.find((own) => own.name === name)!;
  return "why" in own ? own.why : "";
};
const tableOf = (tables: readonly PaperTable[], name: string): BenchmarkTable => {
  const own = tables.find((own) => own.name === name)!;
  assert("table" in own, "why" in own ? own.why : "");
  return own.table;
};

Deno.test("Runs give the tables whose rows they have, and name the detectors that the others lack", () => {
  const random = new Random(1),
    clips = generateDataset({ seed: 0, clipsPerCategory: 2, categories: CATEGORIES });
  const base = "iadnet:preset=tiny", own = runOf(base, random);
  const alone = tablesOfRuns([own], clips);
  assertEquals(alone.map(({ name }) => name), ["I", "II", "III", "IV", "V"]);
  assertEquals(found(alone), ["I"]);
  assert(whyOf(alone, "III").startsWith(`no run of ${base},drem=false; benchmark plan --table III`));
  assert(whyOf(alone, "II").includes(`${base},position=sinusoidal nor of ${base},position=unsync`));

  const without = runOf("iadnet:drem=false,preset=tiny", random); // the options in another order
  const two = tablesOfRuns([own, without], clips);
  assertEquals(found(two), ["I", "III", "IV"]);
  assertEquals(tableOf(two, "III").rows.map(({ method }) => method), ["w/o DREM", "w. DREM"]);
  assertEquals(tableOf(two, "I").rows.map(({ method }) => method), [base, "iadnet:drem=false,preset=tiny"]);
  const dsp = categoryDisplacement(clips), rows = tableOf(two, "IV").rows;
  assertEquals(rows.map(({ figures }) => figures[0]!.value), [...dsp.values()].sort((a, b) => b - a));
  const closed = tablesOfRuns([own, without], "The data is gone");
  assertEquals(found(closed), ["I", "III"]);
  assert(whyOf(closed, "IV").endsWith("need the clips. The data is gone"));

  const all = ["share=false", "position=sinusoidal", "position=unsync"].map((change) =>
    runOf(`${base},${change}`, random)
  );
  assertEquals(found(tablesOfRuns([own, without, ...all], clips)), ["I", "II", "III", "IV", "V"]);
});

Deno.test("A preset without encoders of its own for the ablations is not asked for them", () => {
  const why = whyOf(tablesOfRuns([runOf("iadnet", new Random(2))], ""), "III");
  assert(why.includes("preset=paper-pretrained") && !why.includes("preset=default"), why);
});

Deno.test("Seeds of one detector are one row, and runs on other test clips are refused with a reason", () => {
  const random = new Random(3),
    first = runOf("knn-poses", random),
    second = runOf("knn-poses", random, { seed: 1 });
  const [row, ...others] = tableOf(tablesOfRuns([first, second, first], ""), "I").rows;
  assertEquals([others.length, row.figures.at(-1)!.seeds], [0, 2]);
  const other = {
    ...runOf("mean-distance", random),
    categories: randomResults(9, { categories: CATEGORIES }).categories,
  };
  assert(whyOf(tablesOfRuns([first, other], ""), "I").includes("differ in the test clips of hug"));
  assert(whyOf(tablesOfRuns([runOf("mine", random)], ""), "I").includes("mine"));
});

Deno.test("The paper's figures, which are of the better of two models, do not stand beside the mean of both", () => {
  const interx = { ...randomResults(0).data, format: "interx" };
  const runs = ["stg-nf", "iadnet"].map((detector) => runOf(detector, new Random(4), { data: interx }));
  const { rows } = tableOf(tablesOfRuns(runs, ""), "I");
  assertEquals(rows.map(({ method, paper }) => [method, paper?.[0]]), [["STG-NF mean", undefined], [
    "IADNet",
    0.796,
  ]]);
});

Deno.test("CSV has a line for each value, with all its digits, and no formula", () => {
  const runs = [runOf("knn-poses", new Random(5))], table = tableOf(tablesOfRuns(runs, ""), "I");
  const [head, ...lines] = tableCsv({
    ...table,
    columns: [{ ...table.columns[0], key: '=1+"1"' }, ...table.columns.slice(1)],
  })
    .trimEnd().split("\r\n");
  assertEquals(head, "row,note,chosen_by_labels,column,value,low,high,seeds,seed_sd,paper");
  assertEquals(lines.length, CATEGORIES.length + 1);
  const { value, ci } = table.rows[0].figures[0]!;
  assertEquals(lines[0], `knn-poses,floor,false,"'=1+""1""",${value},${ci![0]},${ci![1]},1,,`);
});
