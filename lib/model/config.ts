/** Sizes of IADNet, and the switches of the paper's ablations. */
import { UsageError } from "../core/errors.ts";
import { checkSettings, numberThat, oneOf, optional, wholeNumber } from "../core/options.ts";

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
  /** Hidden width of the feed-forward layer at the end of each TASU, as a multiple of E; 0, or absent, = none. Only in `residual`. */
  readonly feedForward?: number;
  /** Rate of dropout behind every residual sublayer in training, in [0, 1); 0 if absent. Only in `residual`. */
  readonly dropout?: number;
  /** Table II: one learnable position table for both people, one for each, or fixed sinusoids. */
  readonly position: "sync" | "unsync" | "sinusoidal";
  /** Standard deviation of the initial values of a learnable position table; 0.02 if absent. */
  readonly positionStd?: number;
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
  /** The flow that the encoder is trained through: `free`, as published; `fixed`, all linear layers preserve volume. `free` if
   * absent. */
  readonly volume?: "free" | "fixed";
}

/** Check a configuration.
 * @throws {UsageError} If a size or a switch is out of range. */
export function checkNetwork(config: NetworkConfig): void {
  const size = wholeNumber(1);
  const { embedding, heads, block, feedForward, dropout } = checkSettings<NetworkConfig>(
    "build IADNet",
    config,
    {
      joints: size,
      frames: size,
      embedding: size,
      units: size,
      heads: size,
      block: oneOf("plain", "residual"),
      feedForward: optional(numberThat("0 or positive", (multiple) => multiple >= 0 && multiple < Infinity)),
      dropout: optional(numberThat("in [0, 1)", (rate) => rate >= 0 && rate < 1)),
      positionStd: optional(
        numberThat("0 or positive", (deviation) => deviation >= 0 && deviation < Infinity),
      ),
      position: oneOf("sync", "unsync", "sinusoidal"),
      drem: oneOf(true, false),
      share: oneOf(true, false),
      features: wholeNumber(0),
      flowLayers: size,
      slope: numberThat("in (0, 1]", (slope) => slope > 0 && slope <= 1),
      volume: optional(oneOf("free", "fixed")),
    },
  );
  if (embedding % heads !== 0) {
    throw new UsageError(
      `Cannot build IADNet: embedding must be a multiple of heads, got ${embedding} and ${heads}`,
    );
  }
  if (block === "plain" && (feedForward || dropout)) {
    throw new UsageError(
      "Cannot build IADNet: block must be residual with a feed-forward layer or dropout, got plain",
    );
  }
}
