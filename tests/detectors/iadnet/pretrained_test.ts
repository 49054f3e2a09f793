import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DataError, generateDataset, IADNet, UsageError } from "../../../mod.ts";
import { KINECT25, SBU15 } from "../../../lib/data/skeletons.ts";
import { changePreset, networkFor } from "../../../lib/detectors/iadnet/preset.ts";
import { getPreset, PRESETS } from "../../../lib/detectors/iadnet/presets.ts";
import {
  listEncoders,
  pretrainedEncoder,
  pretrainedFor,
  registerEncoder,
} from "../../../lib/detectors/iadnet/pretrained.ts";
import { encodeEncoder } from "../../../lib/detectors/iadnet/pretraining/encoder_file.ts";

const hugs = generateDataset({ seed: 0, clipsPerCategory: 3, categories: ["hug"] });

Deno.test("Each encoder of the package is whole, says what made it, and fits the presets and ablations that name it", async () => {
  const ablations = {
    "paper-sinusoidal": { position: "sinusoidal" },
    "paper-unsync": { position: "unsync" },
    "paper-without-drem": { drem: "false" },
    "paper-without-sharing": { share: "false" },
  };
  for (const name of listEncoders()) {
    const { metadata: { command }, checksum } = await pretrainedEncoder(name);
    assert(/^deno task pretrain --preset \S+ --seed \d+ --steps \d+/.test(command), command);
    assertEquals(checksum.length, 64);
  }
  for (const [encoder, changes] of Object.entries(ablations)) {
    const { preparation, ...preset } = changePreset(getPreset("paper-pretrained"), { ...changes, encoder });
    for (const skeleton of [SBU15, KINECT25]) {
      await pretrainedFor(encoder, networkFor({ ...preset, preparation }, skeleton), preparation);
    }
  }
});

Deno.test("Every preset that keeps its encoder fits three clips, and scores them", async () => {
  for (const preset of Object.values(PRESETS)) {
    if (preset.training.mode !== "frozen") continue;
    const quick = { ...preset, training: { ...preset.training, epochs: 1, calibrationFolds: 0 } };
    const detector = new IADNet({ preset: quick, engine: "onnx-cpu", threads: 1 });
    await detector.fit(hugs, { seed: 0 });
    assert((await detector.score(hugs)).every(Number.isFinite), preset.name);
  }
});

Deno.test("An encoder is refused for another network, and for clips that are prepared otherwise", async () => {
  const wrong: readonly [string, Record<string, string>][] = [
    ["expected embedding 64, got 32", { embedding: "32" }],
    ["expected drem true, got false", { drem: "false" }],
    ["expected canonical true, got false", { canonical: "false" }],
    ["expected align pair-yaw, got none", { align: "none" }],
    ["expected scale none, got torso", { scale: "torso" }],
  ];
  for (const [says, changes] of wrong) {
    const preset = changePreset(getPreset("default"), changes);
    const detector = new IADNet({ preset, engine: "onnx-cpu", threads: 1 });
    await assertRejects(() => detector.fit(hugs, { seed: 0 }), UsageError, says);
  }
  await assertRejects(() => pretrainedEncoder("mine"), UsageError, "known are synthetic, paper");
});

Deno.test("Settings that a preset does not read are refused, and so are values out of range", () => {
  for (const [preset, key] of [["default", "gain"], ["default", "volume"], ["frozen", "dropout"]]) {
    const value = key === "volume" ? "fixed" : "0.5";
    assertThrows(() => changePreset(getPreset(preset), { [key]: value }), UsageError, "has no effect");
  }
  for (const [key, value] of [["prior", "0"], ["batch", "0"], ["epochs", "1.5"], ["pairRatio", "-1"]]) {
    const preset = changePreset(getPreset("tiny"), { [key]: value });
    assertThrows(() => new IADNet({ preset }), UsageError, key);
  }
});

Deno.test("A registered encoder is used by its name, once", async () => {
  const encoder = await pretrainedEncoder("synthetic"), bytes = encodeEncoder(encoder);
  registerEncoder("registered in a test", bytes);
  assertThrows(() => registerEncoder("registered in a test", bytes), UsageError, "taken");
  assertThrows(() => registerEncoder("damaged", bytes.slice(1)), DataError);
  const scoresOf = async (name: string) => {
    const detector = new IADNet({
      preset: changePreset(getPreset("default"), { encoder: name, epochs: "1" }),
    });
    await detector.fit(hugs, { seed: 0 });
    return await detector.score(hugs);
  };
  assertEquals(await scoresOf("registered in a test"), await scoresOf("synthetic"));
});
