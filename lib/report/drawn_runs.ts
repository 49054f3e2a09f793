/** What figures are drawn from: finished runs and plans, grouped by their data, with the clips where they can be opened. */
import { DataError, UsageError } from "../core/errors.ts";
import { exists, withoutSlashes } from "../core/files.ts";
import type { Clip } from "../data/clip.ts";
import { type DataSource, openDataSource } from "../data/data_source.ts";
import { splitDataset } from "../data/split.ts";
import { collectCells, type Collection } from "../experiments/benchmark.ts";
import { hasManifest, readManifest, type RunManifest } from "../experiments/manifest.ts";
import { formatOf, type Results, summarise } from "../experiments/results.ts";
import { verifyRun } from "../experiments/run_directory.ts";
import { RunFolder } from "../experiments/run_folder.ts";
import { readClips, readResults, runName } from "./run.ts";

/** A plan and what has become of its cells. */
export interface DrawnPlan {
  readonly root: string;
  readonly manifest: RunManifest;
  readonly collection: Collection;
}

/** Runs and plans on the same data. */
export interface DrawnGroup {
  /** Format of the data. */
  readonly format: string;
  /** Results by display name: of the finished runs, or, without any, of the IADNet of the first plan on one split and seed. */
  readonly runs: Readonly<Record<string, Results>>;
  /** Whether the results are those of finished runs. */
  readonly isFinished: boolean;
  readonly plans: readonly DrawnPlan[];
  /** Training clips, and test clips by id, of the first run; a note on why there are none otherwise. */
  readonly clips: { readonly train: readonly Clip[]; readonly test: ReadonlyMap<string, Clip> } | string;
}

/** Read finished runs and plans.
 * @param folders Their folders. @param source Where the data of the first is now; where it was if absent.
 * @throws {DataError} If a folder holds neither, a file is damaged, or the data has changed.
 * @throws {UsageError} If a folder is named twice. */
export async function readDrawn(folders: readonly string[], source?: DataSource): Promise<DrawnGroup[]> {
  const runs = new Map<string, { folder: string; results: Results }>(), plans: DrawnPlan[] = [];
  const hashes = new Set<string>();
  for (const [i, folder] of folders.entries()) {
    if (folders.findIndex((other) => withoutSlashes(other) === withoutSlashes(folder)) < i) {
      throw new UsageError(`Cannot draw figures: ${folder} is named twice`);
    }
    if (!await exists(`${folder}/results.json`) && await hasManifest(folder)) {
      const plan = await readPlan(folder);
      plans.push(plan);
      hashes.add(hashOf(plan));
    } else {
      const results = await readResults(folder), name = runName(folder);
      await verifyRun(folder, ["results.json"]);
      runs.set(runs.has(name) ? folder : name, { folder, results });
      hashes.add(results.data.hash);
    }
  }
  const groups: DrawnGroup[] = [];
  for (const hash of hashes) {
    const own = [...runs].filter(([, { results }]) => results.data.hash === hash);
    const planned = plans.filter((plan) => hashOf(plan) === hash),
      given = groups.length === 0 ? source : undefined;
    groups.push(own.length > 0 ? await groupOfRuns(own, planned, given) : await groupOfPlans(planned, given));
  }
  return groups;
}

const hashOf = ({ manifest }: DrawnPlan) => manifest.data.hash;

/** @throws {DataError} If the manifest is damaged, or of another kind of run. */
async function readPlan(root: string): Promise<DrawnPlan> {
  const manifest = await readManifest(root);
  if (manifest.kind !== "benchmark") {
    throw new DataError(
      `Cannot draw ${root}: expected a finished run or a plan, got an unfinished ${manifest.kind}`,
      root,
    );
  }
  return { root, manifest, collection: await collectCells(new RunFolder(root, manifest)) };
}

async function groupOfRuns(
  runs: readonly [name: string, run: { readonly folder: string; readonly results: Results }][],
  plans: readonly DrawnPlan[],
  source?: DataSource,
): Promise<DrawnGroup> {
  const [[, { folder, results }]] = runs, { clips, note } = await readClips(folder, results, source);
  return {
    format: formatOf(results),
    runs: Object.fromEntries(runs.map(([name, own]) => [name, own.results])),
    isFinished: true,
    plans,
    clips: clips ?? note ?? "",
  };
}

async function groupOfPlans(plans: readonly DrawnPlan[], source?: DataSource): Promise<DrawnGroup> {
  const [{ root, manifest, collection }] = plans, { data, splitSeed } = manifest;
  const group = (clips: DrawnGroup["clips"], runs: DrawnGroup["runs"] = {}) => ({
    format: data.format,
    isFinished: false,
    plans,
    clips,
    runs,
  });
  let dataset;
  try {
    dataset = await openDataSource(source ?? data.source);
  } catch (error) {
    if (source) throw error;
    return group(`The plan's data cannot be opened: ${(error as Error).message}`);
  }
  if (dataset.hash !== data.hash) {
    throw new DataError(`Cannot show the clips of ${root}: its data has changed since it was planned`, root);
  }
  const done = [...collection.results.values()];
  const first = done.find(({ cell }) => cell.detector.startsWith("iadnet"));
  if (!first) return group(`${root} has no result of an IADNet`);
  const { detector, split: name, seed } = first.cell, split = splitDataset(dataset, name, splitSeed);
  const ofSplit = done.filter(({ cell }) => cell.split === name),
    own = ofSplit.filter(({ cell }) => cell.detector === detector && cell.seed === seed);
  const isWhole = (floor: string) =>
    own.every(({ cell }) =>
      ofSplit.some((other) => other.cell.detector === floor && other.cell.category === cell.category)
    );
  const cells = [
    ...own,
    ...ofSplit.filter(({ cell }) => cell.detector !== detector && isWhole(cell.detector)),
  ];
  const results = summarise({ detector, engine: manifest.engine, seed, dataset, split }, cells);
  const test = new Map(split.test.map((clip) => [clip.id, clip]));
  return group({ train: split.train, test }, { [detector]: results });
}
