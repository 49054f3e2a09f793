// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * How large the report of a large run is and how long it takes: 40 categories of 64 joints, synthetic. All categories share
 * one model, since only the report is measured.
 *
 *     deno run -A bench/report.ts [--clips 24]
 */
import { parseArgs } from "@std/cli/parse-args";
import { auroc, type Clip, type Detector, generateDataset, getPreset, IADNet } from "../mod.ts";
import { getSkeleton } from "../lib/data/mod.ts";
import { splitScores } from "../lib/metrics/cells.ts";
import type { CategoryResult, Results } from "../lib/experiments/results.ts";
import { openEngine } from "../lib/engine/select.ts";
import { safeName } from "../lib/core/files.ts";
import { gatherReport } from "../lib/report/gather.ts";
import { renderReport } from "../lib/report/html.ts";
import { loadRunModel } from "../lib/report/model.ts";

const { clips: each } = parseArgs(Deno.args, { string: ["clips"], default: { clips: "24" } });
const skeleton = getSkeleton("interx64"),
  kinds = ["hug", "kick", "wave", "push", "pull", "punch", "point", "imitate"];
const clips = kinds.flatMap((kind) =>
  generateDataset({ seed: 0, clipsPerCategory: 5 * Number(each), categories: [kind], skeleton, fps: 60 })
    .map((clip, i): Clip => ({ ...clip, id: `${clip.id}/${i}`, category: `${kind} ${i % 5 + 1}` }))
);
const categories = [...new Set(clips.map(({ category }) => category))];
const train = clips.filter((_, i) => i % 10 < 5), test = clips.filter((_, i) => i % 10 >= 5);

const engine = await openEngine("auto", 1), preset = getPreset("tiny");
const detector = new IADNet({ preset, engine });
await detector.fit(train.filter(({ category }) => category === categories[0]), { seed: 0 });
const run = await Deno.makeTempDir(), scored = await detector.predict(test);
await Deno.mkdir(`${run}/models`);
const results = await Promise.all(categories.map(async (category): Promise<CategoryResult> => {
  await detector.save(`${run}/models/${safeName(category)}.safetensors`);
  const own = test.map((clip, i) => ({
    clip: clip.id,
    score: scored[i].score,
    anomalous: clip.category !== category,
    p: scored[i].p,
  }));
  const { normal, anomalous } = splitScores(own);
  return {
    category,
    auroc: auroc(normal, anomalous),
    ci: [0, 1],
    normals: normal.length,
    anomalies: anomalous.length,
    scores: own,
    smallestP: detector.smallestP,
    floors: {},
    warnings: [],
  };
}));
const whole: Results = {
  version: "0.0.0",
  detector: `iadnet:preset=${preset.name}`,
  engine: engine.name,
  seed: 0,
  split: "fold:1",
  data: { format: "synthetic", hash: "", train: train.length, test: test.length, skipped: 0 },
  macro: { auroc: results.reduce((sum, { auroc }) => sum + auroc, 0) / results.length, ci: [0, 1] },
  floors: {},
  categories: results,
};

const started = performance.now(), models = new Map<string, Detector>();
for (const category of categories) models.set(category, (await loadRunModel(run, category, engine))!);
const known = { train, test: new Map(test.map((clip) => [clip.id, clip])) };
const data = await gatherReport({ name: "bench", results: whole, clips: known, models, alpha: 0.05, engine });
const page = renderReport(data), seconds = (performance.now() - started) / 1000;
console.log(
  `${categories.length} categories, ${test.length} test clips, ${skeleton.joints.length} joints: ` +
    `${data.cases.length} clips explained, ${data.clips.length} embedded, ` +
    `${(page.length / 1e6).toFixed(2)} MB in ${seconds.toFixed(1)} s`,
);
await Deno.remove(run, { recursive: true });
await engine.close();
