/**
 * Options of a run.
 *
 * @module
 */
import type { Dataset } from "../data/dataset.ts";
import type { FitProgress } from "../training/progress.ts";
import type { Cell, CellResult } from "./cell.ts";
import type { RunFolder } from "./run_folder.ts";

/** Words that start a worker, its program first. */
export type WorkerCommand = readonly [string, ...string[]];

/** What the caller hears of a run. */
export interface RunEvents {
  /** A step of a cell's training. */
  readonly onProgress?: (cell: Cell, progress: FitProgress) => void;
  /** A cell is finished.
   * @param isNew Whether it was run now. */
  readonly onResult?: (result: CellResult, index: number, isNew: boolean) => void;
  /** A cell failed, and the run goes on. If absent, the first failure ends the run. */
  readonly onFailure?: (error: Error, index: number) => void;
  /** Something is damaged, and what is done instead. */
  readonly onWarning?: (message: string) => void;
}

/** How cells are run. */
export interface RunOptions extends RunEvents {
  /** Folder that results and checkpoints are kept in; nothing is kept if absent. */
  readonly folder?: RunFolder;
  /** The data, if it is open already. */
  readonly dataset?: Dataset;
  /** Processes that run cells side by side; 1 = in this process. */
  readonly workers?: number;
  /** Command that starts a worker. */
  readonly workerCommand?: WorkerCommand;
  /** Seconds between checkpoints of a training; 30 if absent. */
  readonly seconds?: number;
  /** When it is aborted, running trainings write a checkpoint, and the run ends with `Interrupted`. */
  readonly signal?: AbortSignal;
}
