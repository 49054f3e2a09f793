import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createDetector, detectorFromBytes, generateDataset, IADNet, UsageError } from "../../../mod.ts";
import { decodeSafetensors } from "../../../lib/core/safetensors.ts";
import { getPreset } from "../../../lib/detectors/iadnet/presets.ts";
import { collapseWarning, determinantWarning } from "../../../lib/detectors/iadnet/warnings.ts";
import type { Preset } from "../../../lib/detectors/mod.ts";

const clips = generateDataset({ seed: 0, clipsPerCategory: 8, categories: ["hug", "kick"], groups: 4 });
const hugs = clips.filter(({ category }) => category === "hug");
const SMALL = "embedding=16,units=1,heads=2,frames=8,features=4", REFIT = `${SMALL},refitEpochs=4`;

async function fitted(settings: string, onProgress?: (loss: number) => void): Promise<IADNet> {
  const detector = createDetector(`iadnet:${settings}`, { engine: "onnx-cpu", threads: 1 }) as IADNet;
  await detector.fit(hugs, { seed: 0, onProgress: ({ loss }) => onProgress?.(loss) });
  return detector;
}

Deno.test("Joint training lowers the NLL; without calibration there are no p-values", async () => {
  const losses: number[] = [];
  const detector = await fitted(
    `preset=paper-literal,${SMALL},epochs=60,volume=fixed,slope=1,dropout=0`,
    (loss) => {
      losses.push(loss);
    },
  );
  assertEquals(losses.length, 60);
  assert(losses[59] < losses[0]);
  await assertRejects(() => detector.predict(hugs), UsageError, "without calibration");
});

Deno.test("paper without a joint epoch is its own network frozen; with epochs its encoder has moved", async () => {
  const start = await fitted(`preset=paper,${REFIT},epochs=0`);
  const frozen = await fitted(`preset=paper,${SMALL},mode=frozen,epochs=4`);
  const trained = await fitted(`preset=paper,${REFIT},epochs=3`);
  assertEquals(await start.score(clips), await frozen.score(clips));
  const weight = (detector: IADNet) =>
    decodeSafetensors(detector.toBytes(), "m").tensors["model.motion.0.weight"].values;
  assertEquals(weight(start), weight(frozen));
  assert(weight(trained).some((value, i) => value !== weight(start)[i]));
});

for (
  const [name, settings] of Object.entries({
    "refitted": `preset=paper,${REFIT},epochs=2,calibrationFolds=2`,
    "literal": `preset=paper-literal,${SMALL},epochs=2,calibrationFolds=2`,
    "literal with fixed volume": `preset=paper-literal,${SMALL},epochs=2,volume=fixed`,
  })
) {
  Deno.test(`A jointly trained model, ${name}: its file gives the same scores, and its terms add up to them`, async () => {
    const detector = await fitted(settings), scores = await detector.score(clips);
    const loaded = detectorFromBytes(detector.toBytes(), "m", { engine: "onnx-cpu", threads: 1 });
    assertEquals(await loaded.score(clips), scores);
    if (settings.includes("Folds")) assertEquals(await loaded.predict(clips), await detector.predict(clips));
    const { quadratic, determinant } = await detector.scoreParts(clips);
    assert(quadratic.every((value) => value >= 0));
    const constants = scores.map((score, i) => score - quadratic[i] - determinant[i]);
    for (const value of constants) {
      assertAlmostEquals(value, constants[0], 1e-4 * Math.max(1, Math.abs(scores[0])));
    }
    if (name.endsWith("volume")) return;
    const folds = Object.keys(decodeSafetensors(detector.toBytes(), "m").tensors).filter((key) =>
      key.startsWith("fold1.motion")
    );
    assertEquals(folds.length, 4); // each fold has trained its own encoder
  });
}

Deno.test("The literal preset says that the log-determinant decides its score", async () => {
  const { warnings } = await fitted(`preset=paper-literal,${SMALL},features=32,epochs=1`);
  assertEquals(warnings.map((text) => text.split(":")[0]), ["The log-determinant decides the score"]);
});

Deno.test("Warnings name the part that fails, and batches of one clip are no collapse", () => {
  assertEquals(collapseWarning([9, 8, 0, 7, 4, 0], 3).length, 0);
  assertEquals(collapseWarning([9, 9, 0, 2, 2, 0], 3).length, 1);
  assertEquals(collapseWarning([], 3), []);
  const [small, large] = [Float64Array.of(1, 1.1), Float64Array.of(5, 9)];
  assertEquals(determinantWarning({ quadratic: large, determinant: small }), []);
  assertEquals(determinantWarning({ quadratic: small, determinant: large }).length, 1);
});

Deno.test("A preset of an earlier version, without the settings of today, gives the same bits", async () => {
  const tiny = getPreset("tiny"), { preparation, model, training } = tiny;
  const without = <Part extends object>(part: Part, ...names: string[]): Part =>
    Object.fromEntries(Object.entries(part).filter(([name]) => !names.includes(name))) as Part;
  const earlier: Preset = {
    ...tiny,
    preparation: without(preparation, "time"),
    model: without(model, "feedForward", "dropout", "positionStd", "volume"),
    training: without(training, "refitEpochs", "schedule", "weightDecay"),
  };
  const scores: Float64Array[] = [];
  for (const preset of [tiny, earlier]) {
    const detector = new IADNet({ preset, engine: "onnx-cpu", threads: 1 });
    await detector.fit(hugs, { seed: 0 });
    scores.push(await detectorFromBytes(detector.toBytes()).score(clips));
  }
  assertEquals(scores[1], scores[0]);
});

Deno.test("Settings of a preset that nobody has are refused", () => {
  for (
    const [setting, message] of [["mode=later", "mode"], ["schedule=cosine", "schedule"], [
      "time=last",
      "time",
    ]]
  ) {
    assertThrows(() => createDetector(`iadnet:preset=paper,${setting}`), UsageError, message);
  }
});
