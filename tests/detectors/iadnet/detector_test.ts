import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  auroc,
  type Clip,
  DataError,
  detectorFromBytes,
  generateDataset,
  IADNet,
  loadDetector,
  UsageError,
} from "../../../mod.ts";
import { decodeSafetensors } from "../../../lib/core/safetensors.ts";

const clips = generateDataset({ seed: 0, clipsPerCategory: 10, categories: ["hug", "kick"], groups: 5 });
const hugs = clips.filter((clip) => clip.category === "hug");

async function fitted(seed = 0, training: readonly Clip[] = hugs): Promise<IADNet> {
  const detector = new IADNet({ preset: "tiny", engine: "onnx-cpu", threads: 1 });
  await detector.fit(training, { seed });
  return detector;
}

Deno.test("A fit with the same seed gives the same bits, whatever the order of the clips; another seed does not", async () => {
  const [one, two, other] = [await fitted(), await fitted(0, [...hugs].reverse()), await fitted(1)];
  assertEquals(one.toBytes(), two.toBytes());
  assert(one.toBytes().some((byte, i) => byte !== other.toBytes()[i]));
});

Deno.test("A reloaded model gives bit-identical scores, and so does a clip scored alone", async () => {
  const detector = await fitted();
  const file = await Deno.makeTempFile({ suffix: ".safetensors" });
  try {
    await detector.save(file);
    const loaded = await loadDetector(file, { engine: "onnx-cpu", threads: 1 });
    const scores = await detector.score(clips);
    assertEquals(await loaded.score(clips), scores);
    for (const [i, clip] of clips.entries()) assertEquals((await loaded.score([clip]))[0], scores[i]);
    assertEquals(loaded.category, "hug");
    assertEquals(await loaded.predict(clips), await detector.predict(clips));
    assertEquals((await loaded.predict(clips)).map(({ score }) => score), [...scores]);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("Scores of default have the same bits with one thread and with two, and show what was learned", async () => {
  const detector = new IADNet({ preset: "default", engine: "onnx-cpu", threads: 1, calibrationFolds: 0 });
  await detector.fit(hugs.slice(0, 6), { seed: 0 });
  const [one, two] = [1, 2].map((threads) =>
    detectorFromBytes(detector.toBytes(), "m", { engine: "onnx-cpu", threads })
  );
  const scores = await one.score(clips);
  assertEquals(await two.score(clips), scores);
  assert(auroc(scores.slice(6, 10), scores.slice(10)) > 0.9);
});

Deno.test("Scores tell another interaction from the one that was learned, and p-values follow the scores", async () => {
  const detector = await fitted(0, hugs.slice(0, 6));
  const normal = await detector.score(hugs.slice(6)), anomalous = await detector.score(clips.slice(10));
  assert(auroc(normal, anomalous) > 0.9);
  const p = (await detector.predict(clips)).map(({ p }) => p);
  assert(p.every((value) => value >= detector.smallestP && value <= 1));
  assertEquals(detector.smallestP, 1 / 7);
  assertEquals(p.slice(10), Array(10).fill(1 / 7)); // kicks are stranger than every held-out hug
});

Deno.test("One model file gives the same scores within 1e-4 on onnx-cpu, compiled or not, on wasm and on cpu", async () => {
  const bytes = (await fitted()).toBytes();
  const native = await detectorFromBytes(bytes, "m", { engine: "onnx-cpu" }).score(clips);
  const others = [
    (detectorFromBytes(bytes, "m", { engine: "onnx-cpu" }) as IADNet).compile(),
    ...(["wasm", "cpu"] as const).map((engine) => detectorFromBytes(bytes, "m", { engine })),
  ];
  for (const other of others) {
    const scores = await other.score(clips.slice(0, 4));
    scores.forEach((value, i) =>
      assert(Math.abs(value - native[i]) <= 1e-4 * Math.abs(native[i]), `${value} ${native[i]}`)
    );
  }
});

Deno.test("Wrong use of a detector gives a typed error", async () => {
  assertThrows(
    () => new IADNet({ preset: "large" }),
    UsageError,
    "known are paper, paper-literal, paper-pretrained, default, frozen, window, tiny",
  );
  const detector = new IADNet({ preset: "tiny" });
  await assertRejects(() => detector.score(hugs), UsageError, "not fitted");
  await assertRejects(() => detector.fit([], { seed: 0 }), UsageError, "empty");
  await assertRejects(() => detector.fit(clips, { seed: 0 }), UsageError, "two categories");
  await assertRejects(() => loadDetector("nowhere.safetensors"), DataError, "nowhere.safetensors");
});

Deno.test("A damaged model file gives a DataError or the same model, whatever byte of its header is damaged", async () => {
  const bytes = (await fitted()).toBytes();
  for (const length of [0, 7, 8, 100, bytes.length - 1]) {
    assertThrows(() => detectorFromBytes(bytes.slice(0, length)), DataError);
  }
  const header = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  for (let at = 0; at < header; at += 37) {
    const damaged = bytes.slice();
    damaged[at] ^= 1 << (at % 8);
    try {
      decodeSafetensors(damaged, "m");
      detectorFromBytes(damaged, "m");
    } catch (error) {
      assert(error instanceof DataError, `byte ${at}: ${error}`);
    }
  }
});
