import { assertEquals, assertRejects } from "@std/assert";
import { createDetector, evaluate, splitDataset, syntheticDataset } from "../../mod.ts";

const dataset = syntheticDataset({ seed: 2, clipsPerCategory: 36, categories: ["hug", "kick"] });
const hugs = dataset.clips.filter(({ category }) => category === "hug");
const ABORTED = new Error("the user has seen enough");

for (const spec of ["iadnet:preset=tiny", "ml-aad:epochs=2", "knn-poses"]) {
  Deno.test(`A fit of ${spec} that is aborted rejects with the reason, at any step, and leaves the detector as it was`, async () => {
    const detector = createDetector(spec, { threads: 1 });
    await detector.fit(hugs, { seed: 0 });
    const before = detector.toBytes();
    let steps = 0;
    await createDetector(spec, { threads: 1 }).fit(hugs, { seed: 1, onProgress: () => void steps++ });
    for (const at of new Set([0, Math.min(1, steps), Math.floor(steps / 2), steps])) {
      const stop = new AbortController();
      let step = 0;
      const onProgress = () => void (++step === at && stop.abort(ABORTED));
      if (at === 0) stop.abort(ABORTED);
      const error = await assertRejects(() =>
        detector.fit(hugs, { seed: 1, onProgress, signal: stop.signal })
      );
      assertEquals([error, step], [ABORTED, at]);
      assertEquals(detector.toBytes(), before);
    }
  });

  Deno.test(`Scores of ${spec} come in parts to the same bits, with progress, until they are aborted`, async () => {
    const detector = createDetector(spec, { threads: 1 }), many = [...dataset.clips, ...dataset.clips];
    await detector.fit(hugs, { seed: 0 });
    const done: number[] = [], onProgress = (progress: { done: number }) => void done.push(progress.done);
    assertEquals(await detector.score(many, { onProgress }), await detector.score(many));
    assertEquals(done.at(-1), many.length);
    assertEquals(done, done.toSorted((a, b) => a - b));
    const stop = new AbortController(), { signal } = stop;
    const parts: number[] = [];
    const stopAtOnce = { signal, onProgress: () => void (parts.push(1), stop.abort(ABORTED)) };
    if (done.length > 1) assertEquals(await assertRejects(() => detector.predict(many, stopAtOnce)), ABORTED);
    stop.abort(ABORTED);
    assertEquals(await assertRejects(() => detector.score(many, { signal })), ABORTED);
  });
}

Deno.test("An evaluation that is aborted rejects with the reason", async () => {
  const stop = new AbortController(), split = splitDataset(dataset, "fold:1", 0);
  const run = evaluate({
    ...{ dataset, split, detector: "knn-poses", seed: 0, signal: stop.signal },
    onCategory: () => stop.abort(ABORTED),
  });
  assertEquals(await assertRejects(() => run), ABORTED);
});
