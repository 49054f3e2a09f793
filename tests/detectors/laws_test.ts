/** The laws that every detector of the registry must pass. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  auroc,
  type Clip,
  createDetector,
  detectorFromBytes,
  generateDataset,
  listDetectors,
  openSharedEngine,
  UsageError,
} from "../../mod.ts";
import { Random } from "../../lib/data/mod.ts";
import { isPersonDetector } from "../../lib/detectors/mod.ts";

const engine = await openSharedEngine("onnx-cpu", 1);

/** Less training than usual where a law needs no good detector. */
const QUICK: Readonly<Record<string, string>> = {
  "iadnet": "iadnet:preset=tiny,epochs=3",
  "stg-nf": "stg-nf:epochs=2",
  "ml-aad": "ml-aad:epochs=2",
  "mocodad": "mocodad:epochs=2,samples=1,transforms=1,stride=12",
};
/** Training for the laws of detection. */
const SOUND: Readonly<Record<string, string>> = {
  "iadnet": "iadnet:preset=tiny",
  "stg-nf": "stg-nf:epochs=20",
  "ml-aad": "ml-aad:epochs=20",
  "mocodad": "mocodad:epochs=10,samples=2,transforms=1,stride=12",
};

const clips = generateDataset({ seed: 5, clipsPerCategory: 8, categories: ["handshake", "kick"] });
const normal = clips.filter(({ category }) => category === "handshake");

/** The clip turned about the vertical and moved on the floor; its up axis is y. */
function moved(clip: Clip, angle: number, x: number, z: number): Clip {
  const move = (values: Float32Array) => {
    const out = values.slice(), cos = Math.cos(angle), sin = Math.sin(angle);
    for (let i = 0; i < out.length; i += 3) {
      out[i] = cos * values[i] + sin * values[i + 2] + x;
      out[i + 2] = -sin * values[i] + cos * values[i + 2] + z;
    }
    return out;
  };
  return { ...clip, x: move(clip.x), y: move(clip.y) };
}

const swapped = (clip: Clip): Clip => ({ ...clip, x: clip.y, y: clip.x });

/** Largest difference of two lists of scores, in deviations of the first. */
function gap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const values = Array.from(a), mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return Math.max(...values.map((value, i) => Math.abs(value - b[i]))) / (deviation || 1);
}

/** Anomalies that differ in everything that any detector looks at: two people who lie, far apart, and move half as fast for twice
 * as long. */
function easy(clip: Clip): Clip {
  const width = clip.skeleton.joints.length * 3, frames = clip.frames * 2;
  const lay = (values: Float32Array, away: number) => {
    const mean = [0, 1, 2].map((axis) =>
      values.reduce((sum, value, i) => i % 3 === axis ? sum + value : sum, 0) * 3 / values.length
    );
    return Float32Array.from({ length: frames * width }, (_, i) => {
      const from = Math.floor(i / width / 2) * width + i % width;
      if (i % 3 === 0) return values[from + 1] - mean[1] + mean[0] + away;
      return i % 3 === 1 ? values[from - 1] - mean[0] + mean[1] : values[from];
    });
  };
  return { ...clip, id: `${clip.id} easy`, frames, x: lay(clip.x, 0), y: lay(clip.y, 1.5) };
}

