/**
 * The configuration of IADNet: every size and every switch of the ablations.
 *
 * @module
 */
import { UsageError } from "../errors.ts";

/** Sizes and switches of the network. Letters are those of section III. */
export interface ModelConfig {
  /** D: joints of one person. */
  readonly joints: number;
  /** T: frames. */
  readonly frames: number;
  /** E: embedding dimension; a multiple of `heads`. */
  readonly embedding: number;
  /** N: stacked TASUs. */
  readonly units: number;
  /** Heads of every attention. */
  readonly heads: number;
  /** `plain`: the paper's wiring, one residual around each TASU. `residual`: each attention is residual, too. */
  readonly block: "plain" | "residual";
  /** Table II: one learnable table for both people, one each, or the fixed sinusoids. */
  readonly position: "sync" | "unsync" | "sinusoidal";
  /** Table III: distance maps and distance cross-attention. */
  readonly drem: boolean;
  /** Table V: both streams use the same weights. */
  readonly share: boolean;
  /** Add frame-to-frame velocities to the motion MLP's input. */
  readonly velocity: boolean;
  /** How features of frames become features of the clip: their mean, or mean and standard deviation. */
  readonly pool: "mean" | "mean-deviation";
  /** Output features of one person and frame. */
  readonly features: number;
  /** Linear layers of the flow (10 in the paper). */
  readonly flowLayers: number;
  /** Initial slope of the flow's PReLUs, in (0, 1]. */
  readonly slope: number;
}

/** Dimension d of the clip's feature vector f = (f^x, f^y), which the flow maps to s. */
export function featureDimension(config: ModelConfig): number {
  return 2 * config.features * (config.pool === "mean" ? 1 : 2);
}

/** Check a configuration.
 *
 * @throws {UsageError} If a size or a switch is out of range.
 */
export function checkConfig(config: ModelConfig): ModelConfig {
  const refuse = (why: string) => new UsageError(`Cannot build IADNet: ${why}`);
  for (const key of ["joints", "frames", "embedding", "units", "heads", "features", "flowLayers"] as const) {
    if (!(Number.isInteger(config[key]) && config[key] > 0)) {
      throw refuse(`${key} must be positive, got ${config[key]}`);
    }
  }
  if (config.embedding % config.heads !== 0) {
    throw refuse(`embedding must be a multiple of heads, got ${config.embedding} and ${config.heads}`);
  }
  if (!(config.slope > 0 && config.slope <= 1)) throw refuse(`slope must be in (0, 1], got ${config.slope}`);
  const choices = {
    block: ["plain", "residual"],
    position: ["sync", "unsync", "sinusoidal"],
    pool: ["mean", "mean-deviation"],
  } as const;
  for (const [key, known] of Object.entries(choices)) {
    const value = config[key as keyof typeof choices];
    if (!(known as readonly string[]).includes(value)) {
      throw refuse(`${key} must be ${known.join(" or ")}, got ${value}`);
    }
  }
  return config;
}
