/** A small network for tests. */
import type { Random } from "../../lib/core/random.ts";
import type { Named } from "../../lib/core/tensors.ts";
import type { ModelConfig } from "../../lib/detectors/iadnet/config.ts";
import { initialWeights } from "../../lib/detectors/iadnet/features.ts";
import { withNoise } from "./gradients.ts";

/** A network with two units, and all of the paper's parts. */
export const NETWORK: ModelConfig = {
  joints: 3,
  frames: 4,
  embedding: 8,
  units: 2,
  heads: 2,
  block: "residual",
  position: "sync",
  drem: true,
  map: "distance",
  share: true,
  velocity: true,
  pool: "mean",
  skip: false,
  features: 3,
  gain: 1,
  flowLayers: 3,
  slope: 0.8,
};

/** Weights away from the special points of their initial values; but PReLU slopes of 1, where the loss has no jumps that
 * finite differences would trip over (other slopes are held to the PyTorch writing in parity_test.ts). */
export function weightsOf(config: ModelConfig, random: Random): Named {
  return Object.fromEntries(
    Object.entries(initialWeights(config, 1)).map(([name, own]) => {
      const noisy = withNoise(own, random, 0.1);
      return [name, name === "flow.slope" ? { ...own, values: own.values.map(() => 0) } : noisy];
    }),
  );
}
