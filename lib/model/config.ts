/**
 * Sizes of IADNet, and the switches of the paper's ablations.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";

/** Sizes and switches of the network. Letters are those of section III. */
export interface NetworkConfig {
  /** D: joints of one person. */
  readonly joints: number;
  /** T: frames. */
  readonly frames: number;
  /** E: embedding dimension, a multiple of `heads`. */
  readonly embedding: number;
  /** N: stacked TASUs. */
  readonly units: number;
  /** Heads of every attention. */
  readonly heads: number;
  /** `plain`: one residual connection around each TASU, as in the paper. `residual`: one around each attention. */
  readonly block: "plain" | "residual";
  /** Table II: one learnable position table for both people, one for each, or fixed sinusoids. */
  readonly position: "sync" | "unsync" | "sinusoidal";
  /** Table III: DREM and distance cross-attention. */
  readonly drem: boolean;
  /** Table V: both streams use the same weights. */
  readonly share: boolean;
  /** Output features of one person and frame; f has twice as many. */
  readonly features: number;
  /** Linear layers of the flow; 10 in the paper. */
  readonly flowLayers: number;
  /** Initial slope of the flow's PReLUs, in (0, 1]. */
  readonly slope: number;
}

/** Check a configuration.
 *
 * @throws {UsageError} If a size or a switch is out of range.
 */
export function checkNetwork(config: NetworkConfig): void {
  for (const key of ["joints", "frames", "embedding", "units", "heads", "flowLayers"] as const) {
    const value = config[key];
    if (!(Number.isInteger(value) && value > 0)) throw refusal(`${key} must be positive, got ${value}`);
  }
  const { embedding, heads, features, slope } = config;
  if (embedding % heads !== 0) {
    throw refusal(`embedding must be a multiple of heads, got ${embedding} and ${heads}`);
  }
  if (!(Number.isInteger(features) && features >= 0)) {
    throw refusal(`features must not be negative, got ${features}`);
  }
  if (!(slope > 0 && slope <= 1)) throw refusal(`slope must be in (0, 1], got ${slope}`);
  checkChoices(config, {
    block: ["plain", "residual"],
    position: ["sync", "unsync", "sinusoidal"],
    drem: [true, false],
    share: [true, false],
  });
}

/** Check that settings have one of their possible values.
 *
 * @throws {UsageError} If one has not.
 */
export function checkChoices<Config extends object>(
  config: Config,
  choices: { readonly [Key in keyof Config]?: readonly Config[Key][] },
): void {
  for (const [key, known] of Object.entries<readonly unknown[] | undefined>(choices)) {
    const value = config[key as keyof Config];
    if (!known?.includes(value)) throw refusal(`${key} must be ${known?.join(" or ")}, got ${value}`);
  }
}

/** The error for a configuration that cannot be built. */
export function refusal(why: string): UsageError {
  return new UsageError(`Cannot build IADNet: ${why}`);
}