for (const { name, people } of listDetectors()) {
  // Calibration takes the time of some more trainings, and changes no score: see the law of p-values.
  const make = (specs: Readonly<Record<string, string>>, calibrationFolds = 0) =>
    createDetector(specs[name] ?? name, { engine, calibrationFolds });
  const label = `${name}: `;

  Deno.test(
    label + "two fits with one seed have the same bits, and a reloaded detector the same scores",
    async () => {
      const first = make(QUICK, 3), second = make(QUICK, 3);
      await assertRejects(() => first.score(clips), UsageError);
      await first.fit(normal, { seed: 3 });
      await second.fit(normal.toReversed(), { seed: 3 });
      const bytes = first.toBytes(), scores = await first.score(clips);
      const other = second.toBytes();
      assert(other.length === bytes.length && other.every((byte, i) => byte === bytes[i]), "other bits");
      const reloaded = detectorFromBytes(bytes, "model", { engine });
      assertEquals([reloaded.name, await reloaded.score(clips)], [name, scores]);
      assert(scores.every(Number.isFinite));
      const alone = await first.score(clips.slice(5, 6));
      assertEquals(alone[0], scores[5]);
    },
  );

  Deno.test(
    label +
      "p-values are those of the held-out clips, alarms follow them, and a reloaded detector predicts the same",
    async () => {
      const detector = make(QUICK, 3);
      await detector.fit(normal, { seed: 2 });
      assertEquals([detector.category, detector.heldOut.clips.length], ["handshake", normal.length]);
      assertEquals(detector.smallestP, 1 / (normal.length + 1));
      const predicted = await detector.predict(clips, { alpha: 0.3 });
      assertEquals(predicted.map(({ score }) => score), [...await detector.score(clips)]);
      for (const { p, alarm } of predicted) {
        assert(p >= detector.smallestP && p <= 1, `p ${p}`);
        assertEquals(alarm, p <= 0.3);
      }
      const reloaded = detectorFromBytes(detector.toBytes(), "model", { engine });
      assertEquals(await reloaded.predict(clips, { alpha: 0.3 }), predicted);
      await assertRejects(() => detector.predict(clips, { alpha: 1 }), UsageError, "alpha");
      const bare = make(QUICK);
      await bare.fit(normal, { seed: 2 });
      assertEquals([bare.smallestP, [...await bare.score(clips)]], [1, [...await detector.score(clips)]]);
      await assertRejects(() => bare.predict(clips), UsageError, "without calibration");
    },
  );

  Deno.test(label + "a fit refuses clips of two categories and unknown options", async () => {
    await assertRejects(() => make(QUICK).fit(clips, { seed: 0 }), UsageError, "two categories");
    const misspelt = { seed: 0, checkpoint: undefined } as { seed: number };
    await assertRejects(() => make(QUICK).fit(normal, misspelt), UsageError, "unknown option checkpoint");
  });

  Deno.test(label + "a rigid motion of the scene changes no score", async () => {
    const detector = make(QUICK);
    await detector.fit(normal, { seed: 0 });
    const scores = await detector.score(clips);
    assert(gap(scores, await detector.score(clips.map((clip) => moved(clip, 2, 3, -4)))) < 5e-3);
  });

  Deno.test(
    label +
      (people
        ? "exchanging the people exchanges the scores of their models"
        : "a clip with its people exchanged is scored"),
    async () => {
      const detector = make(QUICK), other = make(QUICK);
      await detector.fit(normal, { seed: 1 });
      await other.fit(normal.map(swapped), { seed: 1 });
      if (isPersonDetector(detector) && isPersonDetector(other)) {
        const [one, two] = await detector.scorePeople(clips),
          [a, b] = await other.scorePeople(clips.map(swapped));
        assert(gap(one, b) < 2e-2 && gap(two, a) < 2e-2, `${gap(one, b)} ${gap(two, a)}`);
        assertEquals(detector.joinScores([one, two]), await detector.score(clips));
      } else assert((await detector.score(clips.map(swapped))).every(Number.isFinite));
    },
  );

  Deno.test(label + "AUROC is 0.9 or more on anomalies that differ in everything", async () => {
    const detector = make(SOUND),
      all = generateDataset({ seed: 9, clipsPerCategory: 30, categories: ["handshake"] });
    const other = generateDataset({ seed: 9, clipsPerCategory: 10, categories: ["kick", "hug"] }).map(easy);
    await detector.fit(all.slice(0, 20), { seed: 0 });
    const area = auroc(await detector.score(all.slice(20)), await detector.score(other));
    assert(area >= 0.9, `AUROC ${area}`);
  });

  Deno.test(label + "AUROC is 0.5 within three standard errors where labels mean nothing", async () => {
    const mixed = generateDataset({
      seed: 2,
      clipsPerCategory: 40,
      categories: ["handshake", "kick", "hug"],
    });
    const order = new Random(4).shuffle(mixed).map((clip) => ({ ...clip, category: "any" }));
    const detector = make(QUICK);
    await detector.fit(order.slice(0, 20), { seed: 0 });
    const area = auroc(await detector.score(order.slice(20, 70)), await detector.score(order.slice(70)));
    assert(Math.abs(area - 0.5) < 3 * Math.sqrt(101 / 12 / 50 / 50), `AUROC ${area}`);
  });
}
