// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * All categories of a run, in this process or in workers, with a run directory or without.
 *
 * @module
 */
import { checkCategories, evaluateCategory, type Evaluation, summarise } from "../experiments/evaluate.ts";
import { type CategoryResult, type Results, resultsTable } from "../experiments/results.ts";
import { runCategory, type RunFolder } from "../experiments/run_folder.ts";
import { absolute, type DataSource } from "../data/reopen.ts";
import type { FitProgress } from "../training/progress.ts";
import { openEngine } from "../engine/select.ts";
import { Interrupted } from "../core/errors.ts";
import { complain } from "./complain.ts";
import { Progress } from "./progress.ts";
import { stopAtEndOfInput, stopOnSignals } from "./signals.ts";
import type { Start } from "./start.ts";
import { runWorkers, type WorkerEvents } from "./workers.ts";

/** Train and evaluate the categories that are not finished, print the table, and finish the run directory.
 *
 * @param create Makes or opens the run directory, if there is to be one. @param seconds Seconds between checkpoints.
 * @param start How this process was started.
 */
export async function runAll(
  evaluation: Evaluation,
  source: DataSource,
  workers: number,
  create: () => Promise<RunFolder | undefined>,
  seconds: number,
  { program, supervised }: Start = {},
): Promise<void> {
  const names = checkCategories(evaluation), run = await create(), place = run && await absolute(source);
  const stop = new AbortController(), ignoreSignals = run ? stopOnSignals(stop) : () => {};
  if (run && supervised) stopAtEndOfInput(stop);
  try {
    const keeping = { run, seconds, signal: stop.signal, ...(program && { program }) };
    const results = await finishCategories(evaluation, source, workers, names, keeping);
    await run?.finish(results, place!);
    console.log(resultsTable(results)); // when all is kept, whoever reads it
    if (!run) return;
    console.log(
      `Written: ${run.out}/results.json, ${run.out}/results.md, ${run.out}/models, ${run.out}/history`,
    );
  } catch (error) {
    if (run && await run.abandon()) complain(`Go on with: deno task train --resume ${run.out}\n`);
    throw error;
  } finally {
    ignoreSignals();
  }
}

/** Where results are kept, and what stops the work. */
interface Keeping {
  readonly run: RunFolder | undefined;
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly program?: string;
}

/** Results of all categories: those that are kept, then the others. */
async function finishCategories(
  evaluation: Evaluation,
  source: DataSource,
  workers: number,
  names: readonly string[],
  { run, seconds, signal, program }: Keeping,
): Promise<Results> {
  const { split, preset, engine: engineName, threads = 0, seed } = evaluation;
  const progress = new Progress(names.length), done = new Map<string, CategoryResult>();
  const onResult = (result: CategoryResult) => {
    done.set(result.category, result);
    progress.done(result.category, `AUROC ${result.auroc.toFixed(3)}`);
    for (const warning of result.warnings) complain(`Warning: ${result.category}: ${warning}\n`);
  };
  const events: WorkerEvents = {
    onProgress: (category: string, report: FitProgress) => progress.update(category, report),
    onResult,
    onWarning: (message) => complain(`Warning: ${message}\n`),
    signal,
  };
  for (const name of names) {
    const kept = await run?.finished(name);
    if (kept) onResult(kept);
  }
  const left = names.filter((name) => !done.has(name));
  let used: string = engineName;
  if (workers > 1 && left.length > 1) {
    const own = run && { run: { out: run.out, seconds } };
    const job = { source, split: split.name, preset, engine: engineName, threads, seed, ...own };
    used = (await runWorkers(job, left, workers, events, program)).engine;
  } else {
    const engine = await openEngine(engineName, threads), { onProgress } = events;
    used = engine.name;
    for (const name of left) {
      if (signal.aborted) throw new Interrupted(String(signal.reason));
      onResult(
        run
          ? await runCategory(run, { ...evaluation, onProgress }, engine, name, { seconds, signal })
          : (await evaluateCategory({ ...evaluation, onProgress }, engine, name)).result,
      );
    }
    await engine.close();
  }
  return summarise(evaluation, used, names.map((name) => done.get(name)!));
}
