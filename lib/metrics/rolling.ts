/** Conformal p-values among the latest scores of a stream, whose threshold follows a slow drift. */
import { checkSettings, type Rule, wholeNumber } from "../core/options.ts";
import { smallestPOf } from "./conformal.ts";

/** Numbers of scores that can be remembered. */
export const MEMORY: Rule = wholeNumber(1, 100_000);

/** Ranks each score among the latest ones: an alarm at p <= alpha is a score above their conformal quantile. On exchangeable scores such
 * alarms come at a rate of at most alpha; under a drift, at about alpha while little changes within the memory. An anomaly that lasts longer
 * than about alpha times the memory becomes the rule.
 * @example
 * ```ts
 * import { RollingConformal } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * const rolling = new RollingConformal(4);
 * for (const score of [9, 1, 2, 3, 4]) rolling.add(score); // 9 is forgotten
 * assertEquals(rolling.p(5), 1 / 5);
 * ```
 */
export class RollingConformal {
  readonly #memory: number;
  /** The latest scores, the next place to write at `#count % #memory`. */
  readonly #latest: Float64Array;
  #count = 0;

  /** No scores yet. @param memory Number of scores, 1 to 100,000. @throws {UsageError} If it is out of range. */
  constructor(memory: number) {
    checkSettings<{ memory: number }>("rank scores", { memory }, { memory: MEMORY });
    this.#memory = memory;
    this.#latest = new Float64Array(memory);
  }

  /** Whether as many scores are remembered as fit. */
  get isFull(): boolean {
    return this.#count >= this.#memory;
  }

  /** Smallest p-value that the remembered scores allow. */
  get smallestP(): number {
    return smallestPOf(Math.min(this.#count, this.#memory));
  }

  /** p-value of a score: (1 + number of remembered scores that are at least as large) / (their number + 1). */
  p(score: number): number {
    let above = 0;
    const known = Math.min(this.#count, this.#memory);
    for (let i = 0; i < known; i++) if (this.#latest[i] >= score) above++;
    return (1 + above) / (known + 1);
  }

  /** Remember a score, in the place of the oldest one. */
  add(score: number): void {
    this.#latest[this.#count++ % this.#memory] = score;
  }
}
