/** `benchmark`: plan the cells of the paper's tables, run them on any number of machines, collect the tables. */
import { DataError, IadnetError, UsageError } from "../core/errors.ts";
import { exists, makeFolder, writeFileAtomic } from "../core/files.ts";
import { stopOnSignals } from "../core/signals.ts";
import type { Dataset } from "../data/dataset.ts";
import { expandSplit } from "../data/split.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { warnOfSplits } from "./splits.ts";
import { getPreset } from "../detectors/iadnet/presets.ts";
import { listDetectors } from "../detectors/registry.ts";
import { nameOf } from "../experiments/cell.ts";
import { collectCells, collectTables, makePlan, type NamedComparison } from "../experiments/benchmark.ts";
import { readManifest, type RunManifest, writeManifest } from "../experiments/manifest.ts";
import { RunFolder } from "../experiments/run_folder.ts";
import { runCells } from "../experiments/runner.ts";
import { renderTable } from "../experiments/tables/render_table.ts";
import { ranges } from "../experiments/ranges.ts";
import { type BenchmarkTable, type TableName, TABLES } from "../experiments/tables/table.ts";
import { DISPLACEMENT_READINGS } from "../metrics/displacement.ts";
import { workerCommand } from "./confine.ts";
import { DATA_FLAGS, DATA_OPTIONS, ENGINE_OPTIONS, engineOf, openData, sourceOf } from "./data.ts";
import { engineName, seedsOf } from "./experiment.ts";
import { writeTable } from "./tables.ts";
import { datedOut } from "./default_out.ts";
import { CellProgress } from "./cell_progress.ts";
import { timeLikeOne, timeOfEach } from "./plan_time.ts";
import { stage } from "./progress.ts";
import { note, warn } from "./stderr.ts";
import { print, printNext, quoted } from "./stdout.ts";
import type { Options, Start, VerbGroup } from "./verb.ts";

/** Plan, run and collect the cells of the paper's tables. */
export const benchmark: VerbGroup = {
  description: DESCRIPTIONS.benchmark,
  actions: {
    plan: {
      description: "Write the plan of some tables",
      example: "--table I --data ../shared/data/sbu --format sbu --seeds 0",
      options: {
        values: {
          table: `${TABLES.join(", ")}, or all; several separated by commas`,
          ...DATA_OPTIONS,
          splits: "splits, separated by semicolons (the data set's first, or its folds)",
          seeds: "seeds, separated by commas (0,1,2,3,4)",
          preset: "preset of IADNet's rows (default in Table I, paper-pretrained in the others)",
          detectors: "Table I: only these detectors, separated by semicolons",
          category: "only these categories, separated by commas (all)",
          displacement: `Table IV: ${DISPLACEMENT_READINGS.join(", ")} (path)`,
          ...ENGINE_OPTIONS,
          out: "folder of the plan to create; it must not exist (runs/<date>-plan)",
        },
        flags: {
          ...DATA_FLAGS,
          "no-estimate": "do not run steps of a cell to project the time",
          measure: "run steps of a cell of each detector, and print the hours of its cells",
        },
        required: { table: [], data: [], format: [] },
      },
      run: plan,
    },
    run: {
      description: "Run cells of a plan",
      example: "--plan runs/plan --workers 2",
      isKept: true,
      options: {
        values: {
          plan: "folder of the plan",
          cell: "numbers of cells, such as 7 or 0-11,15; all if absent",
          part: "i/n: of these cells, every n-th from the i-th on, counted from 1",
          workers: "processes that run cells side by side (1)",
          checkpoint: "seconds between checkpoints of a training (30)",
        },
        required: { plan: [] },
      },
      run,
    },
    collect: {
      description: "Make the tables from the results",
      example: "--plan runs/plan",
      options: {
        values: { plan: "folder of the plan" },
        flags: { json: "print the counts as one JSON object" },
        required: { plan: [] },
      },
      run: collect,
    },
    detectors: {
      description: "List all detectors and their options",
      example: "",
      isShort: true,
      options: { values: {} },
      run: detectors,
    },
  },
};

// deno-lint-ignore require-await -- the contract of a verb
async function detectors(options: Options): Promise<void> {
  const all = listDetectors();
  if (options.flag("json")) print(JSON.stringify(all));
  else {
    for (const { name, status, people, paper, options } of all) {
      const settings = Object.entries(options).map(([key, value]) => `${key}=${value}`).join(",");
      const facts = [paper, people && "one model for each person", settings].filter(Boolean).join("; ");
      print(`${name.padEnd(20)} ${status.padEnd(15)} ${facts}`);
    }
  }
}

