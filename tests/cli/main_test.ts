import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { commandOf } from "../../lib/cli/confine.ts";
import { NEEDS } from "../../lib/cli/needs.ts";
import { launch } from "../../lib/cli/launch.ts";
import type { Results } from "../../mod.ts";
import { runCli } from "../support/cli.ts";

const run = (...args: string[]) => runCli(args);

const line = (fields = 91, frame = 1) =>
  Array.from({ length: fields }, (_, i) => i === 0 ? frame : 0.5 + (i - 1) / 1000).join(",");

/** A small SBU folder: two categories, two pairs of people. */
async function makeSbu(change: (folder: string) => Promise<void> = () => Promise.resolve()): Promise<string> {
  const folder = await Deno.makeTempDir();
  for (const pair of ["p01", "p02"]) {
    for (const category of ["01", "03"]) {
      const path = `${folder}/${pair}/${category}/001`;
      await Deno.mkdir(path, { recursive: true });
      await Deno.writeTextFile(`${path}/skeleton_pos.txt`, `${line()}\n${line(91, 2)}\n`);
    }
  }
  await change(folder);
  return folder;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

const TRAIN = ["--format", "sbu", "--split", "group:p02", "--preset", "tiny"];
const FILE = "p01/01/001/skeleton_pos.txt";
const put = (text: string) => (folder: string) => Deno.writeTextFile(`${folder}/${FILE}`, text);

const WRONG: Record<string, { change?: (folder: string) => Promise<void>; args?: string[]; says: string[] }> =
  {
    "90 fields": {
      change: put(`${line()}\n${line(90)}\n`),
      says: [FILE, "line 2", "expected 91 fields, got 90"],
    },
    "a truncated line": { change: put(`${line()}\n1,0.5,0.`), says: [FILE, "line 2", "got 3"] },
    "NaN": { change: put(`${line().replace("0.5", "NaN")}\n`), says: [FILE, "line 1", "NaN"] },
    "an empty file": { change: put(""), says: [FILE, "empty"] },
    "a named category that no training clip has": {
      change: (folder) => Deno.remove(`${folder}/p01/03`, { recursive: true }),
      args: ["--category", "kicking"],
      says: ["kicking", "no training clip"],
    },
    "an unknown option": { args: ["--sedd", "1"], says: ["--sedd", "did you mean --seed"] },
    "a seed that is no number": { args: ["--seed", "x"], says: ["--seed", "x"] },
    "an unknown preset": { args: ["--preset", "huge"], says: ["huge", "known are paper, paper-literal"] },
    "an unknown engine": { args: ["--engine", "abacus"], says: ["abacus", "expected one of auto"] },
    "an engine that is not installed": { args: ["--engine", "onnx-cuda"], says: ["onnx-cuda", "CUDA"] },
    "an unknown category": { args: ["--category", "juggling"], says: ["juggling", "approaching, kicking"] },
    "a category that is given twice": {
      args: ["--category", "kicking,kicking"],
      says: ["Cannot run category kicking: it is given twice"],
    },
    "an unknown fold": { args: ["--split", "fold:9"], says: ["9", "known are 1, 2"] },
  };

for (const [name, { change, args = [], says }] of Object.entries(WRONG)) {
  Deno.test(`train with ${name} says so, exits with 2 and leaves no run directory`, async () => {
    const folder = await makeSbu(change), out = `${folder}/run`;
    try {
      const { code, err } = await run("train", "--data", folder, ...TRAIN, "--out", out, ...args);
      assertEquals(code, 2, err);
      for (const text of says) assertStringIncludes(err, text);
      assert(!await exists(out) && !await exists(`${out}.partial`));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("train with a missing folder, a missing option or an unknown verb exits with 2", async () => {
  const missing = await run("train", "--data", "no/such/folder", ...TRAIN, "--out", "out/none");
  assertEquals(missing.code, 2);
  assertStringIncludes(missing.err, "Cannot open no/such/folder: expected a folder");
  assertStringIncludes(
    (await run("train", "--format", "sbu")).err,
    "Cannot run train: options --data and --split are missing",
  );
  assertStringIncludes((await run("trian")).err, "did you mean train");
});

Deno.test("help lists every verb of deno.json, and with a name, or by --help or -h, its options", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  const commands: string[] = Object.values<{ command: string }>(tasks).map(({ command }) => command);
  const verbs = commands.flatMap((command) => /lib\/cli\/\w+\.ts (\w+)$/.exec(command)?.[1] ?? []);
  const { code, out } = await run("help");
  assertEquals(code, 0);
  for (const verb of verbs.filter((verb) => verb !== "help")) assertStringIncludes(out, `deno task ${verb} `);
  const one = await run("export", "--help");
  assertEquals([one.code, one.out.split("\n").length], [0, 12], one.err);
  assertStringIncludes(one.out, "deno task export --model <model> [options]");
  for (const args of [["export", "-h"], ["help", "export"]]) assertEquals((await run(...args)).out, one.out);
  assertStringIncludes((await run("benchmark", "--help")).out, "--seeds");
  const plan = await run("help", "benchmark", "plan");
  assertEquals((await run("benchmark", "plan", "-h")).out, plan.out);
  assert(!plan.out.includes("deno task benchmark run --plan <plan>"));
});

Deno.test("No task of a verb, and no process that it starts, prints a line for each package that it fetches", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  const commands = Object.values<{ command: string }>(tasks).map(({ command }) => command);
  const verbs = commands.filter((command) => command.includes(" lib/cli/"));
  assertEquals(verbs.filter((command) => !command.startsWith("deno run --quiet ")), []);
  assertEquals(commandOf(["-A"], "train").slice(1, 3), ["run", "--quiet"]);
});

Deno.test("each verb of deno.json is started by the launcher, which knows no other", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  const launched = Object.keys(tasks).filter((name) => tasks[name].command.includes("launch.ts")).sort();
  assertEquals(launched, Object.keys(NEEDS).sort());
  await assertRejects(() => launch(["help"]), TypeError, "Cannot confine help");
});

Deno.test("train writes results, table and models; score reproduces the scores exactly from a model file", async () => {
  const folder = await Deno.makeTempDir(), out = `${folder}/run`;
  try {
    const args = ["--data", "3", "--format", "synthetic"], split = ["--split", "fold:1"];
    const categories = ["--category", "hug,kick"];
    const trained = await run("train", ...args, ...split, ...categories, "--preset", "tiny", "--out", out);
    assertEquals(trained.code, 0, trained.err);
    const results: Results = JSON.parse(await Deno.readTextFile(`${out}/results.json`));
    assertEquals([results.detector, results.engine, results.seed, results.split], [
      "iadnet:preset=tiny",
      "onnx-cpu",
      0,
      "fold:1",
    ]);
    assertEquals(results.categories.map((c) => c.category), ["hug", "kick"]);
    const mean = results.categories.reduce((sum, c) => sum + c.auroc / 2, 0);
    assert(Math.abs(results.macro.auroc - mean) < 1e-12);
    assertStringIncludes(await Deno.readTextFile(`${out}/results.md`), "| macro mean |");
    const scored = await run("score", "--model", `${out}/models/hug.safetensors`, ...args, ...split);
    assertEquals(scored.code, 0, scored.err);
    const scores = scored.out.trim().split("\n").map((text) => JSON.parse(text));
    assertEquals(
      scores.map(({ clip, score }) => [clip, score]),
      results.categories[0].scores.map(({ clip, score }) => [clip, score]),
    );
    const again = await run("train", ...args, ...split, "--out", out);
    assertEquals(again.code, 2);
    assertStringIncludes(again.err, "exists already");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("train --lenient skips what it cannot read, and counts it", async () => {
  const folder = await makeSbu(put("nonsense\n"));
  try {
    await Deno.mkdir(`${folder}/p01/01/002`);
    await Deno.writeTextFile(`${folder}/p01/01/002/skeleton_pos.txt`, `${line()}\n`);
    const { code, err } = await run(
      "train",
      "--data",
      folder,
      ...TRAIN,
      "--out",
      `${folder}/run`,
      "--lenient",
    );
    assertEquals(code, 0, err);
    assertStringIncludes(err, `Skipped: Cannot parse line 1`);
    assertEquals(JSON.parse(await Deno.readTextFile(`${folder}/run/results.json`)).data.skipped, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("doctor tells every engine's state, with a reason for each that is not usable", async () => {
  const { code, out } = await run("doctor", "--json");
  assertEquals(code, 0);
  const reports: { engine: string; usable: boolean; reason: string }[] = JSON.parse(
    out.trim().split("\n").at(-1)!,
  );
  assertEquals(reports.length, 7);
  for (const engine of ["onnx-cpu", "wasm", "cpu"]) {
    assert(reports.find((r) => r.engine === engine)?.usable, engine);
  }
  for (const { usable, reason } of reports) assert(usable === (reason === ""));
});

Deno.test("doctor --bench times training steps of an engine beside onnx-cpu, with the same losses", async () => {
  const { code, out, err } = await run(
    "doctor",
    "--bench",
    "--size",
    "tiny",
    "--steps",
    "3",
    "--engines",
    "wasm",
    "--json",
  );
  assertEquals(code, 0, err);
  const rows: Record<string, number | string>[] = JSON.parse(out.trim().split("\n").at(-1)!);
  assertEquals(rows.map(({ engine, steps, movedMB }) => [engine, steps, movedMB]), [
    ["onnx-cpu", 3, 0],
    ["wasm", 3, 0],
  ]);
  for (const { msPerStep, tflops, lossGap } of rows) {
    assert(Number(msPerStep) > 0 && Number(tflops) > 0);
    assert(Number(lossGap) < 1e-4, `losses differ by ${lossGap}`);
  }
  assertEquals(rows[0].timesReference, 1);
});

Deno.test("doctor refuses an engine that it does not know or that is absent before it times any, and options of --bench without it", async () => {
  const unknown = await run("doctor", "--bench", "--engines", "onnx-gpu");
  assertEquals(unknown.code, 2);
  assertStringIncludes(unknown.err, "Cannot use engine onnx-gpu: expected one of onnx-cpu");
  const absent = await run("doctor", "--bench", "--engines", "wasm,tensorflow-gpu", "--size", "small");
  assertEquals(absent.code, 2);
  assertStringIncludes(absent.err, "Cannot use engine tensorflow-gpu");
  assert(!absent.err.includes("Timing"), "an engine was timed before another was refused");
  const unused = await run("doctor", "--steps", "3");
  assertEquals(unused.code, 2);
  assertStringIncludes(unused.err, "--steps needs --bench");
});
