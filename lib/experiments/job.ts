/**
 * What an unfinished run was begun with, kept twice: without it the run could not go on.
 *
 * @module
 */
import { DataError } from "../core/errors.ts";
import { exists, partialOf } from "../core/files.ts";
import { readRecord, writeRecord } from "../core/checksummed_json.ts";

/** What a run is. */
export interface RunJob {
  /** Verb and options of the command line that began it. */
  readonly command: readonly string[];
  /** SHA-256 of the data set. */
  readonly data: string;
  /** Name of the engine. */
  readonly engine: string;
  /** Threads of one operator. */
  readonly threads: number;
  /** Version of this package. */
  readonly version: string;
}

/** Where a run's job is kept. */
function jobFiles(out: string): readonly [string, string] {
  return [`${partialOf(out)}/job.json`, `${partialOf(out)}/job.copy.json`];
}

/** Whether there is an unfinished run. */
export async function hasJob(out: string): Promise<boolean> {
  for (const file of jobFiles(out)) if (await exists(file)) return true;
  return false;
}

/** Keep a run's job. */
export async function writeJob(out: string, job: RunJob): Promise<void> {
  for (const file of jobFiles(out)) await writeRecord(file, job);
}

/** The job of an unfinished run: the copy of it where the first is damaged or missing.
 *
 * @param onWarning Hears of what is damaged.
 * @throws {DataError} If both are damaged or missing.
 */
export async function readJob(out: string, onWarning: (message: string) => void = () => {}): Promise<RunJob> {
  const [file, copy] = jobFiles(out);
  const read = async (path: string) => {
    const job = await readRecord(path) as RunJob;
    if (Array.isArray(job?.command) && job.command.every((word) => typeof word === "string")) return job;
    throw new DataError(`Cannot resume ${out}: its job names no command`, path);
  };
  try {
    return await read(file);
  } catch (error) {
    const job = await read(copy).catch(() => {
      throw error;
    });
    onWarning(`${(error as Error).message}; its copy is used`);
    return job;
  }
}
