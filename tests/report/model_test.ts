import { assert, assertEquals } from "@std/assert";
import { generateDataset } from "../../mod.ts";
import { writeNpy } from "../support/write_npy.ts";
import { gatherReport } from "../../lib/report/gather.ts";
import { jointShares, ofRecording, runningSum } from "../../lib/report/model.ts";
import { openRun } from "../../lib/report/run.ts";
import { sentFile, serveRun } from "../support/serve_run.ts";
import { CATEGORIES, makeRun } from "../support/report_run.ts";

Deno.test("joint shares and the running score keep the sum of the contributions", () => {
  const own = [Float64Array.of(1, 2, 3, 4), Float64Array.of(5, 6, 7, 8)] as const;
  const pairs = Float64Array.from({ length: 8 }, (_, i) => i);
  const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
  const total = sum(own[0]) + sum(own[1]) + sum(pairs);
  assertEquals(sum(jointShares(own, pairs, 2, 2)), total);
  const frames = Float64Array.of(1, 2, 3, 4, 5, 6);
  assertEquals([...ofRecording(frames, 2, 2)], [1, 2, 3 + 5, 4 + 6]);
  assertEquals([...ofRecording(frames, 2, 4)], [1, 2, 3, 4, 5, 6, 0, 0]);
  assertEquals([...runningSum(10, Float64Array.of(1, -2, 4))], [11, 9, 13]);
});

for (const [detector, title] of [["knn-poses", "knn-poses"], ["stg-nf:epochs=1", "STG-NF"]]) {
  Deno.test(`a report of ${detector} has p-values, alarms and the nearest normal clips, and no explanation`, async () => {
    const alpha = 0.2, folder = await makeRun({ detector }), run = await openRun(folder, { alpha });
    await using served = await serveRun(folder, { alpha });
    const trained = new Map(run.clips!.train.map((clip) => [clip.id, clip.category]));
    try {
      const data = await gatherReport(run);
      assertEquals([data.detector, data.title, data.unit, data.explains], [detector, title, "", false]);
      for (const { category, clip, score } of data.cases) {
        const result = run.results.categories.find((own) => own.category === category)!;
        assertEquals(score, result.scores.find((own) => own.clip === data.clips[clip].id)!.score);
      }
      assert(data.cases.some(({ alarm }) => alarm) && data.categories.every(({ p }) => p !== undefined));

      const [{ frames, x, y }] = generateDataset({ seed: 9, clipsPerCategory: 1, categories: ["wave"] });
      const file = writeNpy(Float32Array.of(...x, ...y), [2, frames, 15, 3]);
      const sent = await sentFile(served.scorer.programs.folder, file);
      const scored = await served.scorer.score(sent, "mine.npy", "");
      assertEquals(scored.cases.map(({ category }) => category).sort(), CATEGORIES);
      for (const { clips, cases } of [data, scored]) {
        for (const { category, p, alarm, nearest, explanation, curve } of cases) {
          assert(p! > 0 && p! <= 1 && Number.isFinite(nearest!.score));
          assertEquals([alarm, explanation, curve], [p! <= alpha, undefined, undefined]);
          assertEquals(trained.get(clips[nearest!.clip].id), category);
        }
      }
    } finally {
      await run.engine.close();
    }
  });
}
