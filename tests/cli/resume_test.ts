import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DataError, openDataset, syntheticDataset } from "../../mod.ts";
import { writeChecksummedJson } from "../../lib/core/checksummed_json.ts";
import { exists } from "../../lib/core/files.ts";
import { makeManifest, type RunManifest, writeManifest } from "../../lib/experiments/manifest.ts";
import { TABLE_FLOORS } from "../../lib/experiments/results.ts";
import { RunDirectory, verifyRun } from "../../lib/experiments/run_directory.ts";
import { runCells } from "../../lib/experiments/runner.ts";
import { runCli } from "../support/cli.ts";
import { ended, hashFolder, inFolder, smallTrain, startCli, writeSmallData } from "../faults/kit.ts";

const DETECTOR = "iadnet:preset=tiny";

/** A run of three categories of which two are done, as a process that was killed leaves it. */
async function halfRun(folder: string, change: (manifest: RunManifest) => RunManifest = (own) => own) {
  const data = `${folder}/data`, out = `${folder}/run`;
  if (!await exists(data)) await writeSmallData(data);
  const dataset = await openDataset(data, { format: "sbu" });
  const source = {
    path: data,
    options: { format: "sbu", lenient: false, actorFirst: false, every: 1, camera: 1 },
    treatments: [],
  };
  const manifest = makeManifest({
    ...{ kind: "train", dataset, source, engine: "onnx-cpu", threads: 1, models: DETECTOR },
    ...{ detectors: [DETECTOR, ...TABLE_FLOORS], splits: ["group:p04"], splitSeed: 0, seeds: [0] },
  });
  const run = await RunDirectory.create(out, manifest);
  await runCells(manifest, { folder: run.folder, dataset }, [0, 1]);
  await writeManifest(run.folder.root, change(manifest));
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
    await Deno.writeTextFile(`${out}.partial/manifest.json`, "damaged");
    const taken = await runCli(smallTrain(`${folder}/data`, "--out", out));
    assertEquals(taken.code, 2);
    assertStringIncludes(taken.err, `resume it with --resume ${out}`);
    const foreign = await runCli(["train", "--resume", out, "--preset", "default"]);
    assertEquals(foreign.code, 2);
    assertStringIncludes(foreign.err, "with --preset: a run keeps its own options");
    const resumed = await runCli(["train", "--resume", out, "--workers", "2"]);
    assertEquals(resumed.code, 0, resumed.err);
    assertStringIncludes(
      resumed.err,
      "kicking.safetensors: its checksum differs from the one in its cell's result; running iadnet:preset=tiny kicking",
    );
    assertStringIncludes(
      resumed.err,
      "manifest.json: expected a line of checksum and a line of JSON; using its copy",
    );
    assertStringIncludes(resumed.err, "1 of 3: hugging: AUROC");
    assertEquals(await hashFolder(out), expected);
    assert(!await exists(`${out}.partial`));

    await Deno.mkdir(`${out}.partial`); // as after a crash between the last two steps
    const complete = await runCli(["train", "--resume", out]);
    assertEquals([complete.code, complete.out], [0, `Complete: ${out}, all checksums match\n`]);
    assert(!await exists(`${out}.partial`));
    const table = await Deno.readFile(`${out}/results.md`);
    await Deno.writeTextFile(`${out}/results.md`, "something else");
    await assertRejects(
      () => verifyRun(out),
      DataError,
      "results.md: checksum mismatch",
    );
    assertEquals((await runCli(["train", "--resume", out])).code, 2);
    await Deno.remove(`${out}/results.md`);
    await assertRejects(() => verifyRun(out), DataError, "Cannot verify");
    await Deno.writeFile(`${out}/results.md`, table);
    await verifyRun(out);
    const sums = await Deno.readTextFile(`${out}/SHA256SUMS`), lines = sums.split("\n");
    const lacking: [string, string][] = [
      ["", "it does not list results.json"],
      [sums.slice(0, -20), "the last line is incomplete"],
      [sums.slice(0, -1), "the last line is incomplete"],
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
    const cases: readonly [(manifest: RunManifest) => RunManifest, string][] = [
      [(own) => ({ ...own, data: { ...own.data, hash: "0" } }), "has changed since it started"],
      [(own) => ({ ...own, version: "0.0.1" }), "version 0.0.1 started it"],
      [(own) => ({ ...own, engine: "onnx-cuda" }), "engine onnx-cuda"],
      [(own) => ({ ...own, kind: "compare" }), "it is a run of compare"],
    ];
    for (const [change, says] of cases) {
      const out = await halfRun(folder, change);
      assertStringIncludes(await resume(out), says);
      assert(await exists(`${out}.partial/run/models/hugging.safetensors`)); // nothing of it is lost
      await Deno.remove(`${out}.partial`, { recursive: true });
    }
    const out = await halfRun(folder);
    const files = ["manifest.json", "manifest.copy.json"].map((name) => `${out}.partial/${name}`);
    for (const file of files) await Deno.writeTextFile(file, "{}");
    assertStringIncludes(await resume(out), "expected a line of checksum");
    await writeChecksummedJson(files[0], { cells: [] });
    assertStringIncludes(await resume(out), "expected a run manifest");
  });
});

Deno.test("A training that nobody reads goes on to its end, and its run directory is there before its table is printed", async () => {
  await inFolder(async (folder) => {
    await writeSmallData(`${folder}/data`);
    for (
      const [k, script] of ['exec "$@" 2>/dev/full', 'exec "$@" >/dev/full', '"$@" 2>&1 | head -1'].entries()
    ) {
      const out = `${folder}/run${k}`, args = smallTrain(`${folder}/data`, "--out", out);
      const { code, err } = await ended(startCli(args, ["sh", "-c", script, "sh"]));
      if (script.includes(">/dev/full") && !script.includes("2>")) {
        assertEquals(code, 1);
        assertStringIncludes(err, "Cannot print to stdout: No space left on device");
        assertStringIncludes(err, "; the files that were written are complete");
      }
      assert(await exists(`${out}/SHA256SUMS`), `${script}: ${err}`);
      await verifyRun(out);
    }
  });
});

Deno.test("A run whose folders cannot be listed is not taken for an empty one, and an empty one is removed", async () => {
  await inFolder(async (folder) => {
    const synthetic = { seed: 0, clipsPerCategory: 5, categories: ["hug", "kick"] };
    const manifest = makeManifest({
      ...{ kind: "train", dataset: syntheticDataset(synthetic), source: { synthetic }, engine: "onnx-cpu" },
      ...{ threads: 1, detectors: [DETECTOR], splits: ["fold:1"], splitSeed: 0, seeds: [0] },
    });
    const empty = await RunDirectory.create(`${folder}/empty`, manifest);
    assertEquals(await empty.abandon(), false);
    const run = await RunDirectory.create(`${folder}/run`, manifest), { readDir } = Deno;
    Deno.readDir = () => {
      throw new Deno.errors.PermissionDenied("injected");
    };
    try {
      assertEquals(await run.abandon(), true);
    } finally {
      Deno.readDir = readDir;
    }
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), ["run.partial"]);
    const whole = await RunDirectory.create(`${folder}/whole`, { ...manifest, cells: [] }), { open } = Deno;
    const steps: string[] = [];
    Deno.open = (path, options) => (steps.push(`${path}`), open(path, options));
    try {
      await whole.finish({ json: {}, table: "" });
    } finally {
      Deno.open = open;
    }
    assertEquals(steps.slice(-2), [`${folder}/whole.partial`, folder]); // both sides of the rename are flushed
  });
});
