/** Plan, run, collect: what a cluster relies on. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { collectCells, collectTables, makePlan } from "../../lib/experiments/benchmark.ts";
import { readManifest, writeManifest } from "../../lib/experiments/manifest.ts";
import { lockFolder } from "../../lib/core/lock.ts";
import { RunFolder } from "../../lib/experiments/run_folder.ts";
import { cellRunner, runCells } from "../../lib/experiments/runner.ts";
import type { RunOptions } from "../../lib/experiments/workers.ts";
import { DataError, Interrupted, UsageError } from "../../lib/core/errors.ts";
import { openEngine } from "../../lib/engine/select.ts";
import { INTERX_CATEGORIES } from "../../lib/data/formats/interx/names.ts";
import { auroc, generateDataset, openDataset, syntheticDataset } from "../../mod.ts";
import { writeInterx } from "../support/write_interx.ts";
import { getSkeleton } from "../../lib/data/mod.ts";
import { runCli } from "../support/cli.ts";

const dataset = syntheticDataset({ seed: 3, clipsPerCategory: 10, categories: ["hug", "kick", "push"] });
const request = {
  tables: ["I", "III"],
  dataset,
  source: { path: "3", options: { format: "synthetic" }, treatments: [] },
  splits: ["fold:1", "fold:2"],
  seeds: [0, 1],
  preset: "tiny",
  ablated: "tiny",
  engine: "onnx-cpu",
  threads: 1,
  reading: "range",
  detectors: ["iadnet:preset=tiny,epochs=2", "knn-poses"],
} as const;

async function withPlan(work: (folder: RunFolder, run: Run) => Promise<void>) {
  const root = await Deno.makeTempDir(), manifest = makePlan(request);
  await writeManifest(root, manifest);
  const folder = new RunFolder(root, manifest);
  await work(folder, (indices, options = {}) => runCells(manifest, { folder, dataset, ...options }, indices));
  await Deno.remove(root, { recursive: true });
}

/** Runs cells of the plan. */
type Run = (indices: readonly number[], options?: RunOptions) => Promise<unknown>;

Deno.test("A plan has each cell once, one seed for what is not random, and the paper's rows in its order", () => {
  const { cells, benchmark } = makePlan({ ...request, tables: ["I", "II", "III", "IV", "V"] });
  const { tables } = benchmark!;
  const keys = cells.map(({ detector, category, split, seed }) => `${detector} ${category} ${split} ${seed}`);
  assertEquals(new Set(keys).size, keys.length);
  assertEquals(new Set(cells.filter((c) => c.detector === "knn-poses").map((c) => c.seed)), new Set([0]));
  assertEquals(tables.II?.map(({ paper }) => paper), ["Sinusoidal", "Unsync. embedding", "Sync. embedding"]);
  const [, , sync] = tables.II!, [, drem] = tables.III!, [, share] = tables.V!;
  assertEquals([drem.detector, share.detector], [sync.detector, sync.detector]);
  // 2 splits x 3 categories: Table I has 2 detectors, the ablations one base and four changed ones.
  assertEquals(cells.length, 6 * (2 + 1 + 5 * 2));
});

Deno.test("Cells that other cells ran before, in another order and process, have the same bits; finished ones are left alone", async () => {
  await withPlan(async (folder, run) => {
    const few = [0, 3, 13], isNew: boolean[] = [];
    const onResult: RunOptions["onResult"] = (_, __, now) => void isNew.push(now);
    await run(few, { onResult });
    const files = few.map((index) => folder.files(index).result);
    const first = await Promise.all(files.map((file) => Deno.readTextFile(file)));
    await run([3], { onResult });
    assertEquals(isNew, [true, true, true, false]);
    for (const file of files) await Deno.remove(file);
    for (const index of few.toReversed()) {
      const args = ["benchmark", "run", "--plan", folder.root, "--cell", String(index)];
      const { code, err } = await runCli(args);
      assertEquals([code, err.includes("has changed since")], [2, true]); // its data is not the whole of seed 3
      await run([index]);
    }
    assertEquals(await Promise.all(files.map((file) => Deno.readTextFile(file))), first);
  });
});

