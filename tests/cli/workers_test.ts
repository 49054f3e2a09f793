import { assertEquals, assertRejects } from "@std/assert";
import { RunFolder } from "../../lib/experiments/run_folder.ts";
import { runWorkers } from "../../lib/cli/workers.ts";
import type { Job } from "../../lib/cli/worker.ts";
import { IadnetError, Interrupted } from "../../lib/core/errors.ts";
import { getPreset } from "../../lib/detectors/iadnet/presets.ts";
import { inFolder } from "../faults/kit.ts";

const CATEGORIES = ["hug", "kick", "push"];

/** A small job. @param out The run directory to be. */
const job = (out?: string): Job => ({
  source: { synthetic: { seed: 0, clipsPerCategory: 10, categories: CATEGORIES } },
  split: "fold:5",
  preset: getPreset("tiny"),
  engine: "onnx-cpu",
  threads: 1,
  seed: 0,
  ...(out && { run: { out, seconds: 30 } }),
});

/** A program that ends as a worker might before it has answered. */
async function dying(folder: string, how: string): Promise<string> {
  const file = `${folder}/dying`;
  await Deno.writeTextFile(file, `#!/bin/sh\n${how}\n`, { mode: 0o700 });
  return file;
}

const EVENTS = { onProgress: () => {}, onResult: () => {}, onWarning: () => {} };

Deno.test("A worker that a signal ends before it can hear of it is a request to end; any other end is a failure", async () => {
  await inFolder(async (folder) => {
    const cases: [string, typeof IadnetError | typeof Interrupted, string][] = [
      ["kill -TERM $$", Interrupted, "Stopped by SIGTERM"],
      ["kill -INT $$", Interrupted, "Stopped by SIGINT"],
      ["exit 130", Interrupted, "Stopped by SIGINT"],
      ["kill -KILL $$", IadnetError, "Cannot finish hug: its worker ended by SIGKILL"],
      ["exit 9", IadnetError, "Cannot finish hug: its worker ended by itself, code 9"],
    ];
    for (const [how, kind, says] of cases) {
      const program = await dying(folder, `read job; read category; ${how}`);
      const error = await assertRejects(
        () => runWorkers(job(), ["hug", "kick"], 1, EVENTS, program),
        kind,
        says,
      );
      assertEquals(error.constructor, kind);
    }
    const stop = new AbortController(), program = await dying(folder, "read job; read category; exit 1");
    stop.abort("SIGHUP");
    await assertRejects(
      () => runWorkers(job(), ["hug"], 1, { ...EVENTS, signal: stop.signal }, program),
      Interrupted,
      "Stopped by SIGHUP",
    );
  });
});

Deno.test("A request to end that comes between two categories ends the workers, too", async () => {
  await inFolder(async (folder) => {
    const out = `${folder}/run`, stop = new AbortController(), done: string[] = [];
    const run = await RunFolder.create(out, {
      command: [],
      data: "",
      engine: "onnx-cpu",
      threads: 1,
      version: "",
    });
    const events = {
      ...EVENTS,
      onResult: ({ category }: { category: string }) => {
        done.push(category);
        stop.abort("SIGTERM"); // the worker now waits for a category that never comes
      },
      signal: stop.signal,
    };
    await assertRejects(() => runWorkers(job(out), CATEGORIES, 1, events), Interrupted, "Stopped by SIGTERM");
    assertEquals(done, ["hug"]);
    run.close();
  });
});
