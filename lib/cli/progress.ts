/**
 * Progress on standard error: one line that moves on a terminal, plain lines elsewhere.
 *
 * @module
 */
import type { FitProgress } from "../training/progress.ts";
import { complain } from "./complain.ts";

/** Progress over several categories. */
export class Progress {
  #finished = 0;
  #started = performance.now();
  #shown = 0;
  readonly #terminal = Deno.stderr.isTerminal();

  /** @param categories How many there are. */
  constructor(readonly categories: number) {}

  /** Show a step; on a terminal only, at most ten times a second. */
  update(category: string, { step, steps, loss, featureStd }: FitProgress): void {
    const now = performance.now();
    if (!this.#terminal || (now - this.#shown < 100 && step < steps)) return;
    this.#shown = now;
    const stdText = featureStd === undefined ? "" : `, feature std ${featureStd.toPrecision(3)}`;
    complain(`\r\x1b[K${category}: step ${step} of ${steps}, NLL ${loss.toFixed(2)}${stdText}`);
  }

  /** A category is done. */
  done(category: string, result: string): void {
    this.#finished++;
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1);
    const clear = this.#terminal ? "\r\x1b[K" : "";
    complain(`${clear}${this.#finished} of ${this.categories}: ${category}: ${result} (${seconds} s)\n`);
  }
}
