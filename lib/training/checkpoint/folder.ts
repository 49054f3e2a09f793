/** Checkpoints in a folder: two files per training, the last state and the one before. */
import { DataError } from "../../core/errors.ts";
import { exists, makeFolder, PREVIOUS, safeName, writeFileAtomic } from "../../core/files.ts";
import {
  type Checkpoints,
  decodeCheckpoint,
  encodeCheckpoint,
  type FitCheckpoints,
  type FitIdentity,
  identityText,
  type TrainingState,
} from "./checkpoint.ts";
import { refuseLinksIn } from "../../core/links.ts";
import { LOCK_FILE, LOCK_TIMEOUT, lockFolder } from "../../core/lock.ts";
import { readChecksummedJson, writeChecksummedJson } from "../../core/checksummed_json.ts";
import { readFileUpTo } from "../../core/read_file.ts";

/** Name of the file with the identity of the fit. */
const FIT_FILE = "fit.json";

/** Suffix of every checkpoint's name. */
const SUFFIX = ".checkpoint";

/** Options for `openCheckpoints`. */
export interface CheckpointOptions {
  /** Seconds between checkpoints of a running training, 0 = one after each step; 30 if absent. The end of a training is always written. */
  readonly seconds?: number;
  /** When it is aborted, a checkpoint is written after the current step, and the fit ends with `Interrupted`. */
  readonly signal?: AbortSignal;
  /** Called with the reason why a checkpoint cannot be used, and with what is done instead. */
  readonly onWarning?: (message: string) => void;
}

/** Open a folder for the checkpoints of one fit; it is created if it does not exist.
 *
 * Every write goes to a temporary file that is flushed and renamed, with a checksum; the previous state stays beside it. If a state
 * is damaged, a warning is given and the previous one is used, or the training starts again: the result is the same either way.
 * @throws {UsageError} If another process uses the folder. @throws {DataError} If it holds links, pipes or devices.
 * @throws {IadnetError} If it cannot be written.
 * @example
 * ```ts
 * import { generateDataset, IADNet, openCheckpoints } from "@lab/iadnet";
 * import { assertEquals, assertRejects } from "@std/assert";
 * const hugs = generateDataset({ seed: 0, clipsPerCategory: 6, categories: ["hug"] });
 * const folder = await Deno.makeTempDir(), stop = new AbortController();
 * const whole = new IADNet({ preset: "tiny" }), resumed = new IADNet({ preset: "tiny" });
 * await whole.fit(hugs, { seed: 0 });
 * const first = await openCheckpoints(folder, { signal: stop.signal });
 * const onProgress = ({ step }: { step: number }) => step === 30 && stop.abort("SIGTERM");
 * await assertRejects(() => resumed.fit(hugs, { seed: 0, checkpoints: first, onProgress }));
 * first.close();
 * using second = await openCheckpoints(folder); // as another process would
 * await resumed.fit(hugs, { seed: 0, checkpoints: second });
 * assertEquals(resumed.toBytes(), whole.toBytes());
 * ```
 */
export async function openCheckpoints(
  folder: string,
  options: CheckpointOptions = {},
): Promise<CheckpointFolder> {
  for (;;) {
    await refuseLinksIn(folder);
    await makeFolder(folder);
    try {
      return new CheckpointFolder(folder, options, await lockFolder(folder, LOCK_TIMEOUT));
    } catch (error) {
      if (await exists(folder)) throw error; // else the process that held the lock has removed it
    }
  }
}

/** Whether a folder's entry is a checkpoint. */
export function isCheckpoint({ name }: Pick<Deno.DirEntry, "name">): boolean {
  return name.endsWith(SUFFIX) || name.endsWith(SUFFIX + PREVIOUS);
}

/** Checkpoints in a folder. The folder is locked by this process until they are closed. */
export class CheckpointFolder implements Checkpoints, Disposable {
  /** Use `openCheckpoints`. */
  constructor(readonly folder: string, readonly options: CheckpointOptions, readonly lock: Disposable) {}

