/** Worker processes, on the parent's side: shares the cells of a run among them.
 *
 * Both sides send JSON lines. The parent sends the job, then one cell number at a time; the worker answers with progress, warnings,
 * and the result or the error of that cell. */
import { DataError, IadnetError, Interrupted, UsageError } from "../core/errors.ts";
import { readLines } from "../core/lines.ts";
import { send, SIGNALS } from "../core/signals.ts";
import type { Dataset } from "../data/dataset.ts";
import type { CheckpointOptions } from "../training/checkpoint/folder.ts";
import type { FitProgress } from "../training/history.ts";
import { type Cell, type CellResult, nameOf } from "./cell.ts";
import type { RunManifest } from "./manifest.ts";
import type { RunFolder } from "./run_folder.ts";

/** Options for `runCells`. */
export interface RunOptions extends CheckpointOptions {
  /** Folder for results and checkpoints; nothing is kept if absent. */
  readonly folder?: RunFolder;
  /** The data, if it is open already. */
  readonly dataset?: Dataset;
  /** Processes that run cells side by side; 1 = in this process. */
  readonly workers?: number;
  /** Command that starts a worker, its program first. */
  readonly workerCommand?: readonly [string, ...string[]];
  /** Called after each training step. */
  readonly onProgress?: (cell: Cell, progress: FitProgress) => void;
  /** Called when a cell is finished.
   * @param isNew Whether it ran now. */
  readonly onResult?: (result: CellResult, index: number, isNew: boolean) => void;
  /** Called when a cell fails; the run then continues. If absent, the first failure ends the run. */
  readonly onFailure?: (error: Error, index: number) => void;
}

/** First message of the parent. */
export interface WorkerJob {
  readonly manifest: RunManifest;
  /** Folder of the run, if results are kept. */
  readonly root?: string;
  /** Seconds between checkpoints. */
  readonly seconds?: number;
  /** Whether the worker continues after a cell that failed. */
  readonly continues: boolean;
}

/** Answer of a worker. */
export type WorkerAnswer =
  | { readonly progress: FitProgress }
  | { readonly warning: string }
  | { readonly result: CellResult }
  | { readonly error: WorkerError };

/** An error of a worker; the parent creates one of the same type from it. */
export interface WorkerError {
  readonly message: string;
  readonly exitCode?: number;
  readonly file?: string;
  readonly reason?: string;
}

/** Run cells in `workers` processes.
 * @throws {IadnetError} The error of the first cell that fails, if there is no `onFailure`; all workers are then stopped.
 * @throws {Interrupted} If the signal is aborted, or a signal ends a worker. */
export async function runWorkers(
  manifest: RunManifest,
  indices: readonly number[],
  workers: number,
  options: RunOptions,
): Promise<void> {
  const { folder, seconds, signal, onFailure, workerCommand } = options;
  const waiting = [...indices], [command, ...args] = workerCommand!;
  const job: WorkerJob = { manifest, root: folder?.root, seconds, continues: onFailure !== undefined };
  const processes: { child: Deno.ChildProcess; input: WritableStreamDefaultWriter<Uint8Array> }[] = [];
  const work = async () => {
    const pipes = { stdin: "piped", stdout: "piped", stderr: "inherit" } as const;
    const child = new Deno.Command(command, { args, ...pipes }).spawn();
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
  /** Take an answer about a cell.
   * @returns Whether the cell is still running. */
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
  const tellAll = (name: Deno.Signal) => processes.forEach(({ child }) => send(child, name));
  const stop = () => tellAll("SIGTERM");
  signal?.addEventListener("abort", stop);
  try {
    await Promise.all(Array.from({ length: Math.min(workers, indices.length) }, work));
  } catch (error) {
    waiting.length = 0;
    if (!(error instanceof Interrupted)) tellAll("SIGKILL");
    stop(); // each then writes its checkpoint
    for (const { input } of processes) input.close().catch(() => {}); // ends a worker that waits for a cell
    await Promise.all(processes.map(({ child }) => child.status));
    throw error instanceof Interrupted && signal?.aborted ? new Interrupted(String(signal.reason)) : error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** The error for a worker that ended without an answer. If a stop was requested, or a signal ended the worker before it could handle
 * it, that is an interruption. */
function ending(cell: string, { code, signal }: Deno.CommandStatus, stop?: AbortSignal): IadnetError {
  if (stop?.aborted) return new Interrupted(String(stop.reason));
  const asked = Object.entries(SIGNALS).find(([name, own]) => signal === name || code === own)?.[0];
  if (asked !== undefined) return new Interrupted(asked);
  const how = signal ? `was ended by ${signal}` : `exited with code ${code}`;
  return new IadnetError(`Cannot finish ${cell}: its worker ${how}`);
}

/** A worker's error, in its own type. */
function revive({ message, exitCode, file, reason }: WorkerError): IadnetError {
  if (reason !== undefined) return new Interrupted(reason);
  if (file !== undefined) return new DataError(message, file);
  return exitCode === 2 ? new UsageError(message) : new IadnetError(message);
}
