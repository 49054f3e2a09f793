/** `--json`: what verbs print is JSON, and nothing else. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createDetector, generateDataset } from "../../mod.ts";
import { outputOf } from "../support/cli.ts";
import { inFolder } from "../faults/kit.ts";

const DATA = ["--data", "0,clips=4", "--format", "synthetic"];

Deno.test("Each verb that writes or lists something prints one JSON value with --json", async () => {
  await inFolder(async (folder) => {
    const json = async (...args: string[]) => JSON.parse(await outputOf(...args, "--json", "--quiet"));
    const train = ["train", ...DATA, "--split", "fold:1", "--preset", "tiny", "--category", "hug"];
    const run = `${folder}/run`, results = await json(...train, "--out", run);
    assertEquals(results, JSON.parse(await Deno.readTextFile(`${run}/results.json`)));
    assertEquals(await json("train", "--resume", run), { complete: run });
    const model = `${run}/models/hug.safetensors`, onnx = `${folder}/a.onnx`;
    assertEquals(await json("export", "--model", model, "--out", onnx), {
      written: [onnx],
      bytes: (await Deno.stat(onnx)).size,
    });
    const figures = await json("figures", run, "--out", `${folder}/figures`);
    assertEquals([figures.written.length, Object.keys(figures.missing).length], [22, 6]); // one category
    assertEquals((await json("inspect", "--data", "data/sample")).format, "custom");
    assert((await json("inspect", "--skeletons")).length > 5);
    const prepare = ["prepare", "--data", "data/sample", "--format", "custom", "--out", `${folder}/cache`];
    assertEquals([(await json(...prepare)).fresh, (await json(...prepare)).fresh], [false, true]);
    const plan = await json(
      ...["benchmark", "plan", "--table", "I", ...DATA, "--splits", "fold:1", "--seeds", "0"],
      ...["--detectors", "knn-poses;mean-distance", "--category", "hug", "--out", `${folder}/plan`],
    );
    assertEquals([plan.written, plan.cells], [[`${folder}/plan/manifest.json`], 2]);
    assert(plan.seconds > 0);
    const each = await json(
      ...["benchmark", "plan", "--table", "I", ...DATA, "--splits", "fold:1", "--seeds", "0", "--measure"],
      ...["--detectors", "knn-poses;iadnet:preset=tiny", "--out", `${folder}/each`],
    );
    const { "knn-poses": floor, "iadnet:preset=tiny": own } = each.detectors;
    assertEquals(floor.cells + own.cells, each.cells);
    assert(floor.steps === 0 && own.steps > 0);
    assertAlmostEquals(each.seconds, floor.cells * floor.seconds + own.cells * own.seconds, 1e-9);
    assertEquals(await json("benchmark", "run", "--plan", `${folder}/plan`), { done: 2, failed: [] });
    assertEquals((await json("completions", "bash")).shell, "bash");
  });
});

Deno.test("localize prints a JSON object per recording, --json or not", async () => {
  await inFolder(async (folder) => {
    const hugs = generateDataset({ seed: 0, clipsPerCategory: 6, categories: ["hug"] });
    const detector = createDetector("iadnet:preset=window,epochs=1", { engine: "onnx-cpu", threads: 1 });
    await detector.fit(hugs, { seed: 0 });
    await detector.save(`${folder}/hug.safetensors`);
    const args = [
      "localize",
      "--model",
      `${folder}/hug.safetensors`,
      "--data",
      "0,clips=1",
      "--format",
      "synthetic",
    ];
    const out = await outputOf(...args, "--json");
    assertEquals(out, await outputOf(...args));
    for (const line of out.trim().split("\n")) assert(Array.isArray(JSON.parse(line).intervals));
  });
});
