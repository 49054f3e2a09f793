/**
 * The configuration of IADNet: every size and every switch of the ablations.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";

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
  /** What DREM's MLP reads: `distance`, the maps of equation 2 (minus metres); `proximity`, 3 exp(map), which tells near
   * distances apart and not far ones. */
  readonly map: "distance" | "proximity";
  /** Table V: both streams use the same weights. */
  readonly share: boolean;
  /** Add frame-to-frame velocities to the motion MLP's input. */
  readonly velocity: boolean;
  /** How features of frames become features of the clip: their mean; mean and standard deviation; or mean, logarithm of
   * the deviation and logarithm of the mean absolute change from frame to frame. */
  readonly pool: "mean" | "mean-deviation" | "moments";
  /** Put the same pooling of what the encoder reads, both people's joints and the proximity map exp(m), beside that of its
   * features: a skip connection around the encoder. */
  readonly skip: boolean;
  /** Output features of one person and frame; 0 = no output MLP, but the last TASU's feature and f_r themselves. */
  readonly features: number;
  /** Factor on the initial weights (not biases) of the motion and the relation MLP. */
  readonly gain: number;
  /** Linear layers of the flow (10 in the paper). */
  readonly flowLayers: number;
  /** Initial slope of the flow's PReLUs, in (0, 1]. */
  readonly slope: number;
}

/** Dimension d of the clip's feature vector f = (f^x, f^y), which the flow maps to s. */
export function featureDimension(config: ModelConfig): number {
  return featureBlocks(config).reduce((sum, width) => sum + width, 0);
}

/** Widths of the blocks that the clip's feature vector is made of: the moments of the skipped input, if there is a skip,
 * then the moments of (f^x, f^y). */
export function featureBlocks(config: ModelConfig): number[] {
  const { joints, drem } = config;
  const each = config.features || config.embedding * (drem ? 2 : 1);
  const raw = config.skip ? [6 * joints + (drem ? joints * joints : 0)] : [];
  return [...raw, 2 * each].flatMap((width) => Array<number>(MOMENTS[config.pool]).fill(width));
}

/** Values that pooling makes of one feature. */
export const MOMENTS = { "mean": 1, "mean-deviation": 2, "moments": 3 } as const;

/** Check a configuration.
 *
 * @throws {UsageError} If a size or a switch is out of range.
 */
export function checkConfig(config: ModelConfig): ModelConfig {
  const refuse = (why: string) => new UsageError(`Cannot build IADNet: ${why}`);
  for (const key of ["joints", "frames", "embedding", "units", "heads", "flowLayers"] as const) {
    if (!(Number.isInteger(config[key]) && config[key] > 0)) {
      throw refuse(`${key} must be positive, got ${config[key]}`);
    }
  }
  if (config.embedding % config.heads !== 0) {
    throw refuse(`embedding must be a multiple of heads, got ${config.embedding} and ${config.heads}`);
  }
  if (!(Number.isInteger(config.features) && config.features >= 0)) {
    throw refuse(`features must not be negative, got ${config.features}`);
  }
  if (!(config.gain > 0)) throw refuse(`gain must be positive, got ${config.gain}`);
  if (!(config.slope > 0 && config.slope <= 1)) throw refuse(`slope must be in (0, 1], got ${config.slope}`);
  for (const key of ["drem", "share", "velocity", "skip"] as const) {
    if (typeof config[key] !== "boolean") throw refuse(`${key} must be true or false, got ${config[key]}`);
  }
  const choices = {
    block: ["plain", "residual"],
    position: ["sync", "unsync", "sinusoidal"],
    map: ["distance", "proximity"],
    pool: ["mean", "mean-deviation", "moments"],
  } as const;
  for (const [key, known] of Object.entries(choices)) {
    const value = config[key as keyof typeof choices];
    if (!(known as readonly string[]).includes(value)) {
      throw refuse(`${key} must be ${known.join(" or ")}, got ${value}`);
    }
  }
  return config;
}
