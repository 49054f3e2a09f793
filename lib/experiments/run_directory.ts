/** Run directories: `<out>` appears when the run is finished, complete and with checksums; until then the run is in `<out>.partial`. */
import { dirname } from "node:path";
import { DataError, UsageError } from "../core/errors.ts";
import {
  exists,
  makeFolder,
  partialOf,
  safeName,
  sha256,
  syncFolder,
  writeFileAtomic,
} from "../core/files.ts";
import { refuseLinks } from "../core/links.ts";
import { type Lock, LOCK_TIMEOUT, lockFolder } from "../core/lock.ts";
import { hasManifest, readManifest, type RunManifest, writeManifest } from "./manifest.ts";
import type { Results } from "./results.ts";
import { RunFolder } from "./run_folder.ts";
import { SOURCE_FILE } from "./source_file.ts";
import { readFileUpTo, readTextUpTo } from "../core/read_file.ts";

/** Name of the list of checksums, in the format of `sha256sum -c`. */
const SUMS_FILE = "SHA256SUMS";

/** Files of every finished run. */
const OWN_FILES = ["results.json", "results.md", SOURCE_FILE];

/** Results of a run, as they are written. */
export interface RunResults {
  /** Content of `results.json`. */
  readonly json: unknown;
  /** Content of `results.md`. */
  readonly table: string;
}

/** An unfinished run. It is locked by this process until it is closed. */
export class RunDirectory implements Disposable {
  /** The folder of the unfinished run. */
  readonly folder: RunFolder;

  private constructor(readonly out: string, manifest: RunManifest, readonly lock: Lock) {
    this.folder = new RunFolder(partialOf(out), manifest);
  }

  /** Start a run.
   * @throws {UsageError} If there is a run in `out`, finished or not. @throws {DataError} If links, pipes or devices are in the place of
   * its files. @throws {IadnetError} If the folder cannot be written. */
  static async create(out: string, manifest: RunManifest): Promise<RunDirectory> {
    const root = partialOf(out);
    await refuseLinks(root);
    await refuseExisting(out);
    await makeFolder(root);
    const lock = await lockFolder(root);
    await writeManifest(root, manifest);
    return new RunDirectory(out, manifest, lock);
  }

