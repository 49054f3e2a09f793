// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * `benchmark`: plan the cells of the paper's tables, run them on as many machines as there are, collect the tables.
 *
 * @module
 */
import { collectCells, collectTables, type NamedComparison } from "../experiments/collect.ts";
import { runCell } from "../experiments/cell.ts";
import {
  makePlan,
  type Plan,
  PLAN_FILE,
  readPlan,
  type TableName,
  TABLES,
  writePlan,
} from "../experiments/plan.ts";
import { renderTable } from "../experiments/tables/render_table.ts";
import type { BenchmarkTable } from "../experiments/tables/table.ts";
import { type Dataset, openDataset } from "../data/dataset.ts";
import { treatDataset } from "../data/transforms/repair.ts";
import { parseSplit } from "../data/split.ts";
import { listDetectors } from "../detectors/registry.ts";
import type { EngineName } from "../engine/engine.ts";
import { openEngine } from "../engine/select.ts";
import { DataError, IadnetError, Interrupted, UsageError } from "../core/errors.ts";
import { exists, makeFolder, writeWhole } from "../core/files.ts";
import { DISPLACEMENT_READINGS, type DisplacementReading } from "../metrics/displacement.ts";
import { getPreset } from "../detectors/iadnet/presets.ts";
import { type Options, type OptionSpec, parseOptions } from "./args.ts";
import { DATA_FLAGS, DATA_OPTIONS, ENGINE_OPTIONS, engineOf, openData, openOptions } from "./data.ts";
import { send, stopOnSignals } from "./signals.ts";

const PLAN_OPTIONS = {
  values: {
    table: `${TABLES.join(", ")}, or all; several separated by commas`,
    ...DATA_OPTIONS,
    splits: "splits, separated by semicolons (the data set's first, or its folds)",
    seeds: "seeds, separated by commas (0,1,2,3,4)",
    preset: "preset of IADNet's rows (small)",
    detectors: "Table I: these detectors only, separated by semicolons",
    category: "only these categories, separated by commas",
    displacement: `Table IV: ${DISPLACEMENT_READINGS.join(", ")} (range)`,
    ...ENGINE_OPTIONS,
    out: "folder of the plan to make; it must not exist",
  },
  flags: DATA_FLAGS,
};

const RUN_OPTIONS = {
  values: {
    plan: "folder of the plan",
    cell: "numbers of cells, such as 7 or 0-11,15; all if absent",
    part: "i/n: of these cells, every n-th from the i-th on, counted from 1",
    workers: "processes that run parts side by side (1)",
    checkpoint: "seconds between checkpoints of a training (30)",
  },
};

const COLLECT_OPTIONS = {
  values: { plan: "folder of the plan" },
  flags: { json: "the counts as one JSON object" },
};

const LIST_OPTIONS = { values: {}, flags: { json: "one JSON list" } };

/** Options of `benchmark` by what it does. */
export const BENCHMARK_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  plan: PLAN_OPTIONS,
  run: RUN_OPTIONS,
  collect: COLLECT_OPTIONS,
  detectors: LIST_OPTIONS,
};

const ACTIONS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  plan,
  run,
  collect,
  detectors,
};

/** Run `benchmark`. */
export async function runBenchmark([action, ...args]: readonly string[]): Promise<void> {
  if (action === undefined || !Object.hasOwn(ACTIONS, action)) {
    const known = Object.keys(ACTIONS).join(", ");
    throw new UsageError(`Cannot run benchmark ${action ?? "of nothing"}: known are ${known}`);
  }
  await ACTIONS[action](args);
}

function detectors(args: readonly string[]): Promise<void> {
  const options = parseOptions("benchmark detectors", args, LIST_OPTIONS), all = listDetectors();
  if (options.flag("json")) console.log(JSON.stringify(all));
  else {
    for (const { name, status, people, paper, options } of all) {
      const given = Object.entries(options).map(([key, value]) => `${key}=${value}`).join(",");
      const where = [paper, people ? "one model for each person" : "", given].filter((text) => text !== "");
      console.log(`${name.padEnd(20)} ${status.padEnd(15)} ${where.join("; ")}`);
    }
  }
  return Promise.resolve();
}

