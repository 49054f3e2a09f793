/**
 * Sharing out the trainings of a run over worker processes.
 *
 * @module
 */
import type { CategoryResult } from "../benchmark/results.ts";
import type { FitProgress } from "../detector.ts";
import { DataError, IadnetError, UsageError } from "../errors.ts";
import { readLines } from "./lines.ts";
import type { Answer, Job } from "./worker.ts";

/** What the parent hears of its workers. */
export interface WorkerEvents {
  /** A step of a category's training. */
  readonly onProgress: (category: string, progress: FitProgress) => void;
  /** A category is done. */
  readonly onResult: (result: CategoryResult) => void;
}

/** Train and evaluate the categories in `workers` processes: the parent's side. Results come in the order of `categories`.
 *
 * @throws {IadnetError} The error of the first category that fails; all workers are stopped then.
 */
export async function runWorkers(
  job: Job,
  categories: readonly string[],
  workers: number,
  events: WorkerEvents,
): Promise<{ results: CategoryResult[]; engine: string }> {
  const waiting = [...categories];
  const results = new Map<string, CategoryResult>();
  let engine = "";
  const processes: Deno.ChildProcess[] = [];
  const permissions = ["--allow-read", "--allow-env", "--allow-sys", "--allow-ffi"];
  if (job.models) permissions.push(`--allow-write=${job.models}`);
  const work = async () => {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", ...permissions, new URL("./main.ts", import.meta.url).href, "worker"],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    processes.push(child);
    const input = child.stdin.getWriter(), lines = readLines(child.stdout);
    const tell = (line: string) => input.write(new TextEncoder().encode(`${line}\n`));
    await tell(JSON.stringify(job));
    for (let category = waiting.shift(); category !== undefined; category = waiting.shift()) {
      await tell(category);
      while (!results.has(category)) {
        const { value, done } = await lines.next();
        if (done) throw new IadnetError(`Cannot finish ${category}: its worker stopped`);
        const answer: Answer = JSON.parse(value);
        if ("error" in answer) throw revive(answer.error);
        if ("progress" in answer) events.onProgress(category, answer.progress);
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
  try {
    await Promise.all(Array.from({ length: Math.min(workers, categories.length) }, work));
  } catch (error) {
    waiting.length = 0;
    for (const child of processes) {
      try {
        child.kill("SIGKILL");
      } catch { /* it has ended */ }
    }
    throw error;
  }
  return { results: categories.map((category) => results.get(category)!), engine };
}

/** A worker's error as its own kind again. */
function revive({ message, exitCode, file }: Extract<Answer, { error: unknown }>["error"]): IadnetError {
  if (file !== undefined) return new DataError(message, file);
  return exitCode === 2 ? new UsageError(message) : new IadnetError(message);
}
