/**
 * Worker processes, on the worker's side: runs the cells that the parent sends on stdin, until stdin closes.
 *
 * @module
 */
import { IadnetError, Interrupted } from "../core/errors.ts";
import { readLines } from "../core/lines.ts";
import { stopOnSignals } from "../core/signals.ts";
import { openEngine } from "../engine/select.ts";
import type { FitProgress } from "../training/history.ts";
import { openRunData } from "./manifest.ts";
import { RunFolder } from "./run_folder.ts";
import { cellRunner } from "./runner.ts";
import type { WorkerAnswer, WorkerError, WorkerJob } from "./workers.ts";

/** Milliseconds between two reports of progress. */
const REPORT_EVERY = 100;

/** Worker loop. If the parent ends while a cell is running, the training writes a checkpoint and stops. */
export async function serveCells(): Promise<void> {
  const lines = readLines(Deno.stdin.readable), first = await lines.next();
  if (first.done) return;
  const { manifest, root, seconds, continues }: WorkerJob = JSON.parse(first.value);
  const stop = new AbortController();
  const answer = (message: WorkerAnswer) => {
    const bytes = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
    try {
      for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
    } catch { // the parent is gone
      stop.abort("the end of its parent");
    }
  };
  if (root !== undefined) stopOnSignals(stop);
  try {
    const dataset = await openRunData(manifest);
    const engine = await openEngine(manifest.engine, manifest.threads);
    const run = cellRunner(manifest, dataset, engine, {
      folder: root === undefined ? undefined : new RunFolder(root, manifest),
      seconds,
      signal: stop.signal,
      onWarning: (warning) => answer({ warning }),
    });
    let shown = 0;
    const onProgress = (progress: FitProgress) => {
      if (performance.now() - shown < REPORT_EVERY) return;
      shown = performance.now();
      answer({ progress });
    };
    for (let next = await lines.next(); !next.done;) {
      const index: number = JSON.parse(next.value), following = lines.next();
      following.then(({ done }) => done && stop.abort("the end of its parent"), () => {});
      try {
        answer({ result: await run(index, onProgress) });
      } catch (error) {
        if (!continues || error instanceof Interrupted) throw error;
        answer({ error: describe(error as Error) });
      }
      next = await following;
    }
  } catch (error) {
    if (!(error instanceof IadnetError)) throw error;
    answer({ error: describe(error) });
  }
}

function describe(error: Error): WorkerError {
  const { message, exitCode, file, reason }: WorkerError = error;
  return { message, exitCode, file, reason };
}
