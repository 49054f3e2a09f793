/** What `score` prints and writes. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import pl from "nodejs-polars";
import { scoredTable } from "../../lib/cli/scored.ts";
import { createDetector, generateDataset, getPreset, IADNet } from "../../mod.ts";
import { writeNpy } from "../support/write_npy.ts";
import { LAUNCHER, runCli } from "../support/cli.ts";
import { hasTerminal, onTerminal, shownOf } from "../support/terminal.ts";

const folder = await Deno.makeTempDir(), model = `${folder}/hug.safetensors`;
const hugs = generateDataset({ seed: 1, clipsPerCategory: 9, categories: ["hug"] });
const detector = createDetector("knn-poses", { engine: "onnx-cpu" });
await detector.fit(hugs, { seed: 0 });
await detector.save(model);
const SCORE = ["score", "--model", model, "--data", "0,clips=3", "--format", "synthetic"];

Deno.test("score writes clip, category, score, p and alarm as CSV and Parquet, confined, and the same rows to a pipe", async () => {
  const csv = `${folder}/scores.csv`, parquet = `${folder}/scores.parquet`;
  const plain = await runCli([...SCORE, "--alpha", "0.2"]);
  const { code, out, err } = await runCli([...SCORE, "--alpha", "0.2", "--csv", csv, "--parquet", parquet]);
  assertEquals(code, 0, err);
  assertEquals(out, plain.out);
  const rows = out.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(Object.keys(rows[0]), ["clip", "score", "p", "smallestP", "alarm"]);
  const categories = generateDataset({ seed: 0, clipsPerCategory: 3 }).map(({ category }) => category);
  const expected = rows.map(({ clip, score, p, alarm }, i) => ({
    clip,
    category: categories[i],
    score,
    p,
    alarm,
  }));
  assertEquals(pl.readParquet(parquet).toRecords(), expected);
  const lines = (await Deno.readTextFile(csv)).trim().split("\n");
  assertEquals(lines[0], "clip,category,score,p,alarm");
  assertEquals(lines.slice(1), expected.map((row) => Object.values(row).join()));
  assert(rows.some(({ alarm }) => alarm) && rows.some(({ alarm }) => !alarm));
  const refused = await runCli([...SCORE.slice(0, 3), "--stream", "--csv", csv]);
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.err, "Cannot write a stream to --csv or --parquet");
});

Deno.test("A clip with more frames a second than the model learned is scored at the model's rate, with --format too", async () => {
  const file = `${folder}/first.safetensors`, fps = 70, tiny = getPreset("tiny");
  const own = new IADNet({
    preset: { ...tiny, preparation: { ...tiny.preparation, frames: 60, time: "first" } },
    engine: "onnx-cpu",
    threads: 1,
  });
  await own.fit(hugs, { seed: 0 });
  await own.save(file);
  const [{ x, y, frames, skeleton }] = generateDataset({
    seed: 2,
    clipsPerCategory: 1,
    categories: ["kick"],
    fps,
  });
  const data = `${folder}/fast`;
  await Deno.mkdir(`${data}/kick`, { recursive: true });
  await Deno.writeFile(
    `${data}/kick/one.npy`,
    writeNpy(Float32Array.of(...x, ...y), [2, frames, skeleton.joints.length, 3]),
  );
  await Deno.writeTextFile(`${data}/iadnet.json`, JSON.stringify({ layout: "npy", skeleton, fps }));
  const scoreOf = async (...words: string[]) => {
    const { code, out, err } = await runCli(["score", "--model", file, "--data", ...words]);
    assertEquals(code, 0, err);
    return JSON.parse(out.trim().split("\n").at(-1)!).score;
  };
  assertEquals(await scoreOf(data, "--format", "custom"), await scoreOf(`${data}/kick/one.npy`));
});

Deno.test("score --precision int8 rounds the products of IADNet, and refuses another detector", async () => {
  const { code, err } = await runCli([...SCORE, "--precision", "int8"]);
  assertEquals(code, 2);
  assertStringIncludes(err, "Cannot score in int8: expected a detector of type iadnet, got knn-poses");
  const own = new IADNet({ engine: "onnx-cpu", threads: 1, calibrationFolds: 0 }), // all products of tiny are small
    file = `${folder}/default.safetensors`;
  await own.fit(hugs, { seed: 0 });
  await own.save(file);
  const args = ["score", "--model", file, "--data", "0,clips=1", "--format", "synthetic"];
  const [plain, rounded, wrong] = [
    await runCli(args),
    await runCli([...args, "--precision", "int8"]),
    await runCli([...args, "--precision", "int4"]),
  ];
  assertEquals([plain.code, rounded.code, wrong.code], [0, 0, 2]);
  const [expected, scores] = [plain, rounded].map(({ out }) =>
    out.trim().split("\n").map((line) => JSON.parse(line).score as number)
  );
  const apart = Math.max(...scores.map((score, i) => Math.abs(score - expected[i])));
  assert(apart > 1e-3, `scores differ by ${apart}: nothing is rounded`);
  assertStringIncludes(wrong.err, "--precision must be one of float32, int8, got int4");
});

Deno.test({
  name: `On a terminal, score prints a table, or with --json the rows${hasTerminal ? "" : " (needs script)"}`,
  ignore: !hasTerminal,
  fn: async () => {
    const words = [Deno.execPath(), "run", ...LAUNCHER, ...SCORE, "--alpha", "0.2"];
    const { text: printed, code } = await onTerminal(words), text = shownOf(printed);
    assertEquals(code, 0, text);
    const rows = (await runCli([...SCORE, "--alpha", "0.2"])).out.trim().split("\n").map((line) =>
      JSON.parse(line)
    );
    assert(/^clip +category +score +p +alarm$/m.test(text), text);
    for (const { clip, p } of rows) {
      assert(new RegExp(`^${clip} .* ${p.toPrecision(3)}`, "m").test(text), clip);
    }
    const alarms = rows.filter(({ alarm }) => alarm).length;
    assertStringIncludes(text, `Alarms at alpha 0.2: ${alarms} of ${rows.length} clips`);
    assertStringIncludes((await onTerminal([...words, "--json"])).text, JSON.stringify(rows[0]));
  },
});

Deno.test("A table has no columns of p-values where there are none, and moves no cursor", () => {
  const text = scoredTable([{ clip: "a\u001b[2Jb", category: "hug", score: 1.5 }], 0.05);
  assertEquals(text, "clip         category   score\na\\u001b[2Jb  hug       1.5000");
});

Deno.test("That no alarm is possible is said without --alpha, and for a model that reads windows, too", async () => {
  const few = hugs.slice(0, 8), preset = getPreset("window"), windowed = `${folder}/window.safetensors`;
  const short = { ...preset, training: { ...preset.training, epochs: 1 } };
  const reader = new IADNet({ preset: short, engine: "onnx-cpu", threads: 1 });
  await reader.fit(few, { seed: 0 });
  await reader.save(windowed);
  for (const file of [model, windowed]) {
    const { code, err } = await runCli(SCORE.with(2, file));
    assertEquals(code, 0, err);
    assertStringIncludes(err, "Warning: No alarm is possible at alpha 0.05; train with more clips");
  }
});

globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
