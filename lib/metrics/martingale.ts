/** A test on a stream of scores whether the normal has changed. */
import { checkSettings, FRACTION } from "../core/options.ts";
import { hashSeed, Random } from "../core/random.ts";

/** Bets of the martingale: for p-values that are too small, none, and for those that are too large. */
const BETS = [-1, 0, 1];

/** Part of the capital that is spread over all bets before each score. */
const JUMP = 0.01;

/** Scores after which the test begins anew, so that it needs no more memory. */
const LONGEST = 10_000;

/** What the test says after a score. */
export interface ChangeEvidence {
  /** Capital of the martingale, which starts at 1: how strongly the scores speak against "nothing has changed". */
  readonly evidence: number;
  /** Whether the evidence has reached 1 / level with this score. The test begins anew after it. */
  readonly changed: boolean;
}

/** Conformal test martingale with the Simple Jumper of Vovk et al. (Retrain or not retrain, 2021): each score is ranked among all before
 * it, ties broken at random, and a capital is bet on ranks that are not uniform. While the scores are exchangeable, the chance that a
 * change is ever reported is at most `level` (Ville), in each period of 10,000 scores after which the test begins anew. Scores that
 * depend on the ones just before them, as those of overlapping windows do, are not exchangeable.
 * @example
 * ```ts
 * import { ChangeTest } from "@lab/iadnet/metrics";
 * import { assert } from "@std/assert";
 * const test = new ChangeTest(0.01);
 * for (let i = 0; i < 50; i++) assert(!test.add(Math.sin(7 * i * i)).changed);
 * let delay = 1;
 * while (!test.add(2 + Math.sin(7 * delay * delay)).changed) delay++;
 * assert(delay < 30);
 * ```
 */
export class ChangeTest {
  readonly #level: number;
  readonly #random: Random;
  /** Scores since the beginning, sorted. */
  #sorted: number[] = [];
  #capital = BETS.map(() => 1 / BETS.length);

  /** A test that has seen no score. @param level Greatest chance of a false report in a period, between 0 and 1.
   * @param seed Of the choice between equal ranks.
   * @throws {UsageError} If the level is out of range. */
  constructor(level: number, seed = 0) {
    checkSettings<{ level: number }>("test for a change", { level }, { level: FRACTION });
    this.#level = level;
    this.#random = new Random(hashSeed(seed, "ties")); // a small seed alone begins with a large number
  }

  /** Take the next score. */
  add(score: number): ChangeEvidence {
    const p = this.#rank(score), whole = this.#capital.reduce((sum, own) => sum + own, 0);
    this.#capital = this.#capital.map((own, k) =>
      ((1 - JUMP) * own + JUMP / BETS.length * whole) * (1 + BETS[k] * (p - 0.5))
    );
    const evidence = this.#capital.reduce((sum, own) => sum + own, 0), changed = evidence >= 1 / this.#level;
    if (changed || this.#sorted.length >= LONGEST) this.#restart();
    return { evidence, changed };
  }

  #restart(): void {
    this.#sorted = [];
    this.#capital = BETS.map(() => 1 / BETS.length);
  }

  /** The smoothed conformal p-value of a score among those before it, which joins them: uniform, and independent of the earlier ones, if
   * they are exchangeable. */
  #rank(score: number): number {
    const below = position(this.#sorted, (own) => own >= score);
    const upTo = position(this.#sorted, (own) => own > score), above = this.#sorted.length - upTo;
    this.#sorted.splice(below, 0, score);
    return (above + this.#random.uniform() * (upTo - below + 1)) / this.#sorted.length;
  }
}

/** The first index whose value passes a test that all later ones pass, too. */
function position(sorted: readonly number[], passes: (value: number) => boolean): number {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(sorted[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
