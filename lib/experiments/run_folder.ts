/**
 * The folder of a run that is not finished: manifest, results of cells, models, checkpoints. Any process that is killed leaves it in
 * a state from which another one goes on.
 *
 * - `manifest.json`, `manifest.copy.json`: what the run is made of;
 * - `cells/`, `failed/`: the result of each finished cell, and why a cell failed;
 * - `run/models/`, `run/history/`: models and training histories of the manifest's main detector;
 * - `checkpoints/`: those of cells that are not finished.
 *
 * @module
 */
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
import type { Cell, CellResult, FinishedCell } from "./cell.ts";
import { manifestHash, type RunManifest } from "./manifest.ts";

/** Result of a cell as it is kept. */
interface KeptCell {
  /** SHA-256 of the manifest. */
  readonly run: string;
  readonly result: CellResult;
  /** SHA-256 of the model file and of the history file, where they are kept. */
  readonly files?: Readonly<Record<"model" | "history", string>>;
}

/** Why a cell failed. */
interface FailedCell {
  readonly run: string;
  readonly cell: Cell;
  readonly error: string;
}

/** How a cell is run in a folder. */
export interface FolderOptions extends CheckpointOptions {
  /** Called with what is damaged, and what is done instead. */
  readonly onWarning?: (message: string) => void;
}

/** The folder of a run. */
export class RunFolder {
  readonly #hash: string;

  /** @param root The folder; it must hold the manifest. */
  constructor(readonly root: string, readonly manifest: RunManifest) {
    this.#hash = manifestHash(manifest);
  }

  /** Files of a cell: number and name, so that no two cells share one.
   *
   * @returns Its result, why it failed, its checkpoints, and its model and history, if they are kept. */
  files(index: number): CellFiles {
    const { detector, category, split, seed } = this.manifest.cells[index];
    const name = `${String(index).padStart(5, "0")} ${safeName(`${detector} ${category} ${split} ${seed}`)}`;
    const own = safeName(category), isKept = detector === this.manifest.models;
    return {
      result: `${this.root}/cells/${name}.json`,
      failure: `${this.root}/failed/${name}.json`,
      checkpoints: `${this.root}/checkpoints/${name}`,
      kept: isKept
        ? {
          model: `${this.root}/run/models/${own}.safetensors`,
          history: `${this.root}/run/history/${own}.json`,
        }
        : undefined,
    };
  }

  /** Read the result of a cell.
   *
   * @throws {DataError} If it is missing or damaged, of another run or cell, or its model or history is not the one that was kept.
   */
  async read(index: number): Promise<CellResult> {
    const { result: file, kept } = this.files(index);
    const { run, result, files } = await readChecksummedJson(file) as KeptCell;
    const refuse = (path: string, why: string) => new DataError(`Cannot use ${path}: ${why}`, path);
    if (run !== this.#hash) throw refuse(file, "it is the result of another run");
    if (JSON.stringify(result.cell) !== JSON.stringify(this.manifest.cells[index])) {
      throw refuse(file, "it is the result of another cell");
    }
    for (const key of ["model", "history"] as const) {
      if (kept && sha256(await Deno.readFile(kept[key])) !== files?.[key]) {
        throw refuse(kept[key], "its checksum is not the one that was kept");
      }
    }
    return result;
  }

  /** The result of a cell, if it is finished and nothing of it is damaged. */
  async finished(
    index: number,
    onWarning: (message: string) => void = () => {},
  ): Promise<CellResult | undefined> {
    if (!await exists(this.files(index).result)) return undefined;
    try {
      return await this.read(index);
    } catch (error) {
      onWarning(`${(error as Error).message}; running ${nameOf(this.manifest.cells[index])} again`);
      return undefined;
    }
  }

  /** Why a cell failed; undefined if nothing says that it did.
   *
   * @throws {DataError} If the file that says so is damaged. */
  async failure(index: number): Promise<string | undefined> {
    const { failure } = this.files(index);
    return await exists(failure) ? (await readChecksummedJson(failure) as FailedCell).error : undefined;
  }

  /** Run a cell, from its checkpoints if there are any, and keep its result. A cell that another process finishes meanwhile is
   * read. A cell that fails leaves a file that says why, and can be run again.
   *
   * @param run Runs the cell with these checkpoints.
   * @throws {Interrupted} If the options' signal is aborted. Whatever `run` throws.
   */
  async complete(
    index: number,
    options: FolderOptions,
    run: (checkpoints: CheckpointFolder) => Promise<FinishedCell>,
  ): Promise<CellResult> {
    const files = this.files(index), onWarning = options.onWarning ?? (() => {});
    using checkpoints = await openCheckpoints(files.checkpoints, options);
    const done = await this.finished(index, onWarning);
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
        await this.#fail(files, this.manifest.cells[index], error as Error);
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

  async #keep({ result: file, kept }: CellFiles, { result, detector, history }: FinishedCell): Promise<void> {
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
    const record: KeptCell = { run: this.#hash, result, ...(files && { files }) };
    await writeChecksummedJson(file, record);
  }

  async #fail({ failure }: CellFiles, cell: Cell, { name, message }: Error): Promise<void> {
    await makeFolder(`${this.root}/failed`);
    const record: FailedCell = { run: this.#hash, cell, error: `${name}: ${message}` };
    await writeChecksummedJson(failure, record);
  }
}

/** Files of a cell. */
export interface CellFiles {
  readonly result: string;
  readonly failure: string;
  /** Folder of its checkpoints. */
  readonly checkpoints: string;
  /** Its model and history, if the run keeps them. */
  readonly kept: { readonly model: string; readonly history: string } | undefined;
}

/** Name of a cell in messages. */
export function nameOf({ detector, category, split, seed }: Cell): string {
  return `${detector} ${category} ${split} ${seed}`;
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
