/** Errors of windows: the frames that follow against samples of them. */
import type { Engine, Named } from "../../../engine/engine.ts";
import { hashSeed, Random } from "../../../core/random.ts";
import { CHANNELS, halves } from "./preprocess.ts";
import { NOISES, programsOf } from "./programs.ts";
import { FUTURE } from "./sts_gcn.ts";

/** Number of samples in one call of the engine. */
const CHUNK = 128;

/** Options for `windowErrors`. */
export interface Sampling {
  readonly joints: number;
  /** Samples of each window. */
  readonly samples: number;
  /** Seed of the noise, which depends on nothing else but the window's name and the sample's number. */
  readonly seed: number;
}

/** Error of each window: mean smooth L1 distance between its last 3 frames and the nearest sample of them.
 * @param values Weights and running statistics. @param windows [joints, 6, 3] each. @param names One name a window. */
export async function windowErrors(
  engine: Engine,
  values: Named,
  windows: readonly Float32Array[],
  names: readonly string[],
  { joints, samples, seed }: Sampling,
): Promise<Float64Array> {
  const weights = Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith("scaler.")));
  const { sample } = programsOf(engine, { channels: CHANNELS, joints, weight: 0 });
  const runner = await engine.runner(sample, weights);
  const errors = new Float64Array(names.length).fill(Infinity), count = names.length * samples;
  const width = joints * FUTURE * CHANNELS, own = new Float32Array(NOISES * width);
  for (let at = 0; at < count; at += CHUNK) {
    // The last chunk is padded with copies, so that one compiled shape serves all.
    const places = Array.from({ length: CHUNK }, (_, i) => Math.min(at + i, count - 1));
    const rows = places.map((place) => Math.floor(place / samples));
    const past = halves(windows, rows, joints, 0), noise = new Float32Array(CHUNK * own.length);
    places.forEach((place, b) => {
      if (b > 0 && place === places[b - 1]) return; // a copy: whatever noise
      drawNormals(new Random(hashSeed(seed, `${names[rows[b]]} sample ${place % samples}`)), own);
      for (let k = 0; k < own.length; k += CHANNELS) {
        for (let axis = 0; axis < CHANNELS; axis++) noise[k * CHUNK + b * CHANNELS + axis] = own[k + axis];
      }
    });
    const inputs = { past, noise: { shape: [NOISES, ...past.shape], values: noise } };
    const { future } = await runner.run(inputs);
    const actual = halves(windows, rows, joints, 1).values;
    for (let b = 0; b < CHUNK && at + b < count; b++) {
      let sum = 0;
      for (let k = 0; k < width; k++) {
        const place = (Math.floor(k / CHANNELS) * CHUNK + b) * CHANNELS + k % CHANNELS;
        const size = Math.abs(future[place] - actual[place]);
        sum += size < 1 ? size * size / 2 : size - 0.5;
      }
      errors[rows[b]] = Math.min(errors[rows[b]], sum / width);
    }
  }
  return errors;
}

/** Fill with standard normal numbers (Box-Muller, both values of a pair). */
export function drawNormals(random: Random, target: Float32Array): void {
  for (let k = 0; k < target.length; k += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random.uniform())), angle = 2 * Math.PI * random.uniform();
    target[k] = radius * Math.cos(angle);
    if (k + 1 < target.length) target[k + 1] = radius * Math.sin(angle);
  }
}
