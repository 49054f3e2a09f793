// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * `train`: one detector a category, evaluated, into a run directory; and `demo`, the same on built-in interactions.
 *
 * @module
 */
import { checkCategories, evaluate, type Evaluation, summarise } from "../benchmark/evaluate.ts";
import { type CategoryResult, type Results, resultsTable } from "../benchmark/results.ts";
import { syntheticDataset } from "../data/dataset.ts";
import { parseSplit, PUBLISHED_SPLITS, splitDataset } from "../data/split.ts";
import type { FitProgress } from "../detector.ts";
import { openEngine } from "../engine/select.ts";
import { UsageError } from "../errors.ts";
import { getPreset, PRESETS } from "../presets.ts";
import { type Options, parseOptions } from "./args.ts";
import {
  DATA_FLAGS,
  DATA_OPTIONS,
  ENGINE_OPTIONS,
  engineOf,
  openData,
  openOptions,
  seedOf,
  treatments,
} from "./data.ts";
import { Progress } from "./progress.ts";
import type { Source } from "./worker.ts";
import { runWorkers } from "./workers.ts";

/** Options of `train`. */
export const TRAIN_OPTIONS = {
  values: {
    ...DATA_OPTIONS,
    split: `fold:<number>, group:<names>, group:<part>, ${PUBLISHED_SPLITS.join(", ")}`,
    preset: Object.keys(PRESETS).join(", "),
    ...ENGINE_OPTIONS,
    workers: "processes that train categories side by side, 0 = one for each core (1 if threads is given)",
    seed: "seed of every random choice",
    category: "only these categories, separated by commas",
    out: "run directory to make; it must not exist",
  },
  flags: DATA_FLAGS,
};

/** Run `train`. */
export async function train(args: readonly string[]): Promise<void> {
  const options = parseOptions("train", args, TRAIN_OPTIONS);
  const seed = seedOf(options);
  const { threads, workers } = sharing(options);
  const preset = getPreset(options.value("preset") ?? "default");
  const engine = engineOf(options);
  const splitName = options.required("split"), out = options.required("out");
  parseSplit(splitName);
  await refuseExisting(out);
  await (await openEngine(engine, threads)).close();
  const dataset = await openData(options, options.required("format"));
  const source = {
    path: options.required("data"),
    options: openOptions(options, options.required("format")),
    treatments: treatments(options),
  };
  const categories = options.value("category")?.split(",");
  const split = splitDataset(dataset, splitName, seed);
  const evaluation = { dataset, split, preset, engine, threads, seed, ...(categories && { categories }) };
  await run(evaluation, source, workers, out);
}

/** How the cores are shared: as many single-threaded workers as there are cores, unless the user says otherwise. */
function sharing(options: Options): { threads: number; workers: number } {
  const cores = navigator.hardwareConcurrency;
  const threads = options.integer("threads", 0, 0, 1024), workers = options.integer("workers", 0, 0, 1024);
  if (workers === 0) return threads === 0 ? { threads: 1, workers: cores } : { threads, workers: 1 };
  return { threads: threads || Math.max(1, Math.floor(cores / workers)), workers };
}

/** Run `demo`: six categories of synthetic interactions with the default preset, a fold of two pairs of people as test. */
export async function demo(args: readonly string[]): Promise<void> {
  const options = parseOptions("demo", args, {
    values: { seed: "seed of every random choice", out: "run directory to make; it must not exist" },
  });
  const seed = seedOf(options);
  const out = options.value("out");
  if (out) await refuseExisting(out);
  const categories = ["handshake", "high-five", "hug", "kick", "push", "wave"];
  const synthetic = { seed, clipsPerCategory: 30, categories };
  const dataset = syntheticDataset(synthetic);
  const split = splitDataset(dataset, "fold:5", seed);
  const evaluation = {
    dataset,
    split,
    preset: getPreset("default"),
    engine: "auto",
    threads: 1,
    seed,
  } as const;
  await run(evaluation, { synthetic }, navigator.hardwareConcurrency, out);
}

async function refuseExisting(out: string): Promise<void> {
  try {
    await Deno.stat(out);
  } catch {
    return;
  }
  throw new UsageError(`Cannot write to ${out}: it exists already`);
}

/** Evaluate, print the table, and write the run directory: everything into a temporary one that is renamed at the end. */
async function run(evaluation: Evaluation, source: Source, workers: number, out?: string): Promise<void> {
  const names = checkCategories(evaluation);
  const temporary = out && `${out}.tmp`;
  if (temporary) {
    await Deno.remove(temporary, { recursive: true }).catch(() => {});
    await Deno.mkdir(`${temporary}/models`, { recursive: true });
  }
  const progress = new Progress(names.length);
  const models = temporary && `${temporary}/models`;
  const onProgress = (category: string, report: FitProgress) => progress.update(category, report);
  const onResult = (result: CategoryResult) => {
    progress.done(result.category, `AUROC ${result.auroc.toFixed(3)}`);
    for (const warning of result.warnings) console.error(`Warning: ${result.category}: ${warning}`);
  };
  try {
    let results: Results;
    if (workers > 1 && names.length > 1) {
      const { split, preset, engine, threads = 1, seed } = evaluation;
      const job = { source, split: split.name, preset, engine, threads, seed, ...(models && { models }) };
      const done = await runWorkers(job, names, workers, { onProgress, onResult });
      results = summarise(evaluation, done.engine, done.results);
    } else {
      results = await evaluate({
        ...evaluation,
        onProgress,
        onCategory: async (result, detector) => {
          onResult(result);
          if (models) await detector.save(`${models}/${result.category}.safetensors`);
        },
      });
    }
    console.log(resultsTable(results));
    if (temporary) await finish(temporary, out, results);
  } catch (error) {
    if (temporary) await Deno.remove(temporary, { recursive: true }).catch(() => {});
    throw error;
  }
}

async function finish(temporary: string, out: string, results: Results): Promise<void> {
  await Deno.writeTextFile(`${temporary}/results.json`, `${JSON.stringify(results, null, 1)}\n`);
  await Deno.writeTextFile(`${temporary}/results.md`, resultsTable(results));
  await Deno.rename(temporary, out);
  console.log(`Written: ${out}/results.json, ${out}/results.md, ${out}/models`);
}
