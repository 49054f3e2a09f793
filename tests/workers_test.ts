import { assertEquals, assertRejects } from "@std/assert";
import { RunFolder } from "../lib/benchmark/run_folder.ts";
import { runWorkers } from "../lib/cli/workers.ts";
import { Interrupted } from "../lib/errors.ts";
import { getPreset } from "../lib/presets.ts";
import { inFolder } from "./faults/kit.ts";

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
    const categories = ["hug", "kick", "push"];
    const job = {
      source: { synthetic: { seed: 0, clipsPerCategory: 10, categories } },
      split: "fold:5",
      preset: getPreset("tiny"),
      engine: "onnx-cpu",
      threads: 1,
      seed: 0,
      run: { out, seconds: 30 },
    } as const;
    const events = {
      onProgress: () => {},
      onWarning: () => {},
      onResult: ({ category }: { category: string }) => {
        done.push(category);
        stop.abort("SIGTERM"); // the worker now waits for a category that never comes
      },
      signal: stop.signal,
    };
    await assertRejects(() => runWorkers(job, categories, 1, events), Interrupted, "Stopped by SIGTERM");
    assertEquals(done, ["hug"]);
    run.close();
  });
});
