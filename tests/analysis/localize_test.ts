import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Clip, explain, generateDataset, getPreset, IADNet, localize, UsageError } from "../../mod.ts";
import { evaluateLocalization, spliceClips } from "../../lib/experiments/splice.ts";
import { cutClip, cutWindows, windowStarts } from "../../lib/data/transforms/windows.ts";
import { openEngine } from "../../lib/engine/select.ts";

const engine = await openEngine("onnx-cpu", 1);
const clips = generateDataset({ seed: 0, clipsPerCategory: 24, categories: ["hug", "wave"] });
const hugs = clips.filter((clip) => clip.category === "hug"),
  waves = clips.filter((clip) => clip.category === "wave");
const window = getPreset("window");
const fitted = (async () => {
  const detector = new IADNet({ preset: { ...window, training: { ...window.training, epochs: 8 } }, engine });
  await detector.fit(hugs.slice(0, 18), { seed: 0 });
  return detector;
})();

Deno.test("Windows cover every frame, lie inside the clip, and end with its last frame", () => {
  for (
    const [frames, size, stride] of [[10, 3, 1], [10, 4, 3], [5, 9, 2], [9, 9, 4], [1, 3, 1], [100, 7, 7]]
  ) {
    const starts = windowStarts(frames, size, stride);
    const covered = new Set(
      starts.flatMap((s) => Array.from({ length: Math.min(size, frames) }, (_, i) => s + i)),
    );
    assertEquals(covered.size, frames);
    assertEquals(Math.max(...covered), frames - 1);
  }
  const [clip] = hugs;
  const cut = cutClip(clip, 2, 5), width = clip.x.length / clip.frames;
  assertEquals([cut.frames, cut.x.length], [5, 5 * width]);
  assertEquals(cut.x[0], clip.x[2 * width]);
  assertThrows(() => cutClip(clip, clip.frames, 3), UsageError, "has no frames");
  assertEquals(new Set(cutWindows(clip, 1, 4).map(({ id }) => id)).size, cutWindows(clip, 1, 4).length);
});

Deno.test("Splicing keeps each clip's shape: distances within a frame stay, and the pair goes on where it was", () => {
  const parts = [hugs[0], waves[0], hugs[1]];
  const { recording, truth } = spliceClips(parts, 1);
  assertEquals(truth.filter((what) => what === 1).length, waves[0].frames);
  assertEquals(truth.filter((what) => what === 0).length, hugs[0].frames + hugs[1].frames);
  const width = recording.x.length / recording.frames;
  let at = 0;
  for (const clip of parts) {
    for (let t = 0; t < clip.frames; t += 7) {
      for (let k = 0; k < width; k += 3) {
        const distance = (x: Float32Array, y: Float32Array, frame: number) =>
          Math.hypot(...[0, 1, 2].map((axis) => x[frame * width + k + axis] - y[frame * width + axis]));
        assertAlmostEquals(distance(recording.x, recording.y, at + t), distance(clip.x, clip.y, t), 1e-4);
      }
    }
    at += clip.frames + Math.round(0.5 * clip.fps);
  }
  const steps = Array.from(
    { length: recording.frames - 1 },
    (_, t) =>
      Math.hypot(
        ...[0, 1, 2].map((axis) => recording.x[(t + 1) * width + axis] - recording.x[t * width + axis]),
      ),
  );
  assert(Math.max(...steps) < 0.25, `a joint jumps by ${Math.max(...steps)} m`);
});

Deno.test("A spliced wave is found among hugs: frame AUROC above 0.9, and intervals that overlap it", async () => {
  const { frameAuroc, iou } = await evaluateLocalization(await fitted, hugs.slice(18), waves, {
    recordings: 12,
    alpha: 0.05,
    seed: 0,
  });
  assert(frameAuroc > 0.9, `frame AUROC ${frameAuroc}`);
  assert(iou > 0.4, `IoU ${iou}`);
});

