/** What the tests of figures share: runs with random scores, a clip, and the traces of a figure by type. */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { generateClip } from "../../lib/data/synthetic/mod.ts";
import type { Results } from "../../lib/experiments/results.ts";
import { delong, macroAuroc } from "../../lib/metrics/mod.ts";
import { splitScores } from "../../lib/metrics/cells.ts";
import type { Origin } from "../../lib/plots/caption.ts";
import type { BarTrace, Figure, Scatter3dTrace, ScatterTrace } from "../../lib/plots/figure.ts";

/** A run with random scores; its AUROCs and intervals are those of the scores. It is on `categories`, with `normals` and `anomalies` test clips each. */
export function randomResults(
  seed: number,
  { categories = ["hug", "kick"], normals = 4, anomalies = 9 }: {
    categories?: readonly string[];
    normals?: number;
    anomalies?: number;
  } = {},
): Results {
  const random = new Random(seed);
  const rows = categories.map((category) => {
    const scores = Array.from({ length: normals + anomalies }, (_, i) => ({
      clip: `clip ${i}`,
      score: random.normal(i < normals ? 50 : 52, 2),
      anomalous: i >= normals,
    }));
    const { normal, anomalous } = splitScores(scores), { auroc, ci } = delong(normal, anomalous);
    const floors = { "knn-poses": random.uniform(0, 1), "clip-length": random.uniform(0, 1) };
    const interval: [number, number] = [ci.low, ci.high];
    return { category, auroc, ci: interval, normals, anomalies, scores, floors, warnings: [] };
  });
  const macro = macroAuroc(rows, { seed, replicates: 50 });
  return {
    version: "0",
    detector: "iadnet:preset=tiny",
    engine: "cpu",
    seed,
    split: "fold:1",
    data: { format: "synthetic", hash: "0", train: 8, test: normals + anomalies, skipped: 0 },
    macro: { auroc: macro.auroc, ci: [macro.ci.low, macro.ci.high] },
    floors: { "knn-poses": 0.7, "clip-length": 0.5 },
    categories: rows,
  };
}

/** An origin for captions. */
export const ORIGIN: Origin = { detector: "iadnet:preset=tiny", seeds: [3, 5], data: "synthetic" };

/** A clip to draw, and the number of its joints. */
export const clip = generateClip({ category: "kick", seed: 0 }), JOINTS = clip.skeleton.joints.length;

/** The bars of a figure. */
export const barsOf = ({ data }: Figure) => data.filter((trace): trace is BarTrace => trace.type === "bar");

/** The 2D lines and points of a figure. */
export const linesOf = ({ data }: Figure) =>
  data.filter((trace): trace is ScatterTrace => trace.type === "scatter");

/** The 3D traces of a figure. */
export const tracesIn3d = ({ data }: Figure) =>
  data.filter((trace): trace is Scatter3dTrace => trace.type === "scatter3d");

/** Assert that two lists are equal up to a tolerance. */
export function close(a: readonly number[], b: readonly number[], tolerance = 1e-9): void {
  assertEquals(a.length, b.length);
  a.forEach((value, i) => assertAlmostEquals(value, b[i], tolerance));
}
