import { assertEquals, assertRejects } from "@std/assert";
import { makeManifest, type RunManifest } from "../../lib/experiments/manifest.ts";
import { RunDirectory } from "../../lib/experiments/run_directory.ts";
import { type RunOptions, runWorkers } from "../../lib/experiments/workers.ts";
import { workerCommand } from "../../lib/cli/confine.ts";
import { IadnetError, Interrupted } from "../../lib/core/errors.ts";
import { syntheticDataset } from "../../lib/data/synthetic/mod.ts";
import { inFolder } from "../faults/kit.ts";

const synthetic = { seed: 0, clipsPerCategory: 10, categories: ["hug", "kick", "push"] };

/** A small run of three cells. */
const MANIFEST: RunManifest = makeManifest({
  ...{
    kind: "train",
    dataset: syntheticDataset(synthetic),
    source: { synthetic },
    engine: "onnx-cpu",
    threads: 1,
  },
  ...{ detectors: ["iadnet:preset=tiny"], splits: ["fold:5"], splitSeed: 0, seeds: [0] },
});

/** A program that ends as a worker might before it has answered. */
async function dying(folder: string, how: string): Promise<string> {
  const file = `${folder}/dying`;
  await Deno.writeTextFile(file, `#!/bin/sh\n${how}\n`, { mode: 0o700 });
  return file;
}

Deno.test("A worker that a signal ends before it can hear of it is a request to end; any other end is a failure", async () => {
  await inFolder(async (folder) => {
    const cases: [string, typeof IadnetError | typeof Interrupted, string][] = [
      ["kill -TERM $$", Interrupted, "Interrupted by SIGTERM"],
      ["kill -INT $$", Interrupted, "Interrupted by SIGINT"],
      ["exit 130", Interrupted, "Interrupted by SIGINT"],
      [
        "kill -KILL $$",
        IadnetError,
        "Cannot finish iadnet:preset=tiny hug fold:5 0: its worker was ended by SIGKILL",
      ],
      [
        "exit 9",
        IadnetError,
        "Cannot finish iadnet:preset=tiny hug fold:5 0: its worker exited with code 9",
      ],
    ];
    for (const [how, kind, says] of cases) {
      const program = await dying(folder, `read job; read cell; ${how}`);
      const error = await assertRejects(
        () => runWorkers(MANIFEST, [0, 1], 1, { workerCommand: [program] }),
        kind,
        says,
      );
      assertEquals(error.constructor, kind);
    }
    const stop = new AbortController(), program = await dying(folder, "read job; read cell; exit 1");
    stop.abort("SIGHUP");
    await assertRejects(
      () => runWorkers(MANIFEST, [0], 1, { workerCommand: [program], signal: stop.signal }),
      Interrupted,
      "Interrupted by SIGHUP",
    );
  });
});

Deno.test("A request to end that comes between two cells ends the workers, too", async () => {
  await inFolder(async (folder) => {
    const stop = new AbortController(), done: string[] = [];
    const run = await RunDirectory.create(`${folder}/run`, MANIFEST);
    const options: RunOptions = {
      folder: run.folder,
      workerCommand: await workerCommand(MANIFEST, run.folder.root),
      onResult: ({ cell }) => {
        done.push(cell.category);
        stop.abort("SIGTERM"); // the worker now waits for a cell that never comes
      },
      signal: stop.signal,
    };
    await assertRejects(
      () => runWorkers(MANIFEST, [0, 1, 2], 1, options),
      Interrupted,
      "Interrupted by SIGTERM",
    );
    assertEquals(done, ["hug"]);
    run.close();
  });
});
