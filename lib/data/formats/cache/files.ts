/** Files of a cache's folder, where the folder may be, and how a new cache replaces an old one.
 *
 * The new cache is written to `<place>.tmp`. Then the old one is renamed to `<place>.old`, the new one to `<place>`, and the old
 * one is removed. A process that is killed in between leaves the old cache, the new one, or only `<place>.old`: readers then use
 * that, and the next `prepare` puts it back. */
import { basename, dirname } from "node:path";
import { DataError, IadnetError } from "../../../core/errors.ts";
import { exists, syncFolder, withoutSlashes } from "../../../core/files.ts";
import { LOCK_FILE } from "../../../core/lock.ts";

/** Name of the manifest, written last. */
export const MANIFEST_FILE = "manifest.json";

/** Files of joints: for each clip person 1 and person 2, [T, D, 3] each, little-endian float32. A source that publishes splits has
 * `train.f32` and `test.f32` by the first split, and `rest.f32` for clips on neither side; any other source has `clips.f32`. */
export const VALUES_FILES: readonly string[] = ["train.f32", "test.f32", "rest.f32", "clips.f32"];

/** All files that a cache's folder may hold, finished or not. */
const NAMES = [MANIFEST_FILE, `${MANIFEST_FILE}.tmp`, ...VALUES_FILES, LOCK_FILE];

/** Folder to which a cache is written before it replaces the old one. */
export function temporaryOf(place: string): string {
  return `${place}.tmp`;
}

/** Folder of the old cache while the new one replaces it. */
export function previousOf(path: string): string {
  return `${withoutSlashes(path)}.old`;
}

/** The folder of a cache, without trailing slashes: that of the old cache if a process was killed while it was replaced. */
export async function findCache(path: string): Promise<string> {
  const place = withoutSlashes(path), previous = previousOf(path);
  const isThere = (folder: string) => exists(folder).catch(() => false);
  return !await isThere(place) && await isThere(previous) ? previous : place;
}

/** The place of a cache: `out` with links followed.
 * @param inputs Files and folders that are read for it, and must be apart from it.
 * @throws {DataError} If anything but a cache is there, or it is, holds or lies in an input. */
export async function placeOf(out: string, inputs: readonly string[]): Promise<string> {
  const place = await realPlace(withoutSlashes(out));
  const refuse = (why: string) => new DataError(`Cannot write the cache to ${out}: ${why}`, out);
  for (const input of inputs) {
    const read = await realPlace(withoutSlashes(input)).catch(() => input); // its reader says what is wrong
    for (const folder of foldersOf(place)) {
      if (folder === read) throw refuse(`${folder} is read for it`);
      if (read.startsWith(within(folder))) throw refuse(`${folder} holds ${input}, which is read for it`);
      if (folder.startsWith(within(read))) throw refuse(`${folder} lies in ${input}, which is read for it`);
    }
  }
  for (const folder of foldersOf(place)) await refuseForeign(folder);
  return place;
}

/** All folders that a cache uses. */
function foldersOf(place: string): string[] {
  return [place, temporaryOf(place), previousOf(place)];
}

/** Prefix of the paths of everything in a folder. */
function within(folder: string): string {
  return folder.endsWith("/") ? folder : `${folder}/`;
}

/** The path with all links followed; its last names need not exist. */
async function realPlace(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (cause) {
    const refuse = (why: string) => new DataError(`Cannot write the cache to ${path}: ${why}`, path);
    if (!(cause instanceof Deno.errors.NotFound)) throw refuse((cause as Error).message);
    if (await exists(path)) throw refuse("it is a broken link");
    const name = basename(path);
    if (name === "." || name === "..") throw refuse("there is no such folder");
    return within(await realPlace(dirname(path))) + name;
  }
}

/** @throws {DataError} If anything but the folder of a cache, finished or not, is there. */
async function refuseForeign(folder: string): Promise<void> {
  const refuse = (why: string) => new DataError(`Cannot write the cache to ${folder}: ${why}`, folder);
  try {
    const { isDirectory, isSymlink } = await Deno.lstat(folder);
    if (!isDirectory) throw refuse(isSymlink ? "it is a link" : "it is a file");
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (!isFile || !NAMES.includes(name)) throw refuse(`it holds ${name}, which is not part of a cache`);
    }
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return;
    throw cause instanceof DataError ? cause : refuse((cause as Error).message);
  }
}

/** Whether a process was killed while it wrote or replaced a cache, or is doing so now. */
export async function isUnsettled(place: string): Promise<boolean> {
  for (const left of [temporaryOf(place), previousOf(place), `${place}/${LOCK_FILE}`]) {
    if (await exists(left)) return true;
  }
  return false;
}

/** Repair what a killed process left. The caller holds the lock of the temporary folder. */
export async function settle(place: string): Promise<void> {
  const previous = previousOf(place);
  if (await exists(previous)) {
    if (await exists(`${place}/${MANIFEST_FILE}`)) await removeCache(previous);
    else {
      await removeCache(place);
      await move(previous, place);
    }
  }
  await remove(`${place}/${LOCK_FILE}`);
}

/** Put the new cache in its place. The lock of the temporary folder moves with it and is removed last, so that no other process
 * begins in between. */
export async function replace(place: string): Promise<void> {
  await refuseForeign(place); // it may have taken hours to get here
  if (await exists(place)) await move(place, previousOf(place));
  await move(temporaryOf(place), place);
  await removeCache(previousOf(place));
  await remove(`${place}/${LOCK_FILE}`);
}

/** Remove a cache's files and its folder, if they exist. No other file is removed.
 * @param kept A file that stays; then the folder stays, too. */
export async function removeCache(folder: string, kept?: string): Promise<void> {
  for (const name of NAMES) if (name !== kept) await remove(`${folder}/${name}`);
  if (kept === undefined) await remove(folder);
}

async function remove(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return;
    throw new IadnetError(`Cannot remove ${path}: ${(cause as Error).message}`);
  }
}

async function move(from: string, to: string): Promise<void> {
  try {
    await Deno.rename(from, to);
    await syncFolder(dirname(to));
  } catch (cause) {
    throw new IadnetError(`Cannot move ${from} to ${to}: ${(cause as Error).message}`);
  }
}
