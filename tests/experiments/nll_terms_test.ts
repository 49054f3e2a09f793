import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { generateDataset } from "../../mod.ts";
import { type CellResult, makeCells } from "../../lib/experiments/cell.ts";
import { summarise } from "../../lib/experiments/results.ts";
import { resultsTable } from "../../lib/experiments/tables/results_table.ts";
import { cellRunner } from "../../lib/experiments/runner.ts";
import type { Dataset } from "../../lib/data/dataset.ts";
import { splitDataset } from "../../lib/data/split.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { openEngine } from "../../lib/engine/select.ts";

const CATEGORIES = ["hug", "kick"];
const dataset: Dataset = {
  format: "synthetic",
  clips: generateDataset({ seed: 0, clipsPerCategory: 6, categories: CATEGORIES, groups: 3 }),
  categories: CATEGORIES,
  folds: new Map(),
  hash: "0",
  skipped: [],
};

/** Results of one detector, and its cells. */
async function resultsOf(detector: string, engine: Engine) {
  const name = "group:0.34", split = splitDataset(dataset, name, 0);
  const cells = makeCells({ dataset, detectors: [detector], splits: [name], splitSeed: 0, seeds: [0] });
  const run = cellRunner({ cells, splitSeed: 0, models: undefined }, dataset, engine, {});
  const done: CellResult[] = [];
  for (const index of cells.keys()) done.push(await run(index));
  return { done, results: summarise({ detector, engine: engine.name, seed: 0, dataset, split }, done) };
}

Deno.test("A joint preset's results have the AUROC of each term of the NLL; a frozen one's have none", async () => {
  const engine = await openEngine("onnx-cpu", 1), small = "embedding=8,units=1,heads=2,frames=6,epochs=1";
  const { done, results } = await resultsOf(`iadnet:preset=paper,${small},features=4`, engine);
  for (const { scores, parts } of done) {
    const constants = scores.map((score, i) => score - parts!.quadratic[i] - parts!.determinant[i]);
    for (const value of constants) assert(Math.abs(value - constants[0]) < 1e-3);
  }
  for (const { parts } of results.categories) {
    for (const value of [parts!.quadratic, parts!.determinant]) assert(value >= 0 && value <= 1);
  }
  const [, , head, , first] = resultsTable(results).split("\n");
  assertStringIncludes(head, "| of -log det |");
  assertEquals(first.split(" | ").length, head.split(" | ").length);
  const frozen = await resultsOf(`iadnet:preset=tiny,${small}`, engine);
  assertEquals(frozen.results.categories.map(({ parts }) => parts), [undefined, undefined]);
  assert(!resultsTable(frozen.results).includes("log det"));
  await engine.close();
});
