/**
 * The diffusion schedule of MoCoDAD: the cosine schedule (Nichol and Dhariwal 2021) with 10 steps.
 *
 * @module
 */
import { LATENT } from "./config.ts";

/** Number of diffusion steps. Step 0 is used neither in training nor in sampling, so that 9 are left. */
export const STEPS = 10;

/** Variances by step. */
export interface Schedule {
  /** Variance that a step adds. */
  readonly beta: readonly number[];
  /** 1 - beta. */
  readonly alpha: readonly number[];
  /** Share of the signal's variance that is left after the step: the product of all alpha up to it. */
  readonly signal: readonly number[];
}

/** The schedule: beta_i = min(1 - f((i + 1) / N) / f(i / N), 0.999) with f(t) = cos^2((t + 0.008) / 1.008 * pi / 2). */
export function cosineSchedule(steps: number = STEPS): Schedule {
  const f = (t: number) => Math.cos((t + 0.008) / 1.008 * Math.PI / 2) ** 2;
  const beta = Array.from(
    { length: steps },
    (_, i) => Math.min(1 - f((i + 1) / steps) / f(i / steps), 0.999),
  );
  const alpha = beta.map((value) => 1 - value);
  let product = 1;
  return { beta, alpha, signal: alpha.map((value) => product *= value) };
}

/** The embedding of a step: the sines of 8 angles t / 10000^(k / 8), k = 0 to 7, then their cosines. */
export function stepEmbedding(step: number): number[] {
  const angles = Array.from({ length: LATENT / 2 }, (_, k) => step / 10000 ** (2 * k / LATENT));
  return [...angles.map(Math.sin), ...angles.map(Math.cos)];
}
