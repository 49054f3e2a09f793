/**
 * Worker processes: each trains and evaluates one category after the other, so that the trainings of a run share the cores.
 *
 * The parent writes JSON lines to a worker's standard input, the job and then one category at a time; the worker answers
 * with JSON lines on standard output: progress, and the result or the error of that category.
 *
 * @module
 */
import { evaluateCategory, type Evaluation } from "../experiments/evaluate.ts";
import type { CategoryResult } from "../experiments/results.ts";
import { runCategory, RunFolder } from "../experiments/run_folder.ts";
import { type DataSource, openSource } from "../data/reopen.ts";
import { splitDataset } from "../data/split.ts";
import type { FitProgress } from "../training/progress.ts";
import type { EngineName } from "../engine/engine.ts";
import { openEngine } from "../engine/select.ts";
import { DataError, IadnetError, Interrupted } from "../core/errors.ts";
import type { Preset } from "../detectors/iadnet/presets.ts";
import { readLines } from "./lines.ts";
import { stopOnSignals } from "./signals.ts";

/** What all categories of a run have in common. */
export interface Job {
  /** The clips. */
  readonly source: DataSource;
  /** Name of the split. */
  readonly split: string;
  /** The preset. */
  readonly preset: Preset;
  /** The engine. */
  readonly engine: EngineName | "auto";
  /** Threads of one operator. */
  readonly threads: number;
  /** Seed of every random choice. */
  readonly seed: number;
  /** The run directory, if there is to be one, and seconds between checkpoints. */
  readonly run?: { readonly out: string; readonly seconds: number };
}

/** What a worker says. */
export type Answer =
  | { readonly progress: FitProgress }
  | { readonly warning: string }
  | { readonly result: CategoryResult; readonly engine: EngineName }
  | {
    readonly error: {
      readonly name: string;
      readonly message: string;
      readonly exitCode: number;
      readonly file?: string;
      readonly reason?: string;
    };
  };

/** Serve one parent until it closes the input: the worker's side. If the parent goes while a category is trained, the training
 * writes a checkpoint and stops. */
export async function serve(): Promise<void> {
  const lines = readLines(Deno.stdin.readable);
  const first = await lines.next();
  if (first.done) return;
  const job: Job = JSON.parse(first.value);
  const stop = new AbortController();
  const answer = (message: Answer) => {
    const bytes = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
    try {
      for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
    } catch { // nobody reads it any more
      stop.abort("the end of its parent");
    }
  };
  if (job.run) stopOnSignals(stop);
  try {
    const dataset = await openSource(job.source);
    const split = splitDataset(dataset, job.split, job.seed);
    const engine = await openEngine(job.engine, job.threads);
    let shown = 0;
    const evaluation: Evaluation = {
      dataset,
      split,
      preset: job.preset,
      engine: job.engine,
      seed: job.seed,
      onProgress: (_, progress) => {
        if (performance.now() - shown < 100) return;
        shown = performance.now();
        answer({ progress });
      },
    };
    const run = job.run && new RunFolder(job.run.out, (warning) => answer({ warning }));
    for (let next = await lines.next(); !next.done;) {
      const category = next.value, following = lines.next();
      following.then(({ done }) => done && stop.abort("the end of its parent"), () => {});
      const result = run
        ? await runCategory(run, evaluation, engine, category, {
          seconds: job.run!.seconds,
          signal: stop.signal,
        })
        : (await evaluateCategory(evaluation, engine, category)).result;
      answer({ result, engine: engine.name });
      next = await following;
    }
  } catch (error) {
    if (!(error instanceof IadnetError)) throw error;
    const { name, message, exitCode } = error;
    const more = {
      ...(error instanceof DataError && { file: error.file }),
      ...(error instanceof Interrupted && { reason: error.reason }),
    };
    answer({ error: { name, message, exitCode, ...more } });
  }
}