async function plan(args: readonly string[]): Promise<void> {
  const options = parseOptions("benchmark plan", args, PLAN_OPTIONS), out = options.required("out");
  const tables = tablesOf(options.required("table"));
  const preset = options.value("preset") ?? "small", reading = options.value("displacement") ?? "range";
  getPreset(preset);
  if (!DISPLACEMENT_READINGS.includes(reading as DisplacementReading)) {
    throw new UsageError(
      `Cannot plan: --displacement must be ${DISPLACEMENT_READINGS.join(", ")}, got ${reading}`,
    );
  }
  const seeds = (options.value("seeds") ?? "0,1,2,3,4").split(",").map(Number);
  if (!seeds.every((seed) => Number.isInteger(seed) && seed >= 0) || new Set(seeds).size < seeds.length) {
    throw new UsageError(`Cannot plan: --seeds must be different integers, got ${options.value("seeds")}`);
  }
  if (await exists(out)) throw new UsageError(`Cannot plan: ${out} exists already`);
  const threads = options.integer("threads", 1, 0, 1024);
  const engine = await openEngine(engineOf(options), threads), { name } = engine;
  await engine.close();
  const dataset = await openData(options, options.required("format"));
  const splits = options.value("splits")?.split(";") ?? usualSplits(dataset);
  for (const split of splits) parseSplit(split);
  const made = makePlan({
    tables,
    dataset,
    path: options.required("data"),
    options: openOptions(options, options.required("format")),
    splits,
    seeds,
    preset,
    engine: name,
    threads,
    reading: reading as DisplacementReading,
    detectors: options.value("detectors")?.split(";"),
    categories: options.value("category")?.split(","),
  });
  await makeFolder(out);
  await writePlan(out, made);
  console.log(
    `Written: ${out}/${PLAN_FILE}, ${made.cells.length} cells: ${
      new Set(made.cells.map((cell) => cell.detector)).size
    } detectors, ${made.data.categories.length} categories, splits ${splits.join(", ")}, seeds ${
      seeds.join(", ")
    }`,
  );
}

function tablesOf(text: string): TableName[] {
  if (text === "all") return [...TABLES];
  return text.split(",").map((name) => {
    const table = TABLES.find((known) => known === name);
    if (!table) throw new UsageError(`Cannot plan table ${name}: known are ${TABLES.join(", ")}, all`);
    return table;
  });
}

/** The first split that the data set publishes, or all of its folds. */
function usualSplits({ splits, folds }: Dataset): string[] {
  const [first] = splits?.keys() ?? [];
  if (first !== undefined) return [first];
  return [...new Set(folds.values())].sort((a, b) => a - b).map((fold) => `fold:${fold}`);
}

async function run(args: readonly string[]): Promise<void> {
  const options = parseOptions("benchmark run", args, RUN_OPTIONS), folder = options.required("plan");
  const planned = await readPlan(folder), workers = options.integer("workers", 1, 1, 1024);
  const cells = cellsOf(options, planned);
  if (workers > 1) return await runParts(args, workers);
  const dataset = await openPlanned(planned);
  const engine = await openEngine(planned.engine as EngineName, planned.threads);
  const stop = new AbortController(), ignoreSignals = stopOnSignals(stop);
  const failed: number[] = [];
  try {
    for (const [i, index] of cells.entries()) {
      const { detector, category, split, seed } = planned.cells[index], started = performance.now();
      const say = (what: string) =>
        console.error(
          `${i + 1}/${cells.length} cell ${index} ${detector} ${category} ${split} ${seed}: ${what}`,
        );
      try {
        const ran = await runCell(folder, planned, index, {
          dataset,
          engine,
          seconds: options.integer("checkpoint", 30, 0, 86_400),
          signal: stop.signal,
          onWarning: (message) => console.error(`Warning: ${message}`),
        });
        say(ran ? `${((performance.now() - started) / 1000).toFixed(1)} s` : "there already");
      } catch (error) {
        if (error instanceof Interrupted) throw error;
        failed.push(index);
        say((error as Error).message);
      }
      if (stop.signal.aborted) throw new Interrupted(String(stop.signal.reason));
    }
  } finally {
    ignoreSignals();
    await engine.close();
  }
  if (failed.length > 0) throw new IadnetError(`Cannot finish the plan: cells ${failed.join(", ")} failed`);
}

/** Run the same command in processes of one part each. */
async function runParts(args: readonly string[], workers: number): Promise<void> {
  const without = args.filter((arg, i) => !/^--workers(=|$)/.test(arg) && args[i - 1] !== "--workers");
  const children = Array.from({ length: workers }, (_, i) =>
    new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", new URL("./main.ts", import.meta.url).href, "benchmark", "run"],
        ...[...without, "--part", `${i + 1}/${workers}`],
      ],
      stdin: "null",
    }).spawn());
  const stop = new AbortController(), ignoreSignals = stopOnSignals(stop);
  stop.signal.addEventListener("abort", () => {
    for (const child of children) send(child, "SIGTERM");
  });
  const codes = await Promise.all(children.map(async ({ status }) => (await status).code));
  ignoreSignals();
  if (stop.signal.aborted) throw new Interrupted(String(stop.signal.reason));
  const bad = codes.findIndex((code) => code !== 0);
  if (bad >= 0) {
    throw new IadnetError(`Cannot finish the plan: worker ${bad + 1} ended with code ${codes[bad]}`);
  }
}

