// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * `train`: one detector a category, evaluated, into a run directory; and `demo`, the same on built-in interactions.
 *
 * @module
 */
import type { Evaluation } from "../experiments/evaluate.ts";
import type { RunJob } from "../experiments/job.ts";
import { refuseExisting, RunFolder, sweepFinished, verifyRun } from "../experiments/run_folder.ts";
import { syntheticDataset } from "../data/dataset.ts";
import type { DataSource } from "../data/reopen.ts";
import { parseSplit, PUBLISHED_SPLITS, splitDataset } from "../data/split.ts";
import { openEngine } from "../engine/select.ts";
import { DataError, UsageError } from "../core/errors.ts";
import { exists } from "../core/files.ts";
import { getPreset, PRESETS } from "../detectors/iadnet/presets.ts";
import { VERSION } from "../core/version.ts";
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
import { complain } from "./complain.ts";
import { runAll } from "./run.ts";
import type { Start } from "./start.ts";

/** Options that may be given anew when a run goes on. */
const SHARING = {
  threads: ENGINE_OPTIONS.threads,
  workers: "processes that train categories side by side, 0 = one for each core (1 if threads is given)",
  "checkpoint-seconds": "seconds between checkpoints of a training, 30 if absent, 0 = after each step",
};

/** Options of `train`. */
export const TRAIN_OPTIONS = {
  values: {
    ...DATA_OPTIONS,
    split: `fold:<number>, group:<names>, group:<part>, ${PUBLISHED_SPLITS.join(", ")}`,
    preset: Object.keys(PRESETS).join(", "),
    ...ENGINE_OPTIONS,
    ...SHARING,
    seed: "seed of every random choice",
    category: "only these categories, separated by commas",
    out: "run directory to make; it must not exist",
    resume: "run directory of a run that was stopped: go on with it, with its own options",
  },
  flags: DATA_FLAGS,
};

/** Options of `demo`. */
export const DEMO_OPTIONS = {
  values: { seed: "seed of every random choice", out: "run directory to make; it must not exist" },
};

/** What a run is made of. */
interface Work {
  readonly evaluation: Evaluation;
  readonly source: DataSource;
  readonly workers: number;
}

/** Run `train`. */
export async function train(args: readonly string[], start: Start = {}): Promise<void> {
  const options = parseOptions("train", args, TRAIN_OPTIONS), out = options.value("resume");
  if (out !== undefined) return await resume(options, out, args, start);
  await begin("train", args, options.required("out"), () => trainWork(args), secondsOf(options), start);
}

/** Run `demo`: six categories of synthetic interactions with the default preset, a fold of two pairs of people as test. */
export async function demo(args: readonly string[], start: Start = {}): Promise<void> {
  const out = parseOptions("demo", args, DEMO_OPTIONS).value("out");
  await begin("demo", args, out, () => Promise.resolve(demoWork(args)), 30, start);
}

/** What `train` is asked for, each option checked before the data is read. */
async function trainWork(args: readonly string[], defaultThreads?: number): Promise<Work> {
  const options = parseOptions("train", args, TRAIN_OPTIONS);
  const seed = seedOf(options), { threads, workers } = sharing(options, defaultThreads);
  const preset = getPreset(options.value("preset") ?? "default");
  const splitName = options.required("split"), format = options.required("format");
  parseSplit(splitName);
  const opened = await openEngine(engineOf(options), threads);
  await opened.close();
  const dataset = await openData(options, format);
  const source = {
    path: options.required("data"),
    options: openOptions(options, format),
    treatments: treatments(options),
  };
  const categories = options.value("category")?.split(",");
  const split = splitDataset(dataset, splitName, seed);
  const evaluation = {
    dataset,
    split,
    preset,
    engine: opened.name,
    threads,
    seed,
    ...(categories && { categories }),
  };
  return { evaluation, source, workers };
}

