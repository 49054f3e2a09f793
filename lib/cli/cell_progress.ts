/** Progress of the cells of a run: which are done, and how far the others are. */
import { describeDetector } from "../detectors/registry.ts";
import type { Cell } from "../experiments/cell.ts";
import type { FitProgress } from "../training/history.ts";
import { advance, stage } from "./progress.ts";
import { note } from "./stderr.ts";

/** Work of a cell of a floor, beside 1 for that of a detector that is trained. */
const FLOOR = 0.02;

/** Shows the progress of cells. */
export class CellProgress {
  readonly #running = new Map<Cell, number>();
  readonly #started = performance.now();
  readonly #all: number;
  #done = 0;
  #lines = 0;

  /** @param cells The cells that run. @param lines Number of cells that have a line when they are done. */
  constructor(cells: readonly Cell[], readonly lines: number) {
    this.#all = cells.reduce((sum, cell) => sum + workOf(cell), 0);
  }

  /** Show a step of a cell. */
  step(cell: Cell, title: string, { step, steps, loss }: FitProgress): void {
    this.#running.set(cell, workOf(cell) * step / steps);
    this.#show(`${title}, step ${step} of ${steps}, NLL ${loss.toFixed(2)}`);
  }

  /** Count a cell that is done.
   * @param isNew Whether it ran now: the time of others says nothing about the time that is left. */
  finish(cell: Cell, title: string, isNew: boolean): void {
    this.#running.delete(cell);
    this.#done += workOf(cell);
    if (isNew) this.#show(title);
    else stage("Running", this.#done / this.#all);
  }

  /** Print a line about a cell that is done. */
  line(title: string, result: string): void {
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1);
    note(`${++this.#lines} of ${this.lines}: ${title}: ${result} (${seconds} s)`);
  }

  #show(detail: string): void {
    const running = [...this.#running.values()].reduce((sum, part) => sum + part, 0);
    advance((this.#done + running) / this.#all, detail);
  }
}

/** Work of a cell, 1 for a detector that is trained. */
export function workOf({ detector }: Cell): number {
  return describeDetector(detector).status === "floor" ? FLOOR : 1;
}
