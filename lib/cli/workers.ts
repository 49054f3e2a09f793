/**
 * Sharing out the trainings of a run over worker processes.
 *
 * @module
 */
import type { CategoryResult } from "../experiments/results.ts";
import { inputsOf } from "../data/inputs.ts";
import type { FitProgress } from "../training/progress.ts";
import { DataError, IadnetError, Interrupted, UsageError } from "../core/errors.ts";
import { SIGNALS } from "../core/exit_codes.ts";
import { partialOf } from "../core/files.ts";
import { commandOf, flagsOf, packageFolders, reachOfWorker } from "./confine.ts";
import { readLines } from "./lines.ts";
import { send } from "./signals.ts";
import type { Answer, Job } from "./worker.ts";

/** What the parent hears of its workers. */
export interface WorkerEvents {
  /** A step of a category's training. */
  readonly onProgress: (category: string, progress: FitProgress) => void;
  /** A category is done. */
  readonly onResult: (result: CategoryResult) => void;
  /** Something is damaged, and what is done instead. */
  readonly onWarning: (message: string) => void;
  /** When it is aborted, the workers write checkpoints and end. */
  readonly signal?: AbortSignal;
}

/** Train and evaluate the categories in `workers` processes: the parent's side. Results come in the order of `categories`.
 *
 * @param program What starts a worker; this Deno, with the least permissions, if absent.
 * @throws {IadnetError} The error of the first category that fails; all workers are stopped then. @throws {Interrupted} If the
 * signal is aborted, or that of a worker.
 */
export async function runWorkers(
  job: Job,
  categories: readonly string[],
  workers: number,
  events: WorkerEvents,
  program?: string,
): Promise<{ results: CategoryResult[]; engine: string }> {
  const waiting = [...categories];
  const results = new Map<string, CategoryResult>();
  let engine = "";
  const processes: { child: Deno.ChildProcess; input: WritableStreamDefaultWriter<Uint8Array> }[] = [];
  const [command, ...args] = program ? [program] : await ownCommand(job);
  const work = async () => {
    const child = new Deno.Command(command, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const input = child.stdin.getWriter(), lines = readLines(child.stdout);
    processes.push({ child, input });
    const tell = (line: string) => input.write(new TextEncoder().encode(`${line}\n`));
    await tell(JSON.stringify(job));
    for (let category = waiting.shift(); category !== undefined; category = waiting.shift()) {
      if (events.signal?.aborted) throw new Interrupted(String(events.signal.reason));
      await tell(category);
      while (!results.has(category)) {
        const { value, done } = await lines.next();
        if (done) throw ending(category, await child.status, events.signal);
        const answer: Answer = JSON.parse(value);
        if ("error" in answer) throw revive(answer.error);
        if ("progress" in answer) events.onProgress(category, answer.progress);
        else if ("warning" in answer) events.onWarning(answer.warning);
        else {
          results.set(category, answer.result);
          engine = answer.engine;
          events.onResult(answer.result);
        }
      }
    }
    await input.close();
    await child.status;
  };
  const tellAll = (signal: Deno.Signal) => {
    for (const { child } of processes) send(child, signal);
  };
  const stop = () => tellAll("SIGTERM");
  events.signal?.addEventListener("abort", stop);
  try {
    await Promise.all(Array.from({ length: Math.min(workers, categories.length) }, work));
  } catch (error) {
    waiting.length = 0;
    if (!(error instanceof Interrupted)) tellAll("SIGKILL");
    stop(); // each then writes its checkpoint
    for (const { input } of processes) input.close().catch(() => {}); // one that waits for a category ends, too
    await Promise.all(processes.map(({ child }) => child.status));
    throw error instanceof Interrupted && events.signal?.aborted
      ? new Interrupted(String(events.signal.reason))
      : error;
  } finally {
    events.signal?.removeEventListener("abort", stop);
  }
  return { results: categories.map((category) => results.get(category)!), engine };
}

/** The error for a worker that ended without an answer. One that was asked to end before it could hear of it is no failure. */
function ending(
  category: string,
  { code, signal }: Deno.CommandStatus,
  stop: AbortSignal | undefined,
): IadnetError {
  if (stop?.aborted) return new Interrupted(String(stop.reason));
  const asked = Object.entries(SIGNALS).find(([name, own]) => signal === name || code === own)?.[0];
  if (asked !== undefined) return new Interrupted(asked);
  return new IadnetError(
    `Cannot finish ${category}: its worker ended by ${signal ?? `itself, code ${code}`}`,
  );
}

/** The words that start a worker with the least permissions. */
async function ownCommand({ source, engine, run }: Job): Promise<[string, ...string[]]> {
  const read = "path" in source ? inputsOf(source.path, source.options) : [];
  const reach = { read, write: [], engine, ...(run && { partial: partialOf(run.out) }) };
  return commandOf(flagsOf(await reachOfWorker(reach), await packageFolders()), "worker");
}

/** A worker's error as its own kind again. */
function revive(
  { message, exitCode, file, reason }: Extract<Answer, { error: unknown }>["error"],
): IadnetError {
  if (reason !== undefined) return new Interrupted(reason);
  if (file !== undefined) return new DataError(message, file);
  return exitCode === 2 ? new UsageError(message) : new IadnetError(message);
}