function demoWork(args: readonly string[]): Work {
  const seed = seedOf(parseOptions("demo", args, DEMO_OPTIONS));
  const categories = ["handshake", "high-five", "hug", "kick", "push", "wave"];
  const synthetic = { seed, clipsPerCategory: 30, categories }, dataset = syntheticDataset(synthetic);
  const split = splitDataset(dataset, "fold:5", seed), preset = getPreset("default");
  const evaluation = { dataset, split, preset, engine: "auto", threads: 1, seed } as const;
  return { evaluation, source: { synthetic }, workers: navigator.hardwareConcurrency };
}

/** How the cores are shared: as many single-threaded workers as there are cores, unless the user says otherwise.
 *
 * @param usual Threads where neither is given. */
function sharing(options: Options, usual = 1): { threads: number; workers: number } {
  const cores = navigator.hardwareConcurrency;
  const threads = options.integer("threads", 0, 0, 1024), workers = options.integer("workers", 0, 0, 1024);
  if (workers === 0) return threads === 0 ? { threads: usual, workers: cores } : { threads, workers: 1 };
  return { threads: threads || Math.max(1, Math.floor(cores / workers)), workers };
}

function secondsOf(options: Options): number {
  return options.integer("checkpoint-seconds", 30, 0, 86_400);
}

/** Begin a run. */
async function begin(
  verb: string,
  args: readonly string[],
  out: string | undefined,
  work: () => Promise<Work>,
  seconds: number,
  start: Start,
): Promise<void> {
  if (out) await refuseExisting(out);
  const { evaluation, source, workers } = await work();
  const create = async () =>
    out === undefined ? undefined : await RunFolder.create(out, jobOf(verb, args, evaluation), warn);
  await runAll(evaluation, source, workers, create, seconds, start);
}

/** Go on with a run. */
async function resume(
  options: Options,
  out: string,
  args: readonly string[],
  start: Start,
): Promise<void> {
  const known = [...Object.keys(SHARING), "resume"];
  const other = Object.keys(TRAIN_OPTIONS.flags).find((name) => options.flag(name)) ??
    Object.keys(TRAIN_OPTIONS.values).find((name) =>
      !known.includes(name) && options.value(name) !== undefined
    );
  if (other) throw new UsageError(`Cannot resume ${out} with --${other}: a run goes on with its own options`);
  if (await exists(out)) {
    await verifyRun(out);
    await sweepFinished(out);
    console.log(`Complete: ${out}, every file as its checksum says`);
    return;
  }
  const { run, job } = await RunFolder.resume(out, warn);
  try {
    const [verb, ...own] = job.command, again = args.filter((_, i) => !isOf("resume", args, i));
    if (job.version !== VERSION) {
      throw new UsageError(
        `Cannot resume ${out}: it was begun by version ${job.version}, this is ${VERSION}`,
      );
    }
    const { evaluation, source, workers } = verb === "demo"
      ? demoWork(own)
      : await trainWork([...without(again, own), ...again], job.threads);
    const { dataset, engine } = evaluation;
    if (dataset.hash !== job.data) {
      throw new DataError(`Cannot resume ${out}: its data set has changed since`, out);
    }
    if (engine !== job.engine) {
      throw new UsageError(
        `Cannot resume ${out}: it was begun with engine ${job.engine}, here it is ${engine}`,
      );
    }
    await runAll(evaluation, source, workers, () => Promise.resolve(run), secondsOf(options), start);
  } finally {
    run.close();
  }
}

/** Whether argument i is the option of that name, or its value. */
function isOf(name: string, args: readonly string[], i: number): boolean {
  return args[i] === `--${name}` || args[i].startsWith(`--${name}=`) || args[i - 1] === `--${name}`;
}

/** The arguments without those options that are given anew. */
function without(again: readonly string[], own: readonly string[]): string[] {
  const names = Object.keys(SHARING).filter((name) => again.some((_, i) => isOf(name, again, i)));
  return own.filter((_, i) => !names.some((name) => isOf(name, own, i)));
}

function jobOf(verb: string, args: readonly string[], { dataset, engine, threads = 0 }: Evaluation): RunJob {
  return { command: [verb, ...args], data: dataset.hash, engine, threads, version: VERSION };
}

const warn = (message: string) => complain(`Warning: ${message}\n`);
