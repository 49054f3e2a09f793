import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  DataError,
  type Evaluation,
  getPreset,
  openDataset,
  openSharedEngine,
  runCategory,
  RunFolder,
  splitDataset,
  verifyRun,
  VERSION,
} from "../../mod.ts";
import { exists } from "../../lib/core/files.ts";
import { writeRecord } from "../../lib/core/checksummed_json.ts";
import { runCli } from "../support/cli.ts";
import { ended, hashFolder, inFolder, smallTrain, startCli, writeSmallData } from "../faults/kit.ts";

/** A run of three categories of which two are done, as a process that was killed leaves it. */
async function halfRun(folder: string, change: Record<string, unknown> = {}): Promise<string> {
  const data = `${folder}/data`, out = `${folder}/run`;
  if (!await exists(data)) await writeSmallData(data);
  const dataset = await openDataset(data, { format: "sbu" });
  const evaluation: Evaluation = {
    dataset,
    split: splitDataset(dataset, "group:p04", 0),
    preset: getPreset("tiny"),
    engine: "onnx-cpu",
    seed: 0,
  };
  const command = smallTrain(data, "--workers", "1", "--out", out);
  const job = { command, data: dataset.hash, engine: "onnx-cpu", threads: 1, version: VERSION, ...change };
  const engine = await openSharedEngine("onnx-cpu", 1), run = await RunFolder.create(out, job);
  for (const category of ["hugging", "kicking"]) await runCategory(run, evaluation, engine, category, {});
  run.close();
  return out;
}

Deno.test("train --resume trains what is left, and again what is damaged, to the bits of an uninterrupted run", async () => {
  await inFolder(async (folder) => {
    await writeSmallData(`${folder}/data`);
    const whole = await runCli(smallTrain(`${folder}/data`, "--workers", "1", "--out", `${folder}/whole`));
    assertEquals(whole.code, 0, whole.err);
    const out = await halfRun(folder), expected = await hashFolder(`${folder}/whole`);
    const model = `${out}.partial/run/models/kicking.safetensors`, bytes = await Deno.readFile(model);
    bytes[bytes.length - 1] ^= 1;
    await Deno.writeFile(model, bytes);
    await Deno.writeTextFile(`${out}.partial/job.json`, "damaged");
    const taken = await runCli(smallTrain(`${folder}/data`, "--out", out));
    assertEquals(taken.code, 2);
    assertStringIncludes(taken.err, `go on with train --resume ${out}`);
    const foreign = await runCli(["train", "--resume", out, "--preset", "default"]);
    assertEquals(foreign.code, 2);
    assertStringIncludes(foreign.err, "with --preset: a run goes on with its own options");
    const resumed = await runCli(["train", "--resume", out, "--workers", "2"]);
    assertEquals(resumed.code, 0, resumed.err);
    assertStringIncludes(
      resumed.err,
      "kicking.safetensors: its checksum is not the one that was kept; training kicking again",
    );
    assertStringIncludes(resumed.err, "job.json: its checksum is wrong, so it is damaged; its copy is used");
    assertStringIncludes(resumed.err, "1 of 3: hugging: AUROC");
    assertEquals(await hashFolder(out), expected);
    assert(!await exists(`${out}.partial`));

    await Deno.mkdir(`${out}.partial`); // as after a crash between the last two steps
    const complete = await runCli(["train", "--resume", out]);
    assertEquals([complete.code, complete.out], [0, `Complete: ${out}, every file as its checksum says\n`]);
    assert(!await exists(`${out}.partial`));
    const table = await Deno.readFile(`${out}/results.md`);
    await Deno.writeTextFile(`${out}/results.md`, "something else");
    await assertRejects(
      () => verifyRun(out),
      DataError,
      "results.md: its checksum is not that of SHA256SUMS",
    );
    assertEquals((await runCli(["train", "--resume", out])).code, 2);
    await Deno.remove(`${out}/results.md`);
    await assertRejects(() => verifyRun(out), DataError, "Cannot verify");
    await Deno.writeFile(`${out}/results.md`, table);
    await verifyRun(out);
    const sums = await Deno.readTextFile(`${out}/SHA256SUMS`), lines = sums.split("\n");
    const lacking: [string, string][] = [
      ["", "it does not list results.json"],
      [sums.slice(0, -20), "it ends within a line"],
      [sums.slice(0, -1), "it ends within a line"],
      ...lines.slice(0, -1).map((line): [string, string] => [
        lines.filter((other) => other !== line).join("\n"),
        `it does not list ${line.slice(66)}`,
      ]),
    ];
    for (const [text, says] of lacking) {
      await Deno.writeTextFile(`${out}/SHA256SUMS`, text);
      await assertRejects(() => verifyRun(out), DataError, says);
    }
    await Deno.writeTextFile(`${out}/SHA256SUMS`, `${"0".repeat(64)}  ../../elsewhere\n`);
    await assertRejects(() => verifyRun(out), DataError, "Cannot parse line 1");
  });
});

