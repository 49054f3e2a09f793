/**
 * Gradients of a score along a path, for explanations.
 *
 * @module
 */
import type { PreparedClip } from "../data/transforms/prepare.ts";
import type { Engine, Named } from "../engine/engine.ts";
import type { ModelConfig } from "../model/config.ts";
import { programsOf } from "../detectors/iadnet/training.ts";

/** One end of a path: a prepared clip and its distance maps. */
export interface PathEnd extends PreparedClip {
  /** Distance maps (equation 2), [T, D, D], metres, negative. */
  readonly maps: Float32Array;
}

/** Mean gradients along a path, and the scores at its ends. */
export interface PathGradients {
  /** With respect to person 1's joints, [T, D, 3]. */
  readonly x: Float64Array;
  /** With respect to person 2's joints, [T, D, 3]. */
  readonly y: Float64Array;
  /** With respect to the distance maps, [T, D, D]. */
  readonly maps: Float64Array;
  /** Scores of the clip and of the base. */
  readonly ends: readonly [number, number];
}

/** Mean of the score's gradients at `points` midpoints of the straight path from `base` to `clip`. */
export async function pathGradients(
  engine: Engine,
  config: ModelConfig,
  weights: Named,
  clip: PathEnd,
  base: PathEnd,
  points: number,
): Promise<PathGradients> {
  const { frames, joints } = config;
  const runner = await engine.runner(programsOf(engine, config).attribution, weights);
  const at = (to: Float32Array, from: Float32Array, part: number) =>
    to.map((value, i) => from[i] + part * (value - from[i]));
  const run = (part: number) =>
    runner.run({
      x: { shape: [1, frames, joints, 3], values: at(clip.x, base.x, part) },
      y: { shape: [1, frames, joints, 3], values: at(clip.y, base.y, part) },
      maps: { shape: [frames, 1, joints, joints], values: at(clip.maps, base.maps, part) },
    });
  const sums = {
    x: new Float64Array(clip.x.length),
    y: new Float64Array(clip.y.length),
    maps: new Float64Array(clip.maps.length),
  };
  for (let k = 0; k < points; k++) {
    const gradients = await run((k + 0.5) / points);
    for (const key of ["x", "y", "maps"] as const) {
      gradients[key].forEach((value, i) => sums[key][i] += value / points);
    }
  }
  const ends = [(await run(1)).nll[0], (await run(0)).nll[0]] as const;
  return { ...sums, ends };
}
