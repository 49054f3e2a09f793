/** The folder of an unfinished run: manifest, results of cells, models, checkpoints. A process that is killed at any moment leaves
 * it in a state that another process can resume from.
 *
 * - `manifest.json`, `manifest.copy.json`: the run manifest;
 * - `cells/`, `failed/`: the result of each finished cell, the error of each failed cell;
 * - `run/models/`, `run/history/`: models and training histories of the manifest's main detector;
 * - `checkpoints/`: those of unfinished cells. */
import { readChecksummedJson, writeChecksummedJson } from "../core/checksummed_json.ts";
import { DataError, Interrupted } from "../core/errors.ts";
import { exists, makeFolder, safeName, sha256, writeFileAtomic } from "../core/files.ts";
import {
  type CheckpointFolder,
  type CheckpointOptions,
  isCheckpoint,
  openCheckpoints,
} from "../training/checkpoint/folder.ts";
import { History } from "../training/history.ts";
import { type CellResult, type FinishedCell, nameOf } from "./cell.ts";
import type { RunManifest } from "./manifest.ts";
import { LockedError } from "../core/lock.ts";
import { readFileUpTo } from "../core/read_file.ts";

/** File of a finished cell. */
interface KeptCell {
  /** SHA-256 of the manifest. */
  readonly run: string;
  readonly result: CellResult;
  /** SHA-256 of the model file and of the history file, where they are kept. */
  readonly files?: Readonly<Record<"model" | "history", string>>;
}

/** Paths of a cell's files: its result, its error if it failed, the folder of its checkpoints; its model and history if the run keeps
 * them. */
type Files = Record<"result" | "failure" | "checkpoints", string> & {
  kept?: Record<"model" | "history", string>;
};

/** The folder of a run. */
export class RunFolder {
  readonly #hash: string;

  /** @param root The folder; it must hold the manifest. */
  constructor(readonly root: string, readonly manifest: RunManifest) {
    this.#hash = sha256(JSON.stringify(manifest));
  }

  /** Paths of a cell's files. Their names have the cell's number and name, so that no two cells share one. */
  files(index: number): Files {
    const cell = this.manifest.cells[index],
      name = `${String(index).padStart(5, "0")} ${safeName(nameOf(cell))}`;
    const run = `${this.root}/run`,
      own = safeName(cell.category),
      isKept = cell.detector === this.manifest.models;
    return {
      result: `${this.root}/cells/${name}.json`,
      failure: `${this.root}/failed/${name}.json`,
      checkpoints: `${this.root}/checkpoints/${name}`,
      ...(isKept &&
        { kept: { model: `${run}/models/${own}.safetensors`, history: `${run}/history/${own}.json` } }),
    };
  }

  /** Read the result of a cell.
   * @throws {DataError} If it is missing, damaged, or of another run or cell, or its model or history was changed. */
  async read(index: number): Promise<CellResult> {
    const { result: file, kept } = this.files(index);
    const { run, result, files } = await readChecksummedJson(file) as KeptCell;
    const refuse = (path: string, why: string) => new DataError(`Cannot use ${path}: ${why}`, path);
    if (run !== this.#hash) throw refuse(file, "it is the result of another run");
    if (JSON.stringify(result.cell) !== JSON.stringify(this.manifest.cells[index])) {
      throw refuse(file, "it is the result of another cell");
    }
    for (const key of ["model", "history"] as const) {
      if (kept && sha256(await readFileUpTo(kept[key])) !== files?.[key]) {
        throw refuse(kept[key], "its checksum differs from the one in its cell's result");
      }
    }
    return result;
  }

  /** The result of a cell, if the cell is finished and none of its files is damaged. */
  async finished(index: number, onWarning?: (message: string) => void): Promise<CellResult | undefined> {
    if (!await exists(this.files(index).result)) return undefined;
    try {
      return await this.read(index);
    } catch (error) {
      onWarning?.(`${(error as Error).message}; running ${nameOf(this.manifest.cells[index])} again`);
      return undefined;
    }
  }

  /** Run a cell, from its checkpoints if there are any, and keep its result. A cell that another process works on is
   * waited for, with a warning every 15 s, and read when it is finished. A cell that fails leaves a file with its error, and can run again.
   * @param run Runs the cell with these checkpoints.
   * @throws {Interrupted} If the options' signal is aborted. Whatever `run` throws. */
  async complete(
    index: number,
    options: CheckpointOptions,
    run: (checkpoints: CheckpointFolder) => Promise<FinishedCell>,
  ): Promise<CellResult> {
    const files = this.files(index), cell = this.manifest.cells[index];
    using checkpoints = await openWhenFree(files.checkpoints, options);
    const done = await this.finished(index, options.onWarning);
    if (done) {
      await checkpoints.remove();
      return done;
    }
    try {
      const finished = await run(checkpoints);
      await this.#keep(files, finished);
      await Deno.remove(files.failure).catch(() => {});
      await checkpoints.remove();
      return finished.result;
    } catch (error) {
      if (!(error instanceof Interrupted)) {
        await makeFolder(`${this.root}/failed`);
        await writeChecksummedJson(files.failure, { run: this.#hash, cell, error: String(error) });
      }
      throw error;
    }
  }

  /** Whether there is the result of a cell, or a checkpoint. */
  async holdsAnything(): Promise<boolean> {
    if ((await listIfThere(`${this.root}/cells`)).length > 0) return true;
    for (const { name } of await listIfThere(`${this.root}/checkpoints`)) {
      if ((await listIfThere(`${this.root}/checkpoints/${name}`)).some(isCheckpoint)) return true;
    }
    return false;
  }

  async #keep({ result: file, kept }: Files, { result, detector, history }: FinishedCell): Promise<void> {
    let files: KeptCell["files"];
    if (kept) {
      const model = detector.toBytes(), text = History.text(history);
      await makeFolder(`${this.root}/run/models`);
      await makeFolder(`${this.root}/run/history`);
      await writeFileAtomic(kept.model, model);
      await writeFileAtomic(kept.history, text);
      files = { model: sha256(model), history: sha256(text) };
    }
    await makeFolder(`${this.root}/cells`);
    await writeChecksummedJson(file, { run: this.#hash, result, files } satisfies KeptCell);
  }
}

/** Open checkpoints as soon as no other process uses them.
 * @throws {Interrupted} If the options' signal is aborted. */
async function openWhenFree(folder: string, options: CheckpointOptions): Promise<CheckpointFolder> {
  for (;;) {
    try {
      return await openCheckpoints(folder, options);
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      if (options.signal?.aborted) throw new Interrupted(String(options.signal.reason));
      options.onWarning?.(`${error.message}: waiting for it`);
    }
  }
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
