import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  createDetector,
  generateDataset,
  getPreset,
  IADNet,
  openDataset,
  type Results,
  splitDataset,
} from "../../mod.ts";
import { runCli } from "../support/cli.ts";

const clips = generateDataset({ seed: 0, clipsPerCategory: 8, categories: ["hug", "wave"] });
const folder = await Deno.makeTempDir();
const window = getPreset("window");
const short = { ...window, training: { ...window.training, epochs: 3 } };

async function modelFile(name: string, preset: typeof window): Promise<string> {
  const detector = new IADNet({ preset, engine: "onnx-cpu", threads: 1 });
  await detector.fit(clips.filter((clip) => clip.category === "hug"), { seed: 0 });
  await detector.save(`${folder}/${name}.safetensors`);
  return `${folder}/${name}.safetensors`;
}

Deno.test("One, two and three workers give the same bits: results and model files", async () => {
  const hashes = new Set<string>();
  for (const workers of ["1", "2", "3"]) {
    const out = `${folder}/run${workers}`;
    const { code, err } = await runCli([
      ...[
        "train",
        "--data",
        "0",
        "--format",
        "synthetic",
        "--split",
        "fold:5",
        "--preset",
        "tiny",
        "--out",
        out,
      ],
      ...["--category", "hug,wave,kick", "--workers", workers],
    ]);
    assertEquals(code, 0, err);
    const files = ["results.json", ...["hug", "wave", "kick"].map((name) => `models/${name}.safetensors`)];
    let text = "";
    for (const file of files) {
      const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${out}/${file}`));
      text += `${file} ${new Uint8Array(digest).toHex()}\n`;
    }
    hashes.add(text);
  }
  assertEquals(hashes.size, 1, [...hashes].join("\n"));
  const results: Results = JSON.parse(await Deno.readTextFile(`${folder}/run2/results.json`));
  assertEquals(results.categories.map(({ category }) => category), ["hug", "wave", "kick"]);
});

Deno.test("score --stream writes a score for each frame after the first window, with alarms, and the latency", async () => {
  const model = await modelFile("window", short);
  const [clip] = clips, width = clip.x.length / clip.frames;
  const person = (values: Float32Array, t: number) => Array.from(values.subarray(t * width, (t + 1) * width));
  const frames = Array.from(
    { length: clip.frames },
    (_, t) => JSON.stringify({ x: person(clip.x, t), y: person(clip.y, t) }),
  );
  const args = ["score", "--stream", "--model", model, "--fps", String(clip.fps), "--alpha", "0.2"];
  const { code, out, err } = await runCli(args, frames.join("\n"));
  assertEquals(code, 0, err);
  const rows = out.trim().split("\n").map((text) => JSON.parse(text));
  const size = Math.round(1.5 * clip.fps);
  assertEquals(
    rows.map(({ frame }) => frame),
    Array.from({ length: clip.frames - size + 1 }, (_, i) => size - 1 + i),
  );
  for (const row of rows) assertEquals([row.model, row.alarm], ["hug", row.p <= 0.2]);
  assertStringIncludes(err, "99th percentile");
});

Deno.test("export and localize work from a model file, explain only with its run; a model of whole clips cannot localize", async () => {
  const whole = await modelFile("whole", getPreset("tiny")), windows = await modelFile("window", short);
  const data = ["--data", "0", "--format", "synthetic"];
  const exported = await runCli(["export", "--model", whole, "--out", `${folder}/scorer.onnx`]);
  assertEquals(exported.code, 0, exported.err);
  assert((await Deno.stat(`${folder}/scorer.onnx`)).size > 10_000);
  const refused = await runCli(["localize", "--model", whole, ...data]);
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.err, "reads whole clips");
  const [{ id }] = generateDataset({ seed: 0, clipsPerCategory: 1, categories: ["kick"] });
  const found = await runCli(["localize", "--model", windows, ...data, "--clip", id]);
  assertEquals(found.code, 0, found.err);
  assertEquals(JSON.parse(found.out).clip, id);
  assertEquals(JSON.parse(found.out).smallestP < 0.05, true);
  assertStringIncludes(found.err, "Windows of a clip are alike");
  const why = await runCli(["explain", "--model", whole, ...data, "--clip", id]);
  assertEquals(why.code, 2);
  assertStringIncludes(why.err, "it is in no run");
});

Deno.test("score works on the model file of every kind of detector; verbs of IADNet name the detector that they refuse", async () => {
  const hugs = clips.filter((clip) => clip.category === "hug"),
    data = ["--data", "0", "--format", "synthetic"];
  for (const spec of ["stg-nf:epochs=1", "knn-poses"]) {
    const detector = createDetector(spec, { engine: "onnx-cpu", threads: 1 }),
      file = `${folder}/other.safetensors`;
    await detector.fit(hugs, { seed: 0 });
    await detector.save(file);
    const scored = await runCli(["score", "--model", file, ...data, "--split", "fold:1", "--alpha", "0.2"]);
    assertEquals(scored.code, 0, scored.err);
    assertStringIncludes(
      scored.err,
      `Smallest possible p-value of hug: ${detector.smallestP.toPrecision(3)}`,
    );
    const rows = scored.out.trim().split("\n").map((text) => JSON.parse(text));
    for (const { score, p, alarm } of rows) assertEquals([Number.isFinite(score), alarm], [true, p <= 0.2]);
    const { test } = splitDataset(await openDataset("0", { format: "synthetic" }), "fold:1", 0);
    assertEquals(rows.map(({ score }) => score), [...await detector.score(test)]);
    for (
      const [verb, ...args] of [
        ["explain", ...data, "--clip", "x", "--run", "no/run"],
        ["localize", ...data],
        ["export", "--out", `${folder}/other.onnx`],
        ["score", "--stream"],
      ]
    ) {
      const { code, err } = await runCli([verb, ...args, "--model", file]);
      assertEquals(code, 2, err);
      assertStringIncludes(err, `expected a detector of type iadnet, got ${detector.name}`);
    }
  }
});

globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
