import { assertAlmostEquals, assertEquals } from "@std/assert";
import { canonicalJoints, generateClip, INTERX64, prepareClip, toCanonical } from "../../../lib/data/mod.ts";
import { SBU15 } from "../../../lib/data/skeletons.ts";
import type { ModelConfig } from "../../../lib/detectors/iadnet/config.ts";
import { featureBlocks, featureDimension, initialEncoder } from "../../../lib/detectors/iadnet/features.ts";
import { cosineCoefficients } from "../../../lib/detectors/iadnet/pooling.ts";
import { networkFor } from "../../../lib/detectors/iadnet/preset.ts";
import { getPreset } from "../../../lib/detectors/iadnet/presets.ts";
import { featureProgram, inputsOf } from "../../../lib/detectors/iadnet/programs.ts";
import { openEngine } from "../../../lib/engine/select.ts";

const config: ModelConfig = { ...networkFor(getPreset("default"), SBU15), frames: 12 };

async function featuresOf(config: ModelConfig, x: Float32Array, y: Float32Array): Promise<Float32Array> {
  const engine = await openEngine("onnx-cpu", 1);
  const runner = await engine.runner(featureProgram(config), initialEncoder(config, 0));
  const clip = { x, y, frames: config.frames, joints: config.joints };
  const { f } = await runner.run(inputsOf([clip], config));
  await engine.close();
  return f;
}

Deno.test("Features have the blocks that are said: raw moments, the encoder's moments, cosine coefficients, projections", async () => {
  const clip = prepareClip(generateClip({ category: "hug", seed: 0 }), {
    frames: 12,
    align: "pair-yaw",
    scale: "none",
  });
  const f = await featuresOf(config, clip.x, clip.y), raw = 6 * 15 + 15 * 15;
  assertEquals(featureBlocks(config), [raw, raw, raw, 256, 256, 256, 2 * 8 * 64, 256, 256, 256]);
  assertEquals(f.length, featureDimension(config));
  const mean = Array.from({ length: 12 }, (_, t) => clip.x[t * 45]).reduce(
    (sum, value) => sum + value / 12,
    0,
  );
  assertAlmostEquals(f[0], mean, 1e-5);
});

Deno.test("An encoder of canonical joints reads the same of 64 joints as of their 15 canonical ones", async () => {
  const clip = prepareClip(generateClip({ category: "hug", seed: 0, skeleton: INTERX64 }), {
    frames: 12,
    align: "pair-yaw",
    scale: "none",
  });
  const [x, y] = [clip.x, clip.y].map((person) => toCanonical(person, 12, INTERX64));
  const plain: ModelConfig = { ...config, skip: false, projections: 0 };
  const wide = { ...plain, joints: 64, canonical: canonicalJoints(INTERX64) };
  const own = await featuresOf(wide, clip.x, clip.y), other = await featuresOf(plain, x, y);
  own.forEach((value, i) => assertAlmostEquals(value, other[i], 2e-3 * (1 + Math.abs(value))));
});

Deno.test("Cosine coefficients are those of the orthonormal cosine transform", async () => {
  const engine = await openEngine("onnx-cpu", 1), T = 7, count = 4;
  const series = Float32Array.from({ length: T * 2 }, (_, at) => Math.sin(at * at)); // [T, 1, 2]
  const runner = await engine.runner((_, { x }) => ({ c: cosineCoefficients(x, count) }), {});
  const { c } = await runner.run({ x: { shape: [T, 1, 2], values: series } });
  for (let k = 0; k < count; k++) {
    for (let j = 0; j < 2; j++) {
      let sum = 0;
      for (let t = 0; t < T; t++) sum += series[t * 2 + j] * Math.cos(Math.PI / T * (t + 0.5) * k);
      assertAlmostEquals(c[k * 2 + j], sum * Math.sqrt((k === 0 ? 1 : 2) / T), 1e-5);
    }
  }
  await engine.close();
});
