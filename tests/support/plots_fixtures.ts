/** Runs with random scores, whose AUROC and intervals are those of the scores. */
import { delong, macroAuroc, Random, type Results, sidesOf } from "../../mod.ts";

/** A run on `categories`, with `normals` and `anomalies` test clips each. */
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
    const { normal, anomalous } = sidesOf(scores), { auroc, ci } = delong(normal, anomalous);
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