async function plan(options: Options): Promise<void> {
  const out = options.value("out") ?? await datedOut("plan"), tables = tablesOf(options.required("table"));
  const given = options.value("preset"), preset = given ?? "default", ablated = given ?? "paper-pretrained";
  const reading = options.choice("displacement", DISPLACEMENT_READINGS) ?? "path";
  getPreset(preset);
  if (options.flag("measure") && options.flag("no-estimate")) {
    throw new UsageError("Cannot use --measure with --no-estimate: it estimates the time");
  }
  const seeds = seedsOf("plan", options, "0,1,2,3,4");
  if (await exists(out)) throw new UsageError(`Cannot plan: ${out} exists already`);
  const source = sourceOf(options); // paths as given: they may be the same relative ones on other machines
  const threads = options.integer("threads", 1, 0, 1024);
  const engine = await engineName(engineOf(options), threads);
  const dataset = await openData(options), named = options.list("splits", ";") ?? usualSplits(dataset);
  const splits = named.flatMap((split) => expandSplit(dataset, split));
  warnOfSplits(dataset, splits, { splitSeed: 0 });
  const detectors = options.list("detectors", ";"),
    categories = options.names("category", dataset.categories);
  const data = { dataset, source, splits, categories };
  const manifest = makePlan({ ...data, tables, seeds, preset, ablated, engine, threads, reading, detectors });
  await makeFolder(out);
  await writeManifest(out, manifest);
  const { cells } = manifest,
    count = (key: "detector" | "category") => new Set(cells.map((cell) => cell[key])).size;
  const timeOf = options.flag("measure") ? timeOfEach : timeLikeOne;
  const time = options.flag("no-estimate") ? undefined : await timeOf(manifest, dataset);
  if (options.flag("json")) {
    const written = [`${out}/manifest.json`];
    const { seconds, detectors } = time ?? {};
    return print(JSON.stringify({ written, cells: cells.length, ...(time && { seconds, detectors }) }));
  }
  print(
    `Written: ${out}/manifest.json, ${cells.length} cells: ${count("detector")} detectors, ${
      count("category")
    } ` +
      `categories, splits ${splits.join(", ")}, seeds ${seeds.join(", ")}`,
  );
  if (time) print(time.text);
  printNext(options, `benchmark run --plan ${quoted(out)}`);
}

function tablesOf(text: string): TableName[] {
  if (text === "all") return [...TABLES];
  return text.split(",").map((name) => {
    const table = TABLES.find((known) => known === name);
    if (!table) throw new UsageError(`Cannot plan table ${name}: expected one of ${TABLES.join(", ")}, all`);
    return table;
  });
}

/** The first published split of the data set, or all of its folds. */
function usualSplits({ splits, folds }: Dataset): string[] {
  const [first] = splits?.keys() ?? [];
  if (first !== undefined) return [first];
  return [...new Set(folds.values())].sort((a, b) => a - b).map((fold) => `fold:${fold}`);
}

async function run(options: Options, { folder: programs, parent }: Start): Promise<void> {
  const root = options.required("plan");
  const manifest = await readPlan(root), folder = new RunFolder(root, manifest);
  const cells = cellsOf(options, manifest), failed: number[] = [];
  const stop = new AbortController(), ignoreSignals = stopOnSignals(stop, parent);
  let ended = 0;
  const progress = new CellProgress(cells.map((index) => manifest.cells[index]), cells.length);
  stage("Running", 0);
  const say = (index: number, what: string, isNew = true) => {
    progress.finish(manifest.cells[index], nameOf(manifest.cells[index]), isNew);
    note(`${++ended}/${cells.length} cell ${index} ${nameOf(manifest.cells[index])}: ${what}`);
  };
  const started = performance.now();
  try {
    await runCells(manifest, {
      folder,
      workers: options.integer("workers", 1, 1, 1024),
      workerCommand: await workerCommand(manifest, root, programs),
      seconds: options.integer("checkpoint", 30, 0, 86_400),
      signal: stop.signal,
      onProgress: (cell, report) => progress.step(cell, nameOf(cell), report),
      onResult: (_, index, isNew) =>
        say(
          index,
          isNew ? `${((performance.now() - started) / 1000).toFixed(1)} s` : "already finished",
          isNew,
        ),
      onFailure: (error, index) => {
        failed.push(index);
        say(index, error.message);
      },
      onWarning: warn,
    }, cells);
  } finally {
    ignoreSignals();
  }
  if (options.flag("json")) print(JSON.stringify({ done: cells.length - failed.length, failed }));
  else if (failed.length === 0) print(`Done: ${cells.length} cells`);
  if (failed.length > 0) throw new IadnetError(`Cannot finish the plan: cells ${ranges(failed)} failed`);
  printNext(options, `benchmark collect --plan ${quoted(root)}`);
}

