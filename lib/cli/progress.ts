/**
 * Progress of trainings on standard error: one line that is rewritten on a terminal, plain lines elsewhere.
 *
 * @module
 */
import type { FitProgress } from "../training/progress.ts";
import { printError, writeError } from "./stderr.ts";

/** Moves to the start of a terminal's line and clears it. */
const CLEAR = "\r\x1b[K";

/** Progress over several categories. */
export class Progress {
  #finished = 0;
  #started = performance.now();
  #shown = 0;
  readonly #terminal = Deno.stderr.isTerminal();

  /** @param categories Number of categories. */
  constructor(readonly categories: number) {}

  /** Show a step: on a terminal only, at most ten times per second. */
  update(category: string, { step, steps, loss, featureStd }: FitProgress): void {
    const now = performance.now();
    if (!this.#terminal || (now - this.#shown < 100 && step < steps)) return;
    this.#shown = now;
    const stdText = featureStd === undefined ? "" : `, feature std ${featureStd.toPrecision(3)}`;
    writeError(`${CLEAR}${category}: step ${step} of ${steps}, NLL ${loss.toFixed(2)}${stdText}`);
  }

  /** Print that a category is done. */
  done(category: string, result: string): void {
    this.#finished++;
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1);
    const clear = this.#terminal ? CLEAR : "";
    printError(`${clear}${this.#finished} of ${this.categories}: ${category}: ${result} (${seconds} s)`);
  }
}