Deno.test("localize gives a score and a p for every frame, whatever the stride, and intervals that follow alpha", async () => {
  const detector = await fitted, { recording } = spliceClips([hugs[18], waves[3], hugs[19]], 1);
  for (const stride of [1, 5, 45]) {
    const { scores, p, intervals } = await localize(detector, recording, { stride, alpha: 0.1 });
    assertEquals([scores.length, p.length], [recording.frames, recording.frames]);
    assert(scores.every(Number.isFinite) && p.every((value) => value > 0 && value <= 1));
    for (const { start, end } of intervals) {
      assert(0 <= start && start < end && end <= recording.frames);
      assert(p[start] <= 0.1 && p[end - 1] <= 0.1);
    }
    const inside = (t: number) => intervals.some(({ start, end }) => start <= t && t < end);
    p.forEach((value, t) => assert(value > 0.1 || inside(t)));
  }
  await assertRejects(() => localize(detector, recording, { alpha: 2 }), UsageError, "alpha must be between");
  await assertRejects(() => localize(detector, recording, { stride: 0 }), UsageError, "stride");
  const whole = new IADNet({ preset: "tiny", engine });
  await whole.fit(hugs.slice(0, 6), { seed: 0 });
  await assertRejects(() => localize(whole, recording), UsageError, "reads whole clips");
});

Deno.test("Contributions of an explanation add up to the difference from the nearest normal clip, but for the log-determinant", async () => {
  const detector = new IADNet({ preset: "tiny", engine });
  await detector.fit(hugs.slice(0, 12), { seed: 0 });
  for (const clip of [hugs[20], waves[0], waves[1]]) {
    const why = await explain(detector, clip, hugs.slice(0, 12));
    const [expected] = await detector.score([clip]);
    assertAlmostEquals(why.score, expected, 1e-3 * Math.abs(expected));
    const total = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
    const parts = total(why.byJoint[0]) + total(why.byJoint[1]) + total(why.byPair);
    assertAlmostEquals(total(why.byFrame), parts, 1e-6 * Math.abs(parts) + 1e-9);
    // The log-determinant is constant between the flow's jumps: it has no gradient, and so no contribution.
    const nearest = hugs.find(({ id }) => id === why.nearest)!;
    const { determinant: [own, other] } = await detector.scoreParts([clip, nearest]);
    const difference = why.score - why.nearestScore - (own - other);
    assertAlmostEquals(parts, difference, 0.01 * Math.abs(difference) + 0.1);
  }
});

Deno.test("The explanation names the frames that were changed", async () => {
  const detector = new IADNet({ preset: "tiny", engine });
  await detector.fit(hugs.slice(0, 12), { seed: 0 });
  const source = hugs[0], width = source.x.length / source.frames;
  const x = source.x.slice(), from = Math.floor(source.frames * 0.5), to = Math.floor(source.frames * 0.75);
  for (let t = from; t < to; t++) for (let k = 1; k < width; k += 3) x[t * width + k] += 0.6; // person 1 flies up
  const changed: Clip = { ...source, id: "changed", x };
  const { nearest, byFrame, byJoint, frames } = await explain(detector, changed, hugs.slice(0, 12));
  assertEquals(nearest, source.id);
  const inside = (t: number) =>
    t >= from / source.frames * (frames - 1) - 1 && t <= to / source.frames * (frames - 1) + 1;
  let own = 0, others = 0;
  byFrame.forEach((value, t) => inside(t) ? own += value : others += Math.abs(value));
  assert(own > 3 * others, `${own} against ${others}`);
  const sum = (values: Float64Array) => values.reduce((a, b) => a + Math.abs(b), 0);
  assert(sum(byJoint[0]) > 10 * sum(byJoint[1])); // person 2 was not touched
  await assertRejects(() => explain(detector, changed, []), UsageError, "no normal clip");
});
