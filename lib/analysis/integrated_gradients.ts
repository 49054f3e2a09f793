/**
 * Integrated gradients (Sundararajan et al., ICML 2017) of IADNet's score.
 *
 * @module
 */
import type { AttributionInput, IADNet } from "../detectors/iadnet/detector.ts";

/** Contributions to the difference between the scores of a clip and of a base, in nats. */
export interface Contributions {
  /** Contribution of each joint of person 1, [T, D]. */
  readonly x: Float64Array;
  /** Contribution of each joint of person 2, [T, D]. */
  readonly y: Float64Array;
  /** Contribution of each distance, [T, D, D]. */
  readonly maps: Float64Array;
  /** Score of the clip. */
  readonly score: number;
  /** Score of the base. */
  readonly baseScore: number;
}

/** Integrate the gradients of the score along the straight line from `base` to `clip`, at `points` midpoints, and multiply them by
 * the difference between the two. */
export async function integratedGradients(
  model: IADNet,
  clip: AttributionInput,
  base: AttributionInput,
  points: number,
): Promise<Contributions> {
  const at = (fraction: number): AttributionInput => {
    const between = (to: Float32Array, from: Float32Array) =>
      to.map((value, i) => from[i] + fraction * (value - from[i]));
    return {
      ...clip,
      x: between(clip.x, base.x),
      y: between(clip.y, base.y),
      maps: between(clip.maps, base.maps),
    };
  };
  const mean = {
    x: new Float64Array(clip.x.length),
    y: new Float64Array(clip.y.length),
    maps: new Float64Array(clip.maps.length),
  };
  for (let k = 0; k < points; k++) {
    const gradients = await model.attribute(at((k + 0.5) / points));
    for (const key of ["x", "y", "maps"] as const) {
      gradients[key].forEach((value, i) => mean[key][i] += value / points);
    }
  }
  const along = (key: "x" | "y" | "maps", width: number) => {
    const out = new Float64Array(mean[key].length / width);
    mean[key].forEach((value, i) => out[Math.floor(i / width)] += value * (clip[key][i] - base[key][i]));
    return out;
  };
  return {
    x: along("x", 3),
    y: along("y", 3),
    maps: along("maps", 1),
    score: (await model.attribute(at(1))).score,
    baseScore: (await model.attribute(at(0))).score,
  };
}
