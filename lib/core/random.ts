/**
 * Seeded random numbers: the one source of randomness, always passed explicitly, never global.
 *
 * @module
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** A seeded generator (xoroshiro128+). The same seed gives the same numbers on every platform.
 *
 * @example
 * ```ts
 * import { Random } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(new Random(7).uniform(), new Random(7).uniform());
 * ```
 */
export class Random {
  #generator: ReturnType<typeof xoroshiro128plus>;

  /** A generator at the beginning of its sequence.
   *
   * @param seed Any number; only its 32 low bits count. */
  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed | 0);
  }

  /** Uniform in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * uniformFloat64(this.#generator);
  }

  /** Uniform integer in [0, below). `below` is at least 1. */
  integer(below: number): number {
    return uniformInt(this.#generator, 0, below - 1);
  }

  /** Normal with the given mean and standard deviation (Box-Muller, one value a call). */
  normal(mean = 0, deviation = 1): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.uniform() < p;
  }

  /** One element of a non-empty list. */
  pick<T>(items: readonly T[]): T {
    return items[this.integer(items.length)];
  }

  /** A shuffled copy (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [copy[i], copy[j]] = [copy[j], copy[i]];
    }
    return copy;
  }

  /** An independent generator for a named part, so that one part's draws never shift another's. */
  fork(label: string | number): Random {
    return new Random(hashSeed(this.integer(0x7fffffff), String(label)));
  }

  /** The state, to be stored in a checkpoint: four 32-bit integers. Setting it makes the generator go on from there. */
  get state(): readonly number[] {
    return this.#generator.getState();
  }

  set state(state: readonly number[]) {
    this.#generator = xoroshiro128plusFromState(state);
  }

  /** A generator that goes on from a stored state. */
  static fromState(state: readonly number[]): Random {
    const random = new Random(0);
    random.state = state;
    return random;
  }
}

/** A 32-bit seed from a base seed and a label (FNV-1a), for parts that need their own seed, such as one category.
 *
 * @example
 * ```ts
 * import { hashSeed } from "@lab/iadnet";
 * import { assertNotEquals } from "@std/assert";
 * assertNotEquals(hashSeed(0, "hug"), hashSeed(0, "kick"));
 * ```
 */
export function hashSeed(seed: number, label: string): number {
  let hash = 0x811c9dc5 ^ (seed | 0);
  for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) | 0;
}
