/**
 * Checkpoints in a folder: two files a part, the last state and the one before.
 *
 * @module
 */
import { DataError } from "../../core/errors.ts";
import { exists, makeFolder, PREVIOUS, safeName, writeFileAtomic } from "../../core/files.ts";
import type { Checkpoints, FitCheckpoints, FitIdentity, PartState } from "./checkpoint.ts";
import { decodePart, encodePart, identityText, type Labelled } from "./file.ts";
import { type Lock, LOCK_FILE, LOCK_TIMEOUT, lockFolder } from "../../core/lock.ts";
import { readChecksummedJson, writeChecksummedJson } from "../../core/checksummed_json.ts";

/** Name of the file that says whose the folder is. */
const FIT_FILE = "fit.json";
/** What the name of every checkpoint ends with. */
const SUFFIX = ".checkpoint";

/** How to keep checkpoints. */
export interface CheckpointOptions {
  /** Seconds between checkpoints of a running part; 30 if absent, 0: one after each step. A part's end is always kept. */
  readonly seconds?: number;
  /** Steps between checkpoints of a running part, if that comes first; no limit if absent. */
  readonly steps?: number;
  /** When it is aborted, a checkpoint is written after the running step, and the fit ends with `Interrupted`. */
  readonly signal?: AbortSignal;
  /** Hears of checkpoints that cannot be used, and what is done instead. */
  readonly onWarning?: (message: string) => void;
}

/** Checkpoints in a folder, which this process alone may use until they are closed. */
export interface CheckpointFolder extends Checkpoints, Disposable {
  /** Let other processes use the folder. */
  close(): void;
  /** Close, and remove the checkpoints: the fit is done and its result is kept elsewhere. */
  remove(): Promise<void>;
}

/** Open a folder for the checkpoints of one fit; it is made if need be.
 *
 * Every write is a temporary file that is flushed and renamed, with a checksum; the state before stays beside it. A damaged
 * state is told of and the one before is used, or else the part starts again: the result is the same either way.
 *
 * @throws {UsageError} If another process uses the folder. @throws {IadnetError} If it cannot be written.
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
    await makeFolder(folder);
    try {
      return new Folder(folder, options, await lockFolder(folder, LOCK_TIMEOUT));
    } catch (error) {
      if (await exists(folder)) throw error; // else the process that was waited for has removed it
    }
  }
}

/** Whether a folder's entry is a checkpoint. */
export function isCheckpoint({ name }: Pick<Deno.DirEntry, "name">): boolean {
  return name.endsWith(SUFFIX) || name.endsWith(SUFFIX + PREVIOUS);
}

class Folder implements CheckpointFolder {
  constructor(readonly folder: string, readonly options: CheckpointOptions, readonly lock: Lock) {}

  async begin(fit: FitIdentity): Promise<FitCheckpoints> {
    const file = `${this.folder}/${FIT_FILE}`, text = identityText(fit), found = await this.#found(file);
    if (found !== text) {
      const difference = found === undefined ? [] : differences(found, text);
      if (difference.length > 0) {
        throw new DataError(
          `Cannot go on in ${this.folder}: its checkpoints are of another fit, with other ${
            difference.join(", ")
          }`,
          file,
        );
      }
      await writeChecksummedJson(file, fit);
    }
    return new BoundFolder(this.folder, text, this.options);
  }

  /** Whose the folder is; undefined if nothing says so, or what says so is damaged: each checkpoint says it, too. */
  async #found(file: string): Promise<string | undefined> {
    if (!await exists(file)) return undefined;
    try {
      return identityText(await readChecksummedJson(file) as FitIdentity);
    } catch (error) {
      this.options.onWarning?.((error as Error).message);
      return undefined;
    }
  }

  close(): void {
    this.lock.release();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async remove(): Promise<void> {
    for await (const entry of Deno.readDir(this.folder)) {
      const own = isCheckpoint(entry) || entry.name.endsWith(".tmp") || entry.name === FIT_FILE;
      if (own) await Deno.remove(`${this.folder}/${entry.name}`);
    }
    await Deno.remove(`${this.folder}/${LOCK_FILE}`).catch(() => {});
    this.close();
    await Deno.remove(this.folder).catch(() => {}); // it stays where it holds anything else
  }
}

class BoundFolder implements FitCheckpoints {
  readonly signal?: AbortSignal;
  #written = performance.now();

  constructor(readonly folder: string, readonly fit: string, readonly options: CheckpointOptions) {
    if (options.signal) this.signal = options.signal;
  }

  isDue(steps: number): boolean {
    const { seconds = 30, steps: most = Infinity } = this.options;
    return steps >= most || performance.now() - this.#written >= seconds * 1000;
  }

  async write(part: string, state: PartState): Promise<void> {
    await writeFileAtomic(this.#file(part), encodePart({ fit: this.fit, part, state }), {
      keepPrevious: true,
    });
    this.#written = performance.now();
  }

  async read(part: string): Promise<PartState | undefined> {
    const file = this.#file(part);
    let foreign: DataError | undefined, damaged = 0;
    for (const path of [file, file + PREVIOUS]) {
      if (!await exists(path)) continue;
      try {
        const found = decodePart(await Deno.readFile(path), path);
        const why = this.#refusal(found, part);
        if (!why) return found.state;
        foreign ??= found.fit === this.fit ? undefined : new DataError(
          `Cannot go on from ${path}: ${why}`,
          path,
        );
        throw new DataError(`Cannot use checkpoint ${path}: ${why}`, path);
      } catch (error) {
        damaged++;
        this.options.onWarning?.((error as Error).message);
        // It must not push out the good one at the next write.
        if (path === file && await exists(file + PREVIOUS)) await Deno.remove(path);
      }
    }
    if (foreign) throw foreign;
    if (damaged > 0) this.options.onWarning?.(`Training ${part} again from its beginning`);
    return undefined;
  }

  #refusal(found: Labelled, part: string): string | undefined {
    if (found.fit !== this.fit) {
      return `it is of another fit, with other ${differences(found.fit, this.fit).join(", ")}`;
    }
    return found.part === part ? undefined : `it is of part ${found.part}, expected ${part}`;
  }

  #file(part: string): string {
    return `${this.folder}/${safeName(part)}${SUFFIX}`;
  }
}

/** Names of what differs between two identities; none if the first is no identity. */
function differences(found: string, expected: string): string[] {
  try {
    const own = JSON.parse(found), other = JSON.parse(expected);
    return Object.keys(other).filter((key) => JSON.stringify(own[key]) !== JSON.stringify(other[key]));
  } catch {
    return [];
  }
}
