/**
 * A finished run as a report finds it: its results, and the clips that they were got from.
 *
 * @module
 */
import type { Results } from "../experiments/results.ts";
import { SOURCE_FILE } from "../experiments/run_directory.ts";
import type { Clip } from "../data/clip.ts";
import { type DataSource, openDataSource } from "../data/data_source.ts";
import { splitDataset } from "../data/split.ts";
import { DataError, IadnetError } from "../core/errors.ts";
import { exists } from "../core/files.ts";

/** A run's clips. */
export interface RunClips {
  readonly train: readonly Clip[];
  readonly test: ReadonlyMap<string, Clip>;
}

/** The results of a run.
 *
 * @throws {DataError} If the folder holds no finished run, or its results are damaged.
 */
export async function readResults(run: string): Promise<Results> {
  const file = `${run}/results.json`;
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (cause) {
    throw new DataError(`Cannot open run ${run}: ${(cause as Error).message}`, file);
  }
  try {
    const results = JSON.parse(text) as Results;
    if (!Array.isArray(results.categories) || typeof results.macro?.auroc !== "number") throw new Error();
    return results;
  } catch {
    throw new DataError(`Cannot use ${file}: it holds no results of a run`, file);
  }
}

/** The clips of a run.
 *
 * @param source Where they are, if not where the run says.
 * @returns The clips, or why there are none.
 * @throws {DataError} If the data is not that of the run, or a source that was given cannot be read.
 */
export async function readClips(
  run: string,
  results: Results,
  source?: DataSource,
): Promise<RunClips | string> {
  let dataset;
  try {
    const recorded = source ?? await readSource(run);
    if (!recorded) return `The run does not say where its data is: give --data and --format`;
    dataset = await openDataSource(recorded);
  } catch (error) {
    const missing = error instanceof IadnetError || error instanceof Deno.errors.NotFound;
    if (source || !missing) throw error;
    return `The run's data cannot be opened: ${error.message}`;
  }
  if (dataset.hash !== results.data.hash) {
    throw new DataError(
      `Cannot show the clips of ${run}: its data has SHA-256 ${results.data.hash.slice(0, 12)}, ` +
        `this data ${dataset.hash.slice(0, 12)}`,
      run,
    );
  }
  const { train, test } = splitDataset(dataset, results.split, results.seed);
  return { train, test: new Map(test.map((clip) => [clip.id, clip])) };
}

async function readSource(run: string): Promise<DataSource | undefined> {
  const file = `${run}/${SOURCE_FILE}`;
  if (!await exists(file)) return undefined;
  try {
    return JSON.parse(await Deno.readTextFile(file));
  } catch {
    throw new DataError(`Cannot use ${file}: it is not JSON`, file);
  }
}