  /** Resume a run.
   * @throws {UsageError} If there is none, another process has locked it, or another version started it.
   * @throws {DataError} If its manifest is damaged. */
  static async resume(out: string, onWarning: (message: string) => void = () => {}): Promise<RunDirectory> {
    const root = partialOf(out);
    const missing = new UsageError(`Cannot resume ${out}: ${root} holds no unfinished run`);
    if (!await hasManifest(root)) throw missing;
    await refuseLinks(root);
    let lock: Lock;
    try {
      lock = await lockFolder(root, LOCK_TIMEOUT, onWarning);
    } catch (error) {
      throw await hasManifest(root) ? error : missing; // the process that held the lock finished or removed the run
    }
    try {
      return new RunDirectory(out, await readManifest(root, onWarning), lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Write the results and the checksums, and move everything to `out`. */
  async finish({ json, table }: RunResults): Promise<void> {
    const { root, manifest } = this.folder, run = `${root}/run`;
    await makeFolder(run);
    await writeFileAtomic(`${run}/results.json`, `${JSON.stringify(json, null, 1)}\n`);
    await writeFileAtomic(`${run}/results.md`, table);
    await writeFileAtomic(`${run}/${SOURCE_FILE}`, `${JSON.stringify(manifest.data.source, null, 1)}\n`);
    const kept = [...manifest.cells.keys()].flatMap((index) =>
      Object.values(this.folder.files(index).kept ?? {})
    );
    let sums = "";
    for (const file of [...kept.map((file) => file.slice(run.length + 1)), ...OWN_FILES]) {
      sums += `${sha256(await readFileUpTo(`${run}/${file}`))}  ${file}\n`;
    }
    await writeFileAtomic(`${run}/${SUMS_FILE}`, sums);
    await Deno.rename(run, this.out);
    await syncFolder(root);
    await syncFolder(dirname(this.out)).catch(() => {}); // a confined process may not open it: its launcher does this
    await Deno.remove(root, { recursive: true });
    this.close();
  }

  /** Unlock the run, and remove it if nothing of it is kept yet.
   * @returns Whether there is anything to resume. */
  async abandon(): Promise<boolean> {
    const isKept = await this.folder.holdsAnything().catch(() => true); // a folder that cannot be listed may hold something
    if (!isKept) await Deno.remove(this.folder.root, { recursive: true }).catch(() => {});
    this.close();
    return isKept;
  }

  /** Unlock the run. */
  close(): void {
    this.lock.release();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Refuse to start a run where there is one.
 * @throws {UsageError} If `out` exists, or there is an unfinished run. */
export async function refuseExisting(out: string): Promise<void> {
  if (await exists(out)) throw new UsageError(`Cannot write to ${out}: it exists already`);
  const partial = partialOf(out);
  if (!await hasManifest(partial)) return;
  throw new UsageError(
    `Cannot write to ${out}: ${partial} holds an unfinished run; resume it with --resume ${out}, or remove it`,
  );
}

/** Remove the leftovers of a run whose process ended after the move to `out`.
 * @throws {UsageError} If another process has locked them. */
export async function sweepFinished(out: string): Promise<void> {
  const partial = partialOf(out);
  if (!await exists(partial) || await exists(`${partial}/run`)) return;
  await refuseLinks(partial);
  using _lock = await lockFolder(partial);
  await Deno.remove(partial, { recursive: true });
}

/** Check a finished run's files against its checksums.
 * @param names Files to check; all that a run must have if absent.
 * @throws {DataError} Naming the first file that is missing or differs. */
export async function verifyRun(out: string, names?: readonly string[]): Promise<void> {
  const file = `${out}/${SUMS_FILE}`;
  const read = (path: string) =>
    readFileUpTo(path).catch((cause) => {
      throw new DataError(`Cannot verify ${path}: ${(cause as Error).message}`, path);
    });
  const lines = new TextDecoder().decode(await read(file)).split("\n"), end = lines.pop();
  if (end !== "") throw new DataError(`Cannot read ${file}: the last line is incomplete`, file);
  const listed = new Set<string>();
  for (const [i, line] of lines.entries()) {
    const [, sum, name] = /^([0-9a-f]{64}) {2}((?:models\/|history\/)?[^/]+)$/.exec(line) ?? [];
    if (!name) {
      const where = `line ${i + 1}`;
      throw new DataError(`Cannot parse ${where} of ${file}: ${line.slice(0, 80)}`, file, where);
    }
    if (names && !names.includes(name)) continue;
    const path = `${out}/${name}`, found = sha256(await read(path));
    if (found !== sum) {
      throw new DataError(`Cannot read ${path}: checksum mismatch (expected ${sum}, got ${found})`, path);
    }
    listed.add(name);
  }
  const needed = names ?? [...OWN_FILES, ...await keptFiles(out)];
  const unlisted = needed.find((name) => !listed.has(name));
  if (unlisted !== undefined) throw new DataError(`Cannot read ${file}: it does not list ${unlisted}`, file);
}

/** Models and histories that a finished run must have, from the categories in its results; none in a comparison. */
async function keptFiles(out: string): Promise<string[]> {
  const file = `${out}/results.json`;
  try {
    const { categories = [] }: Partial<Results> = JSON.parse(await readTextUpTo(file));
    return categories.map(({ category }) => safeName(String(category)))
      .flatMap((name) => [`models/${name}.safetensors`, `history/${name}.json`]);
  } catch (cause) {
    throw new DataError(`Cannot read ${file}: ${(cause as Error).message}`, file);
  }
}
