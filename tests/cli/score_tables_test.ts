/** The verbs whose result is a table of detectors: `coordination`, `variations` and `few`. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openDataset } from "../../mod.ts";
import { makeManifest } from "../../lib/experiments/manifest.ts";
import { RunDirectory, verifyRun } from "../../lib/experiments/run_directory.ts";
import { runCells } from "../../lib/experiments/runner.ts";
import type { ScoreTable } from "../../lib/experiments/score_table.ts";
import { outputOf, refusalOf } from "../support/cli.ts";
import { hashFolder, inFolder } from "../faults/kit.ts";

const DATA = ["--data", "0", "--format", "synthetic", "--splits", "fold:5", "--workers", "1"];
const DETECTORS = ["--detectors", "knn-poses;mean-distance"];

Deno.test("coordination writes a table by what is wrong between the people", async () => {
  await inFolder(async (folder) => {
    const out = `${folder}/run`, what = [...DATA, "--category", "hug", "--seeds", "0,1"];
    const text = await outputOf(
      "coordination",
      ...what,
      "--detectors",
      "iadnet:preset=tiny;knn-poses",
      "--out",
      out,
    );
    assertStringIncludes(text, "coordination: splits fold:5, seeds 0, 1, 560 clips of synthetic");
    assertStringIncludes(text, "| less | partner | shift-0.3 | shift-0.5 | shift-1 | slow | roles |");
    await verifyRun(out);
    const results: ScoreTable = JSON.parse(await Deno.readTextFile(`${out}/results.json`));
    assertEquals(results.columns.at(-1), "mean");
    assertEquals(results.clips!.partner, { normal: 8, anomalous: 8 });
    assertEquals(results.rows.map(({ detector }) => detector), ["iadnet:preset=tiny", "knn-poses"]);
    assertStringIncludes(text, await Deno.readTextFile(`${out}/results.md`));
  });
});

Deno.test("variations generates its clips, and refuses a category that has none", async () => {
  const few = ["--train", "6", "--normals", "3", "--anomalies", "2", "--noise", "0.02", "--workers", "1"];
  const args = ["variations", "--category", "handshake,hug", ...few, ...DETECTORS, "--json"];
  const results: ScoreTable = await inFolder(async (folder) =>
    JSON.parse(await outputOf(...args, "--out", `${folder}/run`))
  );
  assertEquals(results.clips!["other-hand"], { normal: 3, anomalous: 2 });
  assertEquals(results.clips!.late, { normal: 6, anomalous: 4 });
  assertEquals(results.rows.length, 2);
  assertStringIncludes(
    await refusalOf("variations", "--category", "approach"),
    "Cannot vary approach: categories with variations are ",
  );
  assertStringIncludes(await refusalOf("variations", "--data", "0"), "unknown option --data");
});

Deno.test("few resumes to the bits of an uninterrupted run", async () => {
  await inFolder(async (folder) => {
    const what = ["--category", "hug,kick", "--seeds", "0,1", "--shots", "2,1"];
    const text = await outputOf("few", ...DATA, ...what, ...DETECTORS, "--out", `${folder}/whole`);
    assertStringIncludes(text, "| detector | 1 clip | 2 clips |");
    const dataset = await openDataset("0", { format: "synthetic" });
    const options = { format: "synthetic", lenient: false, actorFirst: false, every: 1, camera: 1 };
    const manifest = makeManifest({
      kind: "few",
      ...{ dataset, source: { path: "0", options, treatments: [] }, categories: ["hug", "kick"] },
      ...{ engine: "onnx-cpu", threads: 1, detectors: DETECTORS[1].split(";"), shots: [1, 2] },
      ...{ splits: ["fold:5"], splitSeed: 0, seeds: [0, 1], skipIncomplete: true },
    });
    const started = await RunDirectory.create(`${folder}/run`, manifest);
    await runCells(manifest, { folder: started.folder, dataset }, [0, 1, 2]);
    started.close();
    await outputOf("few", "--resume", `${folder}/run`, "--workers", "1");
    assertEquals(await hashFolder(`${folder}/run`), await hashFolder(`${folder}/whole`));
  });
  assertStringIncludes(
    await refusalOf("few", ...DATA, "--shots", "1,1"),
    "--shots must be different integers",
  );
  assertStringIncludes(await refusalOf("few", ...DATA, "--shots", "99"), "fewer than 99");
  assert((await outputOf("few", "--help")).includes("--shots"));
});