Deno.test("train --resume refuses a run that is not there, of other data, another version or engine, or damaged", async () => {
  await inFolder(async (folder) => {
    const resume = async (out: string) => {
      const { code, err } = await runCli(["train", "--resume", out]);
      assertEquals(code, 2, err);
      assert(!err.includes("    at "), err);
      return err;
    };
    assertStringIncludes(await resume(`${folder}/none`), "holds no unfinished run");
    const cases: readonly [Record<string, unknown>, string][] = [
      [{ data: "0" }, "its data set has changed since"],
      [{ version: "0.0.1" }, "it was begun by version 0.0.1"],
      [{ engine: "wasm" }, "it was begun with engine wasm, here it is onnx-cpu"],
      [{ command: "train" }, "its job names no command"],
    ];
    for (const [change, says] of cases) {
      const out = await halfRun(folder, change);
      assertStringIncludes(await resume(out), says);
      assert(await exists(`${out}.partial/results/hugging.json`)); // nothing of it is lost
      await Deno.remove(`${out}.partial`, { recursive: true });
    }
    const out = await halfRun(folder);
    const files = ["job.json", "job.copy.json"].map((name) => `${out}.partial/${name}`);
    for (const file of files) await Deno.writeTextFile(file, "{}");
    assertStringIncludes(await resume(out), "its checksum is wrong");
    await writeRecord(files[0], { command: [] });
    assertStringIncludes(await resume(out), "begun by version undefined");
  });
});

Deno.test("A training that nobody reads goes on to its end, and its run directory is there before its table is printed", async () => {
  await inFolder(async (folder) => {
    await writeSmallData(`${folder}/data`);
    for (
      const [k, script] of ['exec "$@" 2>/dev/full', 'exec "$@" >/dev/full', '"$@" 2>&1 | head -1'].entries()
    ) {
      const out = `${folder}/run${k}`, args = smallTrain(`${folder}/data`, "--out", out);
      const { err } = await ended(startCli(args, ["sh", "-c", script, "sh"]));
      assert(await exists(`${out}/SHA256SUMS`), `${script}: ${err}`);
      await verifyRun(out);
    }
  });
});

Deno.test("A run whose folders cannot be listed is not taken for an empty one, and an empty one is removed", async () => {
  await inFolder(async (folder) => {
    const job = { command: [], data: "", engine: "onnx-cpu", threads: 1, version: VERSION };
    const empty = await RunFolder.create(`${folder}/empty`, job);
    assertEquals(await empty.abandon(), false);
    const run = await RunFolder.create(`${folder}/run`, job), { readDir } = Deno;
    Deno.readDir = () => {
      throw new Deno.errors.PermissionDenied("injected");
    };
    try {
      assertEquals(await run.abandon(), true);
    } finally {
      Deno.readDir = readDir;
    }
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), ["run.partial"]);
  });
});
