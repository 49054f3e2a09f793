/** A small finished run for tests of reports. */
import { evaluateCategory, type Evaluation, summarise } from "../../lib/experiments/evaluate.ts";
import { RunFolder } from "../../lib/experiments/run_folder.ts";
import { syntheticDataset } from "../../lib/data/dataset.ts";
import { splitDataset } from "../../lib/data/split.ts";
import { openEngine } from "../../lib/engine/select.ts";
import type { Skeleton } from "../../lib/data/skeleton.ts";
import { getPreset } from "../../lib/detectors/iadnet/presets.ts";

/** Categories of the run. */
export const CATEGORIES = ["hug", "kick", "wave"];

/** Train `tiny` (or a preset with few epochs) on synthetic clips into a new folder, whose path is returned. */
export async function makeRun({ preset = "tiny", skeleton }: { preset?: string; skeleton?: Skeleton } = {}) {
  const out = `${await Deno.makeTempDir()}/run`;
  const synthetic = { seed: 0, clipsPerCategory: 20, categories: CATEGORIES, ...(skeleton && { skeleton }) };
  const dataset = syntheticDataset(synthetic), split = splitDataset(dataset, "fold:1", 0);
  const engine = await openEngine("auto", 1), known = getPreset(preset);
  const quick = { ...known, training: { ...known.training, epochs: 4 } };
  const evaluation: Evaluation = { dataset, split, preset: quick, engine: "auto", seed: 0 };
  const job = { command: ["demo"], data: dataset.hash, engine: engine.name, threads: 1, version: "0.0.0" };
  const run = await RunFolder.create(out, job), results = [];
  for (const category of CATEGORIES) {
    const { result, detector } = await evaluateCategory(evaluation, engine, category);
    await run.keep(result, detector, []);
    results.push(result);
  }
  await run.finish(summarise(evaluation, engine.name, results), { synthetic });
  await engine.close();
  return out;
}
