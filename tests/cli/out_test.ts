/** Where verbs write if no option says so. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { withOut } from "../../lib/cli/needs.ts";
import { datedOut, freeName } from "../../lib/cli/default_out.ts";
import { exists } from "../../lib/core/files.ts";
import { ended, inFolder } from "../faults/kit.ts";

const CLI = new URL("../../lib/cli/", import.meta.url), CONFIG = new URL("../../deno.json", import.meta.url);

/** Run a verb in a folder, as a user does in a checkout. */
async function runIn(folder: string, entry: "main" | "launch", ...args: string[]) {
  const { code, out, err } = await ended(
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--config", CONFIG.pathname, new URL(`${entry}.ts`, CLI).pathname, ...args],
      cwd: folder,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn(),
  );
  assertEquals(code, 0, err);
  return { out, err, lines: out.trim().split("\n") };
}

Deno.test("train alone trains on built-in data into a new run, twice, confined, and says what comes next", async () => {
  await inFolder(async (folder) => {
    const small = ["train", "--preset", "tiny", "--category", "hug,kick"];
    const { lines, err } = await runIn(folder, "launch", ...small);
    const [, run] = /^Next: deno task report (runs\/\d{4}-\d\d-\d\d-train)$/.exec(lines.at(-1)!) ?? [];
    assert(run, lines.at(-1));
    assertStringIncludes(err, "Built-in data: --data 0 --format synthetic --split fold:5");
    const quiet = await runIn(folder, "launch", ...small, "--quiet", "--json");
    assertEquals(quiet.err, "");
    assertEquals(
      JSON.parse(quiet.out),
      JSON.parse(await Deno.readTextFile(`${folder}/${run}-2/results.json`)),
    );
    const report = await runIn(folder, "main", "report", run);
    assertStringIncludes(report.lines[0], `Written: ${run}/report.html, `);
    assertEquals(report.lines.at(-1), `Next: deno task serve ${run}`);
    const again = JSON.parse((await runIn(folder, "main", "report", run, "--json")).out);
    assertEquals(again.written, [`${run}/report-2.html`]);
    const model = `${run}/models/hug.safetensors`;
    for (const number of ["", "-2"]) {
      await runIn(folder, "launch", "export", "--model", model);
      assert(await exists(`${folder}/${run}/models/hug${number}.onnx`));
    }
  });
});

Deno.test("A comparison keeps its run", async () => {
  await inFolder(async (folder) => {
    const data = ["--data", "0,clips=4", "--format", "synthetic"];
    const few = ["--detectors", "knn-poses;mahalanobis", "--splits", "fold:1", "--seeds", "0"];
    const { lines } = await runIn(folder, "main", "compare", ...data, ...few);
    const [, run] = /^Written: (runs\/[\d-]+-compare)\/results\.json/.exec(lines.at(-1)!) ?? [];
    assert(run && await exists(`${folder}/${run}/results.md`), lines.at(-1));
  });
});

Deno.test("A default name never is one that exists, finished or not", async () => {
  await inFolder(async (folder) => {
    const name = `${folder}/a`;
    assertEquals(await freeName(name, ""), name);
    await Deno.mkdir(`${name}.partial`);
    assertEquals(await freeName(name, ""), `${name}-2`);
    await Deno.writeTextFile(`${name}-2.html`, "");
    await Deno.writeTextFile(`${name}.html`, "");
    assertEquals(await freeName(name, ".html"), `${name}-3.html`);
    assert(/^runs\/\d{4}-\d\d-\d\d-x(-\d+)?\.safetensors$/.test(await datedOut("x", ".safetensors")));
  });
});

Deno.test("The launcher chooses where a confined verb writes, unless its options say so", async () => {
  const chosen = await withOut("train", ["--seed", "1"]), run = chosen.pop()!;
  assertEquals(chosen, ["--seed", "1", "--out"]);
  assert(/^runs\/[\d-]+-train/.test(run));
  const plan = await withOut("benchmark", ["plan", "--table", "I"]);
  assertEquals(plan.slice(0, -1), ["plan", "--table", "I", "--out"]);
  assertEquals(await withOut("benchmark", ["run", "--plan", "p"]), ["run", "--plan", "p"]);
  assertEquals(await withOut("report", ["--json", "nowhere/r/"]), [
    "--json",
    "nowhere/r/",
    "--out",
    "nowhere/r/report.html",
  ]);
  assertEquals((await withOut("prepare", ["--data", "d/x.zip"])).slice(2), ["--out", "runs/cache-x-24"]);
  assertEquals((await withOut("prepare", ["--data", "d", "--frames", "9"])).slice(4), [
    "--out",
    "runs/cache-d-9",
  ]);
  for (const args of [["--out="], ["--out", "x"], ["--resume", "x"]]) {
    assertEquals(await withOut("train", args), args);
  }
  assertEquals(await withOut("export", ["--model", "nowhere/a.safetensors"]), [
    "--model",
    "nowhere/a.safetensors",
    "--out",
    "nowhere/a.onnx",
  ]);
  assertEquals(await withOut("score", ["--model", "a"]), ["--model", "a"]);
});
