/** The network of a preset: the paper's sizes and switches, and what this detector adds to them. */
import { checkSettings, numberThat, oneOf } from "../../core/options.ts";
import { checkNetwork, type NetworkConfig } from "../../model/config.ts";

/** Sizes and switches of the network. */
export interface ModelConfig extends NetworkConfig {
  /** What DREM's MLP reads: `distance`, the maps of equation 2 (minus metres), as in the paper; `proximity`, 3 exp(map), which
   * distinguishes near distances and not far ones. */
  readonly map: "distance" | "proximity";
  /** Add frame-to-frame velocities to the motion MLP's input. */
  readonly velocity: boolean;
  /** How features of frames become features of the clip: `mean`, their mean, as in the paper; `mean-deviation`, mean and standard
   * deviation; `moments`, mean, logarithm of the deviation and logarithm of the mean absolute change from frame to frame. */
  readonly pool: "mean" | "mean-deviation" | "moments";
  /** Skip connection around the encoder: f starts with the same pooling of both people's joints and of the proximity map
   * exp(map). */
  readonly skip: boolean;
  /** Output features of one person and frame; 0 = no output MLP: the last TASU's feature and f_r themselves. */
  readonly features: number;
  /** Factor on the initial weights (not biases) of the motion and the relation MLP; 1 in the paper. */
  readonly gain: number;
}

/** Check a configuration, and return it.
 * @throws {UsageError} If a size or a switch is out of range. */
export function checkConfig(config: ModelConfig): ModelConfig {
  checkNetwork(config);
  return checkSettings<ModelConfig>("build IADNet", config, {
    map: oneOf("distance", "proximity"),
    velocity: oneOf(true, false),
    pool: oneOf("mean", "mean-deviation", "moments"),
    skip: oneOf(true, false),
    gain: numberThat("positive", (gain) => gain > 0),
  });
}
