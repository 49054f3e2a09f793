import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { openDataset } from "../../mod.ts";
import { measureCell } from "../../lib/experiments/estimate.ts";
import { makeManifest } from "../../lib/experiments/manifest.ts";

const dataset = await openDataset("0,clips=8", { format: "synthetic" });
const manifest = makeManifest({
  kind: "benchmark",
  ...{ dataset, source: { path: "0,clips=8", options: { format: "synthetic" }, treatments: [] } },
  ...{ engine: "onnx-cpu", threads: 1, categories: ["hug"] },
  detectors: ["iadnet:preset=tiny,epochs=100000", "stg-nf:epochs=100000", "knn-poses"],
  ...{ splits: ["fold:1"], splitSeed: 0, seeds: [0] },
});

Deno.test("A cell of very many steps is measured in seconds, and projected from all its steps and clips", async () => {
  for (const index of [0, 1]) {
    const started = performance.now(), time = await measureCell(manifest, dataset, index);
    const measured = (performance.now() - started) / 1000,
      { seconds, start, steps, step, clips, clip } = time;
    assert(steps >= 100_000 && step > 0 && clip > 0, JSON.stringify(time));
    assertEquals(clips, testClips());
    assertAlmostEquals(seconds, start + (steps - 1) * step + clips * clip, 1e-6 * seconds);
    assert(measured < seconds, `${measured} of ${seconds} s`);
  }
});

Deno.test("A floor has no steps: its fit and its clips are measured", async () => {
  const { start, steps, step, clips, clip, seconds } = await measureCell(manifest, dataset, 2);
  assertEquals([steps, step], [0, 0]);
  assert(start > 0 && clip > 0);
  assertAlmostEquals(seconds, start + clips * clip, 1e-6 * seconds);
});

/** Number of test clips of the split. */
function testClips(): number {
  return [...dataset.folds.values()].filter((fold) => fold === 1).length;
}
