/**
 * The files of a cache's folder, where it may stand, and how a new one takes the place of an old one.
 *
 * The new cache is made in `<place>.tmp`. Then the old one becomes `<place>.old`, the new one `<place>`, and the old one is
 * removed. A process that is killed in between leaves the old cache, the new one, or only `<place>.old`: readers then take that,
 * and the next `prepare` puts it back.
 *
 * @module
 */
import { DataError, IadnetError } from "../../../core/errors.ts";
import { exists, syncFolder } from "../../../core/files.ts";
import { LOCK_FILE } from "../../../core/lock.ts";
import { folderOf, withoutSlashes } from "../../../core/paths.ts";

/** Name of the manifest, written last. */
export const MANIFEST_FILE = "manifest.json";
/** Ending of the files of values: for each clip person 1 and person 2, [T, D, 3] each, little-endian float32. A source that
 * publishes splits has one file for each side of the first, `train.f32` and `test.f32`, and `rest.f32` for clips on neither;
 * any other has `clips.f32`. */
export const VALUES_ENDING = ".f32";

/** Names of the files of values, without the ending. */
export const PARTS: readonly string[] = ["train", "test", "rest", "clips"];

/** Ending of the folder in which a cache is made. */
const MAKING = ".tmp";
/** Ending of the folder that the cache before is in while the new one takes its place. */
const BEFORE = ".old";

/** All that a cache's folder may hold, in the making and afterwards. */
const NAMES = [
  MANIFEST_FILE,
  `${MANIFEST_FILE}.tmp`,
  ...PARTS.map((part) => part + VALUES_ENDING),
  LOCK_FILE,
];

/** The folder in which the cache of a place is made. */
export function makingOf(place: string): string {
  return place + MAKING;
}

/** The folder that the cache before is in while the new one takes its place. */
export function beforeOf(path: string): string {
  return withoutSlashes(path) + BEFORE;
}

/** The folder of a cache, without slashes at its end: the cache before, if a process was killed before the new one was in its
 * place. */
export async function findCache(path: string): Promise<string> {
  const place = withoutSlashes(path), before = beforeOf(path);
  const isThere = (folder: string) => exists(folder).catch(() => false);
  return !await isThere(place) && await isThere(before) ? before : place;
}

/** Where a cache is to stand: `out` with links followed. Nothing but a cache is replaced.
 *
 * @param inputs What is read, which the cache must stand apart from.
 * @throws {DataError} If something else than a cache is there, or it is, holds or lies in what is read.
 */
export async function placeOf(out: string, inputs: readonly string[]): Promise<string> {
  const place = await realPlace(withoutSlashes(out));
  const refuse = (why: string) => new DataError(`Cannot write the cache to ${out}: ${why}`, out);
  for (const input of inputs) {
    const read = await realPlace(withoutSlashes(input)).catch(() => input); // its reader says what is wrong
    for (const own of [place, makingOf(place), beforeOf(place)]) {
      if (own === read) throw refuse(`${own} is read for it`);
      if (read.startsWith(within(own))) throw refuse(`${own} holds ${input}, which is read for it`);
      if (own.startsWith(within(read))) throw refuse(`${own} lies in ${input}, which is read for it`);
    }
  }
  for (const own of [place, makingOf(place), beforeOf(place)]) await refuseForeign(own);
  return place;
}

/** What the path of everything in a folder begins with. */
function within(folder: string): string {
  return folder.endsWith("/") ? folder : `${folder}/`;
}

/** The path with all links followed; its last names need not be there. */
async function realPlace(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (cause) {
    const refuse = (why: string) => new DataError(`Cannot write the cache to ${path}: ${why}`, path);
    if (!(cause instanceof Deno.errors.NotFound)) throw refuse((cause as Error).message);
    if (await exists(path)) throw refuse("it is a link that leads nowhere");
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (name === "." || name === "..") throw refuse("there is no such folder");
    return within(await realPlace(folderOf(path))) + name;
  }
}

/** @throws {DataError} If there is anything but a folder of a cache, whole or not. */
async function refuseForeign(folder: string): Promise<void> {
  const refuse = (why: string) => new DataError(`Cannot write the cache to ${folder}: ${why}`, folder);
  try {
    const { isDirectory, isSymlink } = await Deno.lstat(folder);
    if (!isDirectory) throw refuse(isSymlink ? "it is a link" : "it is a file");
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (!isFile || !NAMES.includes(name)) throw refuse(`it holds ${name}, which is not of a cache`);
    }
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return;
    throw cause instanceof DataError ? cause : refuse((cause as Error).message);
  }
}

/** Whether a process was killed while it made a cache, or while the new one took its place; or one is at it. */
export async function isUnsettled(place: string): Promise<boolean> {
  for (const left of [makingOf(place), beforeOf(place), `${place}/${LOCK_FILE}`]) {
    if (await exists(left)) return true;
  }
  return false;
}

/** Put right what a process that was killed left. The lock of the folder in which caches are made must be held. */
export async function settle(place: string): Promise<void> {
  const before = beforeOf(place);
  if (await exists(before)) {
    if (await exists(`${place}/${MANIFEST_FILE}`)) await removeCache(before);
    else {
      await removeCache(place);
      await move(before, place);
    }
  }
  await remove(`${place}/${LOCK_FILE}`);
}

/** Let the cache that was made take its place. The lock of the folder in which it was made goes along, and is removed last: so
 * no other process begins in between. */
export async function replace(place: string): Promise<void> {
  await refuseForeign(place); // it may have taken hours to get here
  if (await exists(place)) await move(place, beforeOf(place));
  await move(makingOf(place), place);
  await removeCache(beforeOf(place));
  await remove(`${place}/${LOCK_FILE}`);
}

/** Remove a cache's folder with its files, if it is there. What is not of a cache is not removed.
 *
 * @param but A file that stays, and the folder with it.
 */
export async function removeCache(folder: string, but?: string): Promise<void> {
  for (const name of NAMES) if (name !== but) await remove(`${folder}/${name}`);
  if (but === undefined) await remove(folder);
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
    await syncFolder(folderOf(to));
  } catch (cause) {
    throw new IadnetError(`Cannot move ${from} to ${to}: ${(cause as Error).message}`);
  }
}
