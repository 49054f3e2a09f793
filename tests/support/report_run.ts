/** A small finished run for tests of reports. */
import { sha256 } from "../../lib/core/files.ts";
import { syntheticDataset } from "../../lib/data/synthetic/mod.ts";
import type { Skeleton } from "../../lib/data/skeleton.ts";
import { splitDataset } from "../../lib/data/split.ts";
import { makeManifest } from "../../lib/experiments/manifest.ts";
import { summarise, TABLE_FLOORS } from "../../lib/experiments/results.ts";
import { RunDirectory } from "../../lib/experiments/run_directory.ts";
import { runCells } from "../../lib/experiments/runner.ts";

/** Categories of the run. */
export const CATEGORIES = ["hug", "kick", "wave"];

/** Train a detector on synthetic clips into a new folder, whose path is returned. */
export async function makeRun(
  { detector = "iadnet:preset=tiny,epochs=4", skeleton }: { detector?: string; skeleton?: Skeleton } = {},
): Promise<string> {
  const out = `${await Deno.makeTempDir()}/run`, engine = "onnx-cpu";
  const synthetic = { seed: 0, clipsPerCategory: 20, categories: CATEGORIES, ...(skeleton && { skeleton }) };
  const dataset = syntheticDataset(synthetic), split = splitDataset(dataset, "fold:1", 0);
  const manifest = makeManifest({
    ...{ kind: "train", dataset, source: { synthetic }, engine, threads: 1, models: detector },
    ...{ detectors: [...new Set([detector, ...TABLE_FLOORS])], splits: ["fold:1"], splitSeed: 0, seeds: [0] },
  });
  const run = await RunDirectory.create(out, manifest);
  const results = await runCells(manifest, { folder: run.folder, dataset });
  const json = summarise({ detector, engine, seed: 0, dataset, split }, [...results.values()]);
  await run.finish({ json, table: "" });
  return out;
}

/** Write the checksums of a run whose files a test has made or changed. */
export async function sumFiles(run: string, names?: readonly string[]): Promise<void> {
  const sums = `${run}/SHA256SUMS`, lines: string[] = [];
  const listed = names ?? (await Deno.readTextFile(sums)).trim().split("\n").map((line) => line.slice(66));
  for (const name of listed) lines.push(`${sha256(await Deno.readFile(`${run}/${name}`))}  ${name}\n`);
  await Deno.writeTextFile(sums, lines.join(""));
}