/** The cells that the options ask for. */
function cellsOf(options: Options, { cells }: Plan): number[] {
  const text = options.value("cell");
  let chosen = [...cells.keys()];
  if (text !== undefined) {
    chosen = text.split(",").flatMap((piece) => {
      const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(piece) ?? [];
      const from = Number(first), to = Number(last);
      if (first === undefined || from > to || to >= cells.length) {
        throw new UsageError(
          `Cannot run cells ${piece}: expected numbers from 0 to ${cells.length - 1}, such as 7 or 0-11`,
        );
      }
      return Array.from({ length: to - from + 1 }, (_, i) => from + i);
    });
  }
  const part = options.value("part");
  if (part === undefined) return chosen;
  const [, own, all] = /^(\d{1,6})\/(\d{1,6})$/.exec(part) ?? [];
  if (!(Number(own) >= 1 && Number(own) <= Number(all))) {
    throw new UsageError(`Cannot run part ${part}: expected i/n with i from 1 to n`);
  }
  return chosen.filter((_, i) => i % Number(all) === Number(own) - 1);
}

/** The data of a plan, checked against what it was when the plan was made. */
async function openPlanned({ data }: Plan): Promise<Dataset> {
  const opened = await openDataset(data.path, data.options);
  if (opened.hash !== data.hash) {
    throw new DataError(`Cannot run the plan: ${data.path} has changed since it was made`, data.path);
  }
  return data.treatments.length > 0 ? treatDataset(opened, data.treatments) : opened;
}

async function collect(args: readonly string[]): Promise<void> {
  const options = parseOptions("benchmark collect", args, COLLECT_OPTIONS), folder = options.required("plan");
  const planned = await readPlan(folder), collection = await collectCells(folder, planned);
  const { results, failed, missing } = collection, left = failed.size + missing.length;
  if (options.flag("json")) {
    console.log(JSON.stringify({ done: results.size, failed: Object.fromEntries(failed), missing }));
  } else {
    for (const [index, why] of failed) console.log(`Failed: cell ${index}: ${why}`);
    if (missing.length > 0) console.log(`Missing: cells ${ranges(missing)}`);
    console.log(`Done: ${results.size} of ${planned.cells.length} cells`);
  }
  if (left > 0) {
    const cells = ranges([...failed.keys(), ...missing].sort((a, b) => a - b));
    throw new IadnetError(`Cannot make the tables: run benchmark run --plan ${folder} --cell ${cells}`);
  }
  const { tables, comparisons } = collectTables(planned, collection, planned.engine);
  for (const table of tables) {
    for (const [format, ending] of [["markdown", "md"], ["latex", "tex"], ["json", "json"]] as const) {
      await writeWhole(`${folder}/table-${table.table}.${ending}`, renderTable(table, format));
    }
  }
  await writeWhole(`${folder}/comparisons.json`, `${JSON.stringify(comparisons, null, 1)}\n`);
  if (!options.flag("json")) print(folder, tables, comparisons);
}

function print(
  folder: string,
  tables: readonly BenchmarkTable[],
  comparisons: readonly NamedComparison[],
): void {
  for (const table of tables) console.log(`\n${renderTable(table, "markdown")}`);
  const text = (value: number) => value.toFixed(4);
  for (const { first, second, macro, wilcoxon, categories } of comparisons) {
    const different = categories.filter(({ adjusted }) => adjusted <= 0.05).length;
    console.log(
      `${first} less ${second}: ${text(macro.difference)} (${text(macro.ci.low)} to ${
        text(macro.ci.high)
      }); ` +
        `${different} of ${categories.length} categories differ (DeLong, Holm, 0.05); Wilcoxon p ${
          text(wilcoxon.p)
        }`,
    );
  }
  const written = tables.map(({ table }) => `table-${table}`).join(", ");
  console.log(`\nWritten: ${written} as .md, .tex and .json, and comparisons.json in ${folder}`);
}

/** 0, 1, 2, 5 as 0-2,5. */
function ranges(numbers: readonly number[]): string {
  const out: string[] = [];
  for (let i = 0; i < numbers.length;) {
    let end = i;
    while (numbers[end + 1] === numbers[end] + 1) end++;
    out.push(end > i ? `${numbers[i]}-${numbers[end]}` : String(numbers[i]));
    i = end + 1;
  }
  return out.join(",");
}
