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
  /** Joints of the skeleton whose means are the 15 canonical joints, which the encoder then reads in place of all joints
   * (`canonicalJoints`); absent if it reads all. */
  readonly canonical?: readonly (readonly number[])[];
  /** How features of frames become features of the clip: `mean`, their mean, as in the paper; `moments`, mean, logarithm of the
   * deviation and logarithm of the mean absolute change from frame to frame. */
  readonly pool: "mean" | "moments";
  /** Skip connection around the encoder: f starts with the same pooling of all joints of both people and of the proximity map
   * exp(map) of the joints that the encoder reads. */
  readonly skip: boolean;
  /** f has the moments of this many random projections of what the skip connection reads and of its velocities: they see how joints,
   * and people, move together. 0 = none. */
  readonly projections?: number;
  /** f has this many cosine coefficients over time of the first E features of a frame, which are those of the last TASU, the lowest; 0 = none. */
  readonly cosines?: number;
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
    pool: oneOf("mean", "moments"),
    skip: oneOf(true, false),
    projections: numberThat("a whole number from 0", (count = 0) => Number.isInteger(count) && count >= 0),
    cosines: numberThat(
      "a whole number from 0 to the number of frames",
      (count = 0) => Number.isInteger(count) && count >= 0 && count <= config.frames,
    ),
    gain: numberThat("positive", (gain) => gain > 0),
  });
}