Deno.test("An interrupted cell goes on from its checkpoint to the same bits; a damaged result is run again", async () => {
  await withPlan(async (folder, run) => {
    await run([1]);
    const file = folder.files(1).result, whole = await Deno.readTextFile(file);
    await Deno.remove(file);
    for (let steps = 1; steps < 100; steps += 25) {
      const stop = new AbortController();
      setTimeout(() => stop.abort("SIGTERM"), steps);
      try {
        await run([1], { seconds: 0, signal: stop.signal });
        break;
      } catch (error) {
        assert(error instanceof Interrupted);
      }
    }
    await run([1]);
    assertEquals(await Deno.readTextFile(file), whole);
    assertEquals((await Array.fromAsync(Deno.readDir(`${folder.root}/checkpoints`))).length, 0);
    await Deno.writeTextFile(file, whole.replace(/\d\./, (digit) => `${(parseInt(digit) + 1) % 10}.`));
    await assertRejects(() => folder.read(1), DataError, "checksum");
    assertEquals([...(await collectCells(folder)).failed.keys()], [1]);
    await Deno.writeTextFile(folder.files(2).result, whole);
    await assertRejects(() => folder.read(2), DataError, "the result of another cell");
    await Deno.remove(folder.files(2).result);
    const warnings: string[] = [];
    await run([1], { onWarning: (message) => warnings.push(message) });
    assertStringIncludes(warnings[0], "running iadnet:preset=tiny,epochs=2");
    assertEquals(await Deno.readTextFile(file), whole);
  });
});

Deno.test("A cell that another process works on is waited for, and not run again", async () => {
  await withPlan(async (folder, run) => {
    await run([0]);
    const kept = await Deno.readTextFile(folder.files(0).result), { checkpoints } = folder.files(0);
    await Deno.remove(folder.files(0).result);
    await Deno.mkdir(checkpoints, { recursive: true });
    const lock = await lockFolder(checkpoints), warnings: string[] = [];
    const onWarning = (text: string) => {
      warnings.push(text);
      // The other process finishes the cell.
      Deno.writeTextFileSync(folder.files(0).result, kept);
      lock.release();
    };
    const failed: number[] = [], onFailure = (_: Error, index: number) => void failed.push(index);
    await run([0], { onWarning, onFailure });
    assertEquals([failed, warnings.length], [[], 1]);
    assertStringIncludes(warnings[0], "is using it: waiting for it");
    assertEquals(await Deno.readTextFile(folder.files(0).result), kept);
  });
});

Deno.test("A cell that fails says why, the others are run, and a later run mends it", async () => {
  await withPlan(async (folder, run) => {
    const engine = await openEngine("onnx-cpu", 1);
    const trainer = () => Promise.reject(new Error("out of memory"));
    const broken = cellRunner(folder.manifest, dataset, { ...engine, trainer }, { folder });
    await assertRejects(() => broken(0), Error, "out of memory");
    const { failure } = folder.files(0), why = await Deno.readTextFile(failure);
    await Deno.writeTextFile(failure, why.slice(1));
    assertStringIncludes((await collectCells(folder)).failed.get(0)!, "expected a line of checksum");
    await Deno.writeTextFile(failure, why);
    const { failed, missing, results } = await collectCells(folder);
    assertEquals([[...failed.keys()], missing.length, results.size], [
      [0],
      folder.manifest.cells.length - 1,
      0,
    ]);
    assertEquals(failed.get(0), "Error: out of memory");
    await run([0]);
    assertEquals((await collectCells(folder)).failed.size, 0);
    await engine.close();
  });
});

/** Run all cells of a plan in a folder, which is then removed, and collect them. */
async function runWhole(change: Partial<Parameters<typeof makePlan>[0]>) {
  const root = await Deno.makeTempDir(), manifest = makePlan({ ...request, ...change });
  const folder = new RunFolder(root, manifest);
  await runCells(manifest, { folder, dataset: change.dataset ?? dataset });
  const collection = await collectCells(folder);
  await Deno.remove(root, { recursive: true });
  return { manifest, collection };
}

Deno.test("Tables come from the cells: the average of a floor is the mean of its AUROCs", async () => {
  const { manifest, collection } = await runWhole({
    tables: ["I"],
    detectors: ["knn-poses", "mean-distance"],
  });
  const [{ table, comparisons }] = collectTables(manifest, collection);
  const areas = [...collection.results.values()].filter(({ cell }) => cell.detector === "knn-poses")
    .map(({ scores, anomalous }) =>
      auroc(scores.filter((_, i) => !anomalous[i]), scores.filter((_, i) => anomalous[i]))
    );
  const average = table.rows[0].figures.at(-1)!.value;
  assertEquals(table.rows.map(({ method }) => method), ["knn-poses", "mean-distance"]);
  assert(Math.abs(average - areas.reduce((a, b) => a + b) / areas.length) < 1e-12);
  assertEquals(comparisons.length, 0); // there is no IADNet to compare with
});

