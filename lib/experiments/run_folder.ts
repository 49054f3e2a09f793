/**
 * Run directories: one detector a category, with its result. While a run is not finished all of it is in `<out>.partial`,
 * from where another process can go on; `<out>` appears at the end, complete.
 *
 * @module
 */
import type { DataSource } from "../data/reopen.ts";
import type { Detector } from "../detectors/detector.ts";
import type { Engine, OpenEngine } from "../engine/engine.ts";
import { DataError, UsageError } from "../core/errors.ts";
import { exists, makeFolder, partialOf, safeName, sha256, syncFolder, writeWhole } from "../core/files.ts";
import {
  type CheckpointFolder,
  type CheckpointOptions,
  isCheckpoint,
  openCheckpoints,
} from "../training/checkpoint/folder.ts";
import { type Lock, lockFolder, PATIENCE } from "../core/lock.ts";
import { History, type HistoryPart } from "../training/history.ts";
import { evaluateCategory, type Evaluation } from "./evaluate.ts";
import { hasJob, readJob, type RunJob, writeJob } from "./job.ts";
import { type CategoryResult, type Results, resultsTable } from "./results.ts";
import { readRecord, writeRecord } from "../core/checksummed_json.ts";

/** Name of the list of checksums, in the form that `sha256sum -c` reads. */
export const SUMS_FILE = "SHA256SUMS";

/** Name of the file that says where a run's clips came from. */
export const SOURCE_FILE = "source.json";

/** Name of the file with a run's results. */
const RESULTS_FILE = "results.json";

/** The files of a finished run but the list of their checksums. */
function runFiles(categories: readonly string[]): string[] {
  return [
    ...categories.map(safeName).flatMap((name) => [`models/${name}.safetensors`, `history/${name}.json`]),
    RESULTS_FILE,
    "results.md",
    SOURCE_FILE,
  ];
}

/** A finished category as it is kept in an unfinished run. */
interface Kept {
  readonly result: CategoryResult;
  /** SHA-256 of the model file and of the history file. */
  readonly model: string;
  readonly history: string;
}

/** A run that is not finished. */
export class RunFolder {
  readonly #root: string;
  #lock?: Lock;

  /** A run's folder as a worker sees it, whose parent holds the lock.
   *
   * @param out The run directory to be. @param onWarning Hears of what is damaged, and what is done instead. */
  constructor(readonly out: string, readonly onWarning: (message: string) => void = () => {}) {
    this.#root = partialOf(out);
  }

  /** Begin a run.
   *
   * @throws {UsageError} If there is one, finished or not. @throws {IadnetError} If the folder cannot be written.
   */
  static async create(out: string, job: RunJob, onWarning?: (message: string) => void): Promise<RunFolder> {
    await refuseExisting(out);
    const run = new RunFolder(out, onWarning);
    await makeFolder(`${run.#root}/run/models`);
    await makeFolder(`${run.#root}/run/history`);
    await makeFolder(`${run.#root}/results`);
    run.#lock = await lockFolder(run.#root);
    await writeJob(out, job);
    return run;
  }

  /** Go on with a run.
   *
   * @throws {UsageError} If there is none, or another process is at work on it. @throws {DataError} If its job is damaged.
   */
  static async resume(
    out: string,
    onWarning?: (message: string) => void,
  ): Promise<{ run: RunFolder; job: RunJob }> {
    const run = new RunFolder(out, onWarning);
    const missing = new UsageError(`Cannot resume ${out}: ${run.#root} holds no unfinished run`);
    if (!await hasJob(out)) throw missing;
    try {
      run.#lock = await lockFolder(run.#root, PATIENCE, onWarning);
    } catch (error) {
      throw await hasJob(out) ? error : missing; // the process that was waited for has finished or removed the run
    }
    try {
      return { run, job: await readJob(out, onWarning) };
    } catch (error) {
      run.close();
      throw error;
    }
  }

