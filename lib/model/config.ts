/** Sizes of IADNet, and the switches of the paper's ablations. */
import { UsageError } from "../core/errors.ts";
import { checkSettings, numberThat, oneOf, wholeNumber } from "../core/options.ts";

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
 * @throws {UsageError} If a size or a switch is out of range. */
export function checkNetwork(config: NetworkConfig): void {
  const size = wholeNumber(1);
  const { embedding, heads } = checkSettings<NetworkConfig>("build IADNet", config, {
    joints: size,
    frames: size,
    embedding: size,
    units: size,
    heads: size,
    block: oneOf("plain", "residual"),
    position: oneOf("sync", "unsync", "sinusoidal"),
    drem: oneOf(true, false),
    share: oneOf(true, false),
    features: wholeNumber(0),
    flowLayers: size,
    slope: numberThat("in (0, 1]", (slope) => slope > 0 && slope <= 1),
  });
  if (embedding % heads === 0) return;
  throw new UsageError(
    `Cannot build IADNet: embedding must be a multiple of heads, got ${embedding} and ${heads}`,
  );
}