Deno.test("The command line plans, runs by parts, collects, and says what is missing", async () => {
  const root = await Deno.makeTempDir(), plan = `${root}/plan`;
  const planned = await runCli([
    ...["benchmark", "plan", "--table", "III,IV", "--data", "0", "--format", "synthetic", "--preset", "tiny"],
    ...["--seeds", "0", "--splits", "fold:1", "--category", "hug,kick", "--out", plan, "--quiet"],
  ]);
  assertEquals([planned.code, planned.err], [0, ""]);
  assert(/\nTime: about \d.* with one worker, .* cell 0 \(iadnet/.test(planned.out), planned.out);
  assertEquals((await readManifest(plan)).cells.length, 4);
  assertEquals((await runCli(["benchmark", "run", "--plan", plan, "--part", "2/2"])).code, 0);
  const half = await runCli(["benchmark", "collect", "--plan", plan]);
  assertEquals([half.code, half.out.includes("Missing: cells 0,2")], [1, true]);
  assertEquals((await runCli(["benchmark", "run", "--plan", plan, "--workers", "2"])).code, 0);
  const whole = await runCli(["benchmark", "collect", "--plan", plan]);
  assertEquals(whole.code, 0);
  for (const name of ["table-III.md", "table-III.tex", "table-IV.json"]) {
    assert((await Deno.readTextFile(`${plan}/${name}`)).length > 100);
  }
  const wrong: string[][] = [
    ["plan", "--table", "VI", "--data", "0", "--format", "synthetic", "--out", `${root}/x`],
    [
      "plan",
      "--table",
      "I",
      "--detectors",
      "oracle",
      "--data",
      "0",
      "--format",
      "synthetic",
      "--out",
      `${root}/x`,
    ],
    ["run", "--plan", plan, "--cell", "4"],
    ["run", "--plan", plan, "--part", "3/2"],
    ["run", "--plan", `${root}/none`],
    ["believe"],
  ];
  for (const args of wrong) {
    const { code, err } = await runCli(["benchmark", ...args]);
    assertEquals([code, /^(Usage|Data)Error: Cannot /m.test(err)], [2, true], err);
  }
  await assertRejects(() => readManifest(`${root}/none`), DataError, "Cannot open");
  assertRejects(
    () => Promise.resolve().then(() => makePlan({ ...request, categories: ["chess"] })),
    UsageError,
  );
  await Deno.remove(root, { recursive: true });
});

/** A small Inter-X tree: 40 categories, each with training and test clips, made of the synthetic interactions. */
async function writeTree(root: string, each: number): Promise<void> {
  const kinds = ["hug", "kick", "wave", "push", "pull"], skeleton = getSkeleton("interx64");
  const clips = INTERX_CATEGORIES.flatMap(([category], i) =>
    generateDataset({ seed: i, clipsPerCategory: each, categories: [kinds[i % 5]], skeleton, fps: 120 })
      .map((clip) => ({ ...clip, category }))
  );
  const order = new Map(clips.map((clip, i) => [clip, i]));
  await writeInterx(root, clips, { list: (clip) => order.get(clip)! % 2 === 0 ? "train" : "test" });
}

Deno.test("On an Inter-X tree, Table I has the paper's 40 columns in its order, with its figures beside the rows it has", async () => {
  const root = await Deno.makeTempDir();
  await writeTree(root, 4);
  const data = await openDataset(root, { format: "interx", every: 4 });
  const { manifest, collection } = await runWhole({
    tables: ["I"],
    dataset: data,
    splits: ["paper"],
    seeds: [0],
    detectors: ["iadnet:preset=tiny,epochs=1", "mean-distance"],
  });
  assertEquals(manifest.cells.length, 40 * 2);
  const [{ table }] = collectTables(manifest, collection);
  assertEquals(
    table.columns.map(({ head }) => head),
    [...INTERX_CATEGORIES.map(([, head]) => head), "Avg."],
  );
  const [iadnet, floor] = table.rows;
  assertEquals([iadnet.paper?.[0], iadnet.paper?.at(-1), floor.paper], [0.796, 0.707, undefined]);
  assertEquals(iadnet.figures.map((figure) => figure?.seeds), Array(41).fill(1));
  await Deno.remove(root, { recursive: true });
});