/** Read the manifest of a benchmark.
 * @throws {DataError} If it is missing or damaged, or of another kind of run. */
async function readPlan(root: string): Promise<RunManifest> {
  const manifest = await readManifest(root, warn);
  if (manifest.kind === "benchmark") return manifest;
  throw new DataError(`Cannot run ${root} as a benchmark: it is a run of ${manifest.kind}`, root);
}

/** The cells that the options ask for. */
function cellsOf(options: Options, { cells }: RunManifest): number[] {
  const text = options.value("cell");
  const chosen = text === undefined ? [...cells.keys()] : text.split(",").flatMap((piece) => {
    const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(piece) ?? [];
    const from = Number(first), to = Number(last);
    if (first !== undefined && from <= to && to < cells.length) return [...cells.keys()].slice(from, to + 1);
    throw new UsageError(
      `Cannot run cells ${piece}: expected numbers from 0 to ${cells.length - 1}, such as 7 or 0-11`,
    );
  });
  const part = options.value("part");
  if (part === undefined) return chosen;
  const [, own, all] = /^(\d{1,6})\/(\d{1,6})$/.exec(part) ?? [];
  if (!(Number(own) >= 1 && Number(own) <= Number(all))) {
    throw new UsageError(`Cannot run part ${part}: expected i/n with i from 1 to n`);
  }
  return chosen.filter((_, i) => i % Number(all) === Number(own) - 1);
}

async function collect(options: Options): Promise<void> {
  const folder = options.required("plan");
  const planned = await readPlan(folder), collection = await collectCells(new RunFolder(folder, planned));
  const { results, failed, missing } = collection, left = failed.size + missing.length;
  if (options.flag("json")) {
    print(JSON.stringify({ done: results.size, failed: Object.fromEntries(failed), missing }));
  } else {
    for (const [index, why] of failed) print(`Failed: cell ${index}: ${why}`);
    if (missing.length > 0) print(`Missing: cells ${ranges(missing)}`);
    print(`Done: ${results.size} of ${planned.cells.length} cells`);
  }
  if (left > 0) {
    const cells = ranges([...failed.keys(), ...missing].sort((a, b) => a - b));
    throw new IadnetError(`Cannot make the tables: run benchmark run --plan ${folder} --cell ${cells}`);
  }
  const collected = collectTables(planned, collection);
  const tables = collected.map(({ table }) => table),
    comparisons = collected.flatMap((own) => own.comparisons);
  for (const table of tables) await writeTable(`${folder}/table-${table.table}`, table);
  await writeFileAtomic(`${folder}/comparisons.json`, `${JSON.stringify(comparisons, null, 1)}\n`);
  if (!options.flag("json")) printAll(folder, tables, comparisons);
}

function printAll(
  folder: string,
  tables: readonly BenchmarkTable[],
  comparisons: readonly NamedComparison[],
): void {
  for (const table of tables) print(`\n${renderTable(table, "markdown")}`);
  const text = (value: number) => value.toFixed(4);
  for (const { first, second, macro: { difference, ci }, wilcoxon, categories } of comparisons) {
    const different = categories.filter(({ adjusted }) => adjusted <= 0.05).length;
    print(
      `${first} less ${second}: ${text(difference)} (${text(ci.low)} to ${text(ci.high)}); ${different} of ` +
        `${categories.length} categories differ (DeLong, Holm, 0.05); Wilcoxon p ${text(wilcoxon.p)}`,
    );
  }
  const written = tables.map(({ table }) => `table-${table}`).join(", ");
  print(`\nWritten: ${written} as .md, .tex, .csv and .json, and comparisons.json in ${folder}`);
}