  /** The checkpoints of one category. */
  checkpoints(category: string, options: CheckpointOptions = {}): Promise<CheckpointFolder> {
    return openCheckpoints(this.#checkpoints(category), { onWarning: this.onWarning, ...options });
  }

  /** The result of a category that is finished, and whose model and history are as they were written. */
  async finished(category: string): Promise<CategoryResult | undefined> {
    const file = this.#record(category);
    if (!await exists(file)) return undefined;
    try {
      const { result, model, history } = await readRecord(file) as Kept;
      if (result?.category !== category) {
        throw new DataError(`Cannot use ${file}: it is of another category`, file);
      }
      for (const [path, sum] of [[this.model(category), model], [this.#history(category), history]]) {
        if (sha256(await Deno.readFile(path)) !== sum) {
          throw new DataError(`Cannot use ${path}: its checksum is not the one that was kept`, path);
        }
      }
      return result;
    } catch (error) {
      this.onWarning(`${(error as Error).message}; training ${category} again`);
      return undefined;
    }
  }

  /** Keep a finished category: its model, the history of its training, its result. */
  async keep(result: CategoryResult, detector: Detector, history: readonly HistoryPart[]): Promise<void> {
    const { category } = result, bytes = detector.toBytes(), text = History.text(history);
    await writeWhole(this.model(category), bytes);
    await writeWhole(this.#history(category), text);
    const kept: Kept = { result, model: sha256(bytes), history: sha256(text) };
    await writeRecord(this.#record(category), kept);
  }

  /** The model file of a category. */
  model(category: string): string {
    return `${this.#root}/run/models/${safeName(category)}.safetensors`;
  }

  /** Write the results and make the run directory appear.
   *
   * @param source Where the clips came from, for those who want to see them again. */
  async finish(results: Results, source: DataSource): Promise<void> {
    const folder = `${this.#root}/run`;
    await writeWhole(`${folder}/${RESULTS_FILE}`, `${JSON.stringify(results, null, 1)}\n`);
    await writeWhole(`${folder}/results.md`, resultsTable(results));
    await writeWhole(`${folder}/${SOURCE_FILE}`, `${JSON.stringify(source, null, 1)}\n`);
    const lines: string[] = [];
    for (const file of runFiles(results.categories.map(({ category }) => category))) {
      lines.push(`${sha256(await Deno.readFile(`${folder}/${file}`))}  ${file}\n`);
    }
    await writeWhole(`${folder}/${SUMS_FILE}`, lines.join(""));
    await Deno.rename(folder, this.out);
    await syncFolder(this.#root);
    await Deno.remove(this.#root, { recursive: true });
    this.close();
  }

  /** Let another process go on. A run of which nothing is kept yet is removed.
   *
   * @returns Whether there is anything to go on from. */
  async abandon(): Promise<boolean> {
    const isKept = await this.#holdsAnything().catch(() => true); // what cannot be listed may hold something
    if (!isKept) await Deno.remove(this.#root, { recursive: true }).catch(() => {});
    this.close();
    return isKept;
  }

  /** Let another process go on. */
  close(): void {
    this.#lock?.release();
  }

  /** Whether there is the result of a category, or a checkpoint. */
  async #holdsAnything(): Promise<boolean> {
    if ((await listIfThere(`${this.#root}/results`)).length > 0) return true;
    for (const { name } of await listIfThere(`${this.#root}/checkpoints`)) {
      if ((await listIfThere(`${this.#root}/checkpoints/${name}`)).some(isCheckpoint)) return true;
    }
    return false;
  }

  #checkpoints(category: string): string {
    return `${this.#root}/checkpoints/${safeName(category)}`;
  }

  #history(category: string): string {
    return `${this.#root}/run/history/${safeName(category)}.json`;
  }

  #record(category: string): string {
    return `${this.#root}/results/${safeName(category)}.json`;
  }
}

/** Train and evaluate one category of a run, from its checkpoints if there are any, and keep it.
 *
 * @throws {Interrupted} If the options' signal is aborted. @throws {IadnetError} As `Detector.fit`.
 */
export async function runCategory(
  run: RunFolder,
  evaluation: Evaluation,
  engine: OpenEngine,
  category: string,
  options: CheckpointOptions,
): Promise<CategoryResult> {
  using checkpoints = await run.checkpoints(category, options);
  const history = new History();
  const onProgress: Evaluation["onProgress"] = (name, report) => {
    history.add(report);
    evaluation.onProgress?.(name, report);
  };
  const opened = engine as Engine; // every open engine is one
  const { result, detector } = await evaluateCategory(
    { ...evaluation, onProgress },
    opened,
    category,
    checkpoints,
  );
  await run.keep(result, detector, history.parts);
  await checkpoints.remove();
  return result;
}

/** Refuse to begin a run where there is one.
 *
 * @throws {UsageError} If there is anything of that name, or an unfinished run.
 */
export async function refuseExisting(out: string): Promise<void> {
  if (await exists(out)) throw new UsageError(`Cannot write to ${out}: it exists already`);
  if (await hasJob(out)) {
    throw new UsageError(
      `Cannot write to ${out}: ${
        partialOf(out)
      } holds an unfinished run; go on with train --resume ${out}, or remove it`,
    );
  }
}

/** Remove what a run that ended between its last two steps left beside its finished directory.
 *
 * @throws {UsageError} If another process is at work on it.
 */
export async function sweepFinished(out: string): Promise<void> {
  const partial = partialOf(out);
  if (!await exists(partial) || await exists(`${partial}/run`)) return;
  using _lock = await lockFolder(partial);
  await Deno.remove(partial, { recursive: true });
}

/** Check a finished run's files against its checksums.
 *
 * @throws {DataError} Naming the first file that is missing or differs.
 */
export async function verifyRun(out: string): Promise<void> {
  const file = `${out}/${SUMS_FILE}`;
  const read = (path: string) =>
    Deno.readFile(path).catch((cause) => {
      throw new DataError(`Cannot verify ${path}: ${(cause as Error).message}`, path);
    });
  const lines = new TextDecoder().decode(await read(file)).split("\n"), end = lines.pop();
  if (end !== "") throw new DataError(`Cannot use ${file}: it ends within a line`, file);
  const listed = new Set<string>();
  for (const [i, line] of lines.entries()) {
    const [, sum, name] = /^([0-9a-f]{64}) {2}((?:models\/|history\/)?[^/]+)$/.exec(line) ?? [];
    if (!name) {
      throw new DataError(
        `Cannot parse line ${i + 1} of ${file}: ${line.slice(0, 80)}`,
        file,
        `line ${i + 1}`,
      );
    }
    if (sha256(await read(`${out}/${name}`)) !== sum) {
      throw new DataError(
        `Cannot use ${out}/${name}: its checksum is not that of ${SUMS_FILE}`,
        `${out}/${name}`,
      );
    }
    listed.add(name);
  }
  const unlisted = (name: string) => new DataError(`Cannot use ${file}: it does not list ${name}`, file);
  if (!listed.has(RESULTS_FILE)) throw unlisted(RESULTS_FILE);
  const left = runFiles(await categoriesOf(`${out}/${RESULTS_FILE}`)).find((name) => !listed.has(name));
  if (left !== undefined) throw unlisted(left);
}

/** The entries of a folder; none if there is no such folder. */
async function listIfThere(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Names of the categories of a run's results. */
async function categoriesOf(file: string): Promise<string[]> {
  try {
    const { categories } = JSON.parse(await Deno.readTextFile(file)) as Results;
    return categories.map(({ category }) => String(category));
  } catch (cause) {
    throw new DataError(`Cannot use ${file}: ${(cause as Error).message}`, file);
  }
}
