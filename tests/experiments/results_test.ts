import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { evaluate } from "../../lib/experiments/evaluate.ts";
import { resultsTable } from "../../lib/experiments/tables/results_table.ts";
import { splitDataset } from "../../lib/data/split.ts";
import { syntheticDataset } from "../../lib/data/synthetic/mod.ts";
import { createDetector } from "../../lib/detectors/registry.ts";

const CATEGORIES = ["hug", "kick"];
const dataset = syntheticDataset({ seed: 1, clipsPerCategory: 20, categories: CATEGORIES, fps: 10 });
const split = splitDataset(dataset, "fold:5", 0);

Deno.test("Results hold the p-values of the test clips, and the false alarms that follow from them", async () => {
  const results = await evaluate({ dataset, split, detector: "knn-poses", seed: 0 });
  const { categories, falseAlarms } = results,
    groupOf = new Map(split.test.map(({ id, group }) => [id, group]));
  assert(falseAlarms);
  let alarms = 0;
  const byGroup: Record<string, number> = {};
  for (const { category, scores, smallestP } of categories) {
    const train = split.train.filter((clip) => clip.category === category);
    assertEquals(smallestP, 1 / (train.length + 1));
    const detector = createDetector("knn-poses");
    await detector.fit(train, { seed: 0 });
    assertEquals(scores.map(({ p }) => p), (await detector.predict(split.test)).map(({ p }) => p));
    const own = scores.filter(({ anomalous, p }) => !anomalous && p! <= 0.05);
    assertEquals(falseAlarms.categories[category].alarms, own.length);
    for (const { clip } of own) byGroup[groupOf.get(clip)!] = 1 + (byGroup[groupOf.get(clip)!] ?? 0);
    alarms += own.length;
  }
  assertEquals(falseAlarms.alarms, alarms);
  for (const [group, rate] of Object.entries(falseAlarms.groups)) {
    assertEquals(rate.alarms, byGroup[group] ?? 0);
  }
  assertEquals(falseAlarms.knownGroups, [], "the split holds out whole groups");
  const table = resultsTable(results);
  assertStringIncludes(table, `No alarm is possible at alpha 0.05 for hug, kick`);
  assertStringIncludes(table, `smallest possible p`);
});

Deno.test("Results without calibration have no p-values, and groups with training clips are named", async () => {
  const bare = await evaluate({ dataset, split, detector: "knn-poses:calibrationFolds=0", seed: 0 });
  assertEquals([bare.falseAlarms, bare.categories[0].smallestP, bare.categories[0].scores[0].p], [
    undefined,
    undefined,
    undefined,
  ]);
  assert(!resultsTable(bare).includes("alpha"));
  const mixed = { ...split, train: [...split.train, split.test[0]], test: split.test.slice(1) };
  const { falseAlarms } = await evaluate({ dataset, split: mixed, detector: "knn-poses", seed: 0 });
  assertEquals(falseAlarms!.knownGroups, [split.test[0].group]);
});