  /** Bind the store to a fit.
   * @throws {DataError} If it holds the checkpoints of another fit. */
  async begin(fit: FitIdentity): Promise<FitCheckpoints> {
    const file = `${this.folder}/${FIT_FILE}`, text = identityText(fit), found = await this.#found(file);
    if (found !== text) {
      const other = found === undefined ? [] : differences(found, text);
      if (other.length > 0) {
        const detail = `its checkpoints are of another fit, with other ${other.join(", ")}`;
        throw new DataError(`Cannot resume from ${this.folder}: ${detail}`, file);
      }
      await writeChecksummedJson(file, fit);
    }
    return new BoundFolder(this.folder, text, this.options);
  }

  /** Identity in the folder; undefined if it is missing or damaged: each checkpoint repeats it. */
  async #found(file: string): Promise<string | undefined> {
    if (!await exists(file)) return undefined;
    try {
      return identityText(await readChecksummedJson(file) as FitIdentity);
    } catch (error) {
      this.options.onWarning?.((error as Error).message);
      return undefined;
    }
  }

  /** Unlock the folder. */
  close(): void {
    this.lock[Symbol.dispose]();
  }

  /** Unlock the folder. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Remove the checkpoints and unlock the folder. */
  async remove(): Promise<void> {
    for await (const entry of Deno.readDir(this.folder)) {
      const own = isCheckpoint(entry) || entry.name.endsWith(".tmp") || entry.name === FIT_FILE;
      if (own) await Deno.remove(`${this.folder}/${entry.name}`);
    }
    await Deno.remove(`${this.folder}/${LOCK_FILE}`).catch(() => {});
    this.close();
    await Deno.remove(this.folder).catch(() => {}); // a folder with other files stays
  }
}

class BoundFolder implements FitCheckpoints {
  readonly signal?: AbortSignal;
  #written = performance.now();

  constructor(readonly folder: string, readonly fit: string, readonly options: CheckpointOptions) {
    this.signal = options.signal;
  }

  isDue(): boolean {
    return performance.now() - this.#written >= (this.options.seconds ?? 30) * 1000;
  }

  async write(training: string, state: TrainingState): Promise<void> {
    const bytes = encodeCheckpoint({ fit: this.fit, training, state });
    await writeFileAtomic(this.#file(training), bytes, { keepPrevious: true });
    this.#written = performance.now();
  }

  async read(training: string): Promise<TrainingState | undefined> {
    const file = this.#file(training), { onWarning = () => {} } = this.options;
    let foreign: DataError | undefined, damaged = 0;
    for (const path of [file, file + PREVIOUS]) {
      if (!await exists(path)) continue;
      try {
        const found = decodeCheckpoint(await readFileUpTo(path), path);
        const why = found.fit !== this.fit
          ? `it is of another fit, with other ${differences(found.fit, this.fit).join(", ")}`
          : found.training !== training && `it is of training ${found.training}, expected ${training}`;
        if (!why) return found.state;
        const error = new DataError(`Cannot resume from ${path}: ${why}`, path);
        if (found.fit !== this.fit) foreign ??= error;
        throw error;
      } catch (error) {
        damaged++;
        onWarning((error as Error).message);
        // Otherwise the next write would replace the good previous state with it.
        if (path === file && await exists(file + PREVIOUS)) await Deno.remove(path);
      }
    }
    if (foreign) throw foreign;
    if (damaged > 0) onWarning(`Training ${training} again from the start`);
    return undefined;
  }

  #file(training: string): string {
    return `${this.folder}/${safeName(training)}${SUFFIX}`;
  }
}

/** Names of the fields in which two identities differ; none if the first is not an identity. */
function differences(found: string, expected: string): string[] {
  try {
    const own = JSON.parse(found), other = JSON.parse(expected);
    return Object.keys(other).filter((key) => JSON.stringify(own[key]) !== JSON.stringify(other[key]));
  } catch {
    return [];
  }
}
