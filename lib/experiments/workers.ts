/**
 * The parent's side of worker processes: it shares out the cells of a run.
 *
 * Both sides speak in JSON lines. The parent sends the job, then one number of a cell at a time; the worker answers with progress,
 * warnings, and the result or the error of that cell.
 *
 * @module
 */
import { DataError, IadnetError, Interrupted, UsageError } from "../core/errors.ts";
import { readLines } from "../core/lines.ts";
import { send, SIGNALS } from "../core/signals.ts";
import type { FitProgress } from "../training/progress.ts";
import type { CellResult } from "./cell.ts";
import type { RunManifest } from "./manifest.ts";
import { nameOf } from "./run_folder.ts";
import type { RunOptions } from "./run_options.ts";

/** What the parent sends first. */
export interface WorkerJob {
  readonly manifest: RunManifest;
  /** Folder of the run, if results are kept. */
  readonly root?: string;
  /** Seconds between checkpoints. */
  readonly seconds: number;
  /** Whether the worker goes on after a cell that failed. */
  readonly goesOn: boolean;
}

/** What a worker answers. */
export type WorkerAnswer =
  | { readonly progress: FitProgress }
  | { readonly warning: string }
  | { readonly result: CellResult }
  | { readonly error: WorkerError };

/** An error, to be revived by the parent. */
export interface WorkerError {
  readonly name: string;
  readonly message: string;
  readonly exitCode: number;
  readonly file?: string;
  readonly reason?: string;
}

/** Run cells in `workers` processes.
 *
 * @throws {IadnetError} The error of the first cell that fails, if there is no `onFailure`; all workers are stopped then.
 * @throws {Interrupted} If the signal is aborted, or that of a worker.
 */
export async function runWorkers(
  manifest: RunManifest,
  indices: readonly number[],
  workers: number,
  options: RunOptions,
): Promise<void> {
  const { folder, seconds = 30, signal, onFailure, workerCommand } = options;
  const waiting = [...indices], [command, ...args] = workerCommand!;
  const job: WorkerJob = {
    manifest,
    ...(folder && { root: folder.root }),
    seconds,
    goesOn: onFailure !== undefined,
  };
  const processes: { child: Deno.ChildProcess; input: WritableStreamDefaultWriter<Uint8Array> }[] = [];
  const work = async () => {
    const child = new Deno.Command(command, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const input = child.stdin.getWriter(), lines = readLines(child.stdout);
    processes.push({ child, input });
    const tell = (message: unknown) => input.write(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
    await tell(job);
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      if (signal?.aborted) throw new Interrupted(String(signal.reason));
      await tell(index);
      for (let isRunning = true; isRunning;) {
        const { value, done } = await lines.next();
        if (done) throw ending(nameOf(manifest.cells[index]), await child.status, signal);
        isRunning = take(JSON.parse(value), index);
      }
    }
    await input.close();
    await child.status;
  };
  /** Take an answer about a cell; whether the cell still runs. */
  const take = (answer: WorkerAnswer, index: number): boolean => {
    if ("progress" in answer) options.onProgress?.(manifest.cells[index], answer.progress);
    else if ("warning" in answer) options.onWarning?.(answer.warning);
    else if ("result" in answer) options.onResult?.(answer.result, index, true);
    else {
      const error = revive(answer.error);
      if (error instanceof Interrupted || !onFailure) throw error;
      onFailure(error, index);
    }
    return "progress" in answer || "warning" in answer;
  };
  const tellAll = (name: Deno.Signal) => {
    for (const { child } of processes) send(child, name);
  };
  const stop = () => tellAll("SIGTERM");
  signal?.addEventListener("abort", stop);
  try {
    await Promise.all(Array.from({ length: Math.min(workers, indices.length) }, work));
  } catch (error) {
    waiting.length = 0;
    if (!(error instanceof Interrupted)) tellAll("SIGKILL");
    stop(); // each then writes its checkpoint
    for (const { input } of processes) input.close().catch(() => {}); // one that waits for a cell ends, too
    await Promise.all(processes.map(({ child }) => child.status));
    throw error instanceof Interrupted && signal?.aborted ? new Interrupted(String(signal.reason)) : error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** The error for a worker that ended without an answer. One that was asked to end before it could hear of it is no failure. */
function ending(
  cell: string,
  { code, signal }: Deno.CommandStatus,
  stop: AbortSignal | undefined,
): IadnetError {
  if (stop?.aborted) return new Interrupted(String(stop.reason));
  const asked = Object.entries(SIGNALS).find(([name, own]) => signal === name || code === own)?.[0];
  if (asked !== undefined) return new Interrupted(asked);
  return new IadnetError(`Cannot finish ${cell}: its worker ended by ${signal ?? `itself, code ${code}`}`);
}

/** A worker's error as its own type again. */
function revive({ message, exitCode, file, reason }: WorkerError): IadnetError {
  if (reason !== undefined) return new Interrupted(reason);
  if (file !== undefined) return new DataError(message, file);
  return exitCode === 2 ? new UsageError(message) : new IadnetError(message);
}
