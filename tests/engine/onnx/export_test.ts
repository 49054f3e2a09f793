import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import ort from "onnxruntime-node";
import { type Clip, generateDataset, getPreset, IADNet, type Preset } from "../../../mod.ts";
import { openEngine } from "../../../lib/engine/select.ts";
import { prepareTensors } from "../../../lib/detectors/iadnet/preparation.ts";
import { prepareClip, sampleFrames } from "../../../lib/data/transforms/prepare.ts";
import type { UpAxis } from "../../../lib/data/skeleton.ts";

const hugs = generateDataset({ seed: 0, clipsPerCategory: 12, categories: ["hug"] });
const fresh = generateDataset({ seed: 1, clipsPerCategory: 5, categories: ["hug", "kick"] });

/** Clips as the exported model reads them: resampled to T frames, nothing else. */
function inputs(clips: readonly Clip[], frames: number) {
  const width = clips[0].x.length / clips[0].frames;
  const stack = (person: "x" | "y") => {
    const out = new Float32Array(clips.length * frames * width);
    clips.forEach((clip, i) =>
      out.set(
        sampleFrames(clip[person], clip.frames, frames, (t) => t * (clip.frames - 1) / (frames - 1)),
        i * frames * width,
      )
    );
    return { shape: [clips.length, frames, width / 3, 3], values: out };
  };
  return { x: stack("x"), y: stack("y") };
}

Deno.test("The preparation as a tensor program equals prepareClip, whatever the axes, the turn and the place", async () => {
  const engine = await openEngine("onnx-cpu", 1);
  for (const up of ["y", "-y", "z", "-z", "x", "-x"] as UpAxis[]) {
    for (const [align, scale] of [["pair-yaw", "torso"], ["pair", "none"], ["none", "none"]] as const) {
      const preparation = { frames: 16, align, scale };
      const skeleton = { ...fresh[0].skeleton, up };
      const clips = fresh.slice(0, 4).map((clip, i) => ({
        ...clip,
        up,
        x: clip.x.map((v) => v + i),
        skeleton,
      }));
      clips[3] = { ...clips[3], y: clips[3].x.slice() }; // no direction from person 1 to person 2
      clips[2] = { ...clips[2], y: clips[2].x.map((v) => v + 0.03) }; // an unreliable one
      const runner = await engine.runner((_, { x, y }) => {
        const [px, py] = prepareTensors(x, y, preparation, skeleton);
        return { px, py };
      }, {});
      const { px, py } = await runner.run(inputs(clips, 16));
      clips.forEach((clip, i) => {
        const { x, y } = prepareClip(clip, preparation);
        x.forEach((value, k) => assertAlmostEquals(px[i * x.length + k], value, 2e-5));
        y.forEach((value, k) => assertAlmostEquals(py[i * x.length + k], value, 2e-5));
      });
    }
  }
});

const tiny = getPreset("tiny");
const PRESETS: Record<string, Preset> = {
  tiny,
  "torso scale": {
    ...tiny,
    preparation: { ...tiny.preparation, scale: "torso" },
    training: { ...tiny.training, epochs: 2 },
  },
  joint: {
    ...getPreset("paper"),
    preparation: { ...tiny.preparation },
    model: { ...getPreset("paper").model, embedding: 16, units: 1, features: 4 },
    training: { ...getPreset("paper").training, epochs: 2 },
  },
};

for (const [name, preset] of Object.entries(PRESETS)) {
  Deno.test(`An exported model (${name}) gives the program's scores within 1e-5 in ONNX Runtime, native and WebAssembly`, async () => {
    const detector = new IADNet({ preset, engine: "onnx-cpu", threads: 1 });
    await detector.fit(hugs, { seed: 0 });
    const scores = await detector.score(fresh);
    const model = await detector.toOnnx();
    const { x, y } = inputs(fresh, preset.preparation.frames);
    const web = (await import("onnxruntime-web")).default;
    web.env.wasm.numThreads = 1;
    for (const runtime of [ort, web as unknown as typeof ort]) {
      const session = await runtime.InferenceSession.create(model);
      const tensor = ({ shape, values }: typeof x) => new runtime.Tensor("float32", values, shape);
      const { score } = await session.run({ x: tensor(x), y: tensor(y) });
      assertEquals([...score.dims], [fresh.length]);
      scores.forEach((expected, i) => {
        const value = (score.data as Float32Array)[i];
        assert(
          Math.abs(value - expected) <= 1e-5 * Math.max(1, Math.abs(expected)),
          `${fresh[i].id}: ${value}, expected ${expected}`,
        );
      });
    }
  });
}

Deno.test("An exported model uses standard operators only, and carries what a reader needs to know", async () => {
  const detector = new IADNet({ preset: "tiny", engine: "onnx-cpu", threads: 1 });
  await detector.fit(hugs, { seed: 0 });
  const text = new TextDecoder("latin1").decode(await detector.toOnnx());
  assert(!text.includes("com.microsoft"));
  for (const key of ["category", "skeleton", "frames", "preset", "calibration", "version"]) {
    assert(text.includes(key));
  }
});
