/** Single recordings, and lists of recordings, as data sets of their own. */
import { dirname, join, relative, resolve } from "node:path";
import { DataError } from "../../core/errors.ts";
import { checkRegular, LARGEST_TEXT } from "../../core/read_file.ts";

/** Name of the description of a custom data set. It stands where the data set starts. */
export const DESCRIPTION_FILE = "iadnet.json";

/** How the files of recordings end. */
const RECORDING = /\.(npy|npz|(csv|tsv)(\.gz)?|parquet|bvh)$/i;

/** How a list of recordings ends: a text file with a path in each line, relative to the list's folder. */
const LIST = /\.list$/i;

/** The file of one person of a clip. */
const PERSON = /(?:^|[/\\])P([12])\.(bvh|npz|npy)$/i;

/** How many folders above a recording its data set may start. */
const HIGHEST = 4;

/** Recordings that the user names. */
export interface GivenFiles {
  /** The folder in which the data set starts. */
  readonly root: string;
  /** Names of the files below it, sorted, with `/` between folders. */
  readonly members: readonly string[];
}

/** Whether a file is a recording or a list of them, by its name. */
export function isRecording(path: string): boolean {
  return RECORDING.test(path) || LIST.test(path);
}

/** The recordings that a path names: one, or those of a list. The other person's file belongs to them.
 * @param marker Name of a file that stands where the data set starts, at most four folders above the recordings. Without it, the data
 * set starts in the folder that all of them share, or with the category of a pair of files.
 * @throws {DataError} If the list cannot be read, or is empty. */
export function findGivenFiles(path: string, marker?: string): GivenFiles {
  const files = [...new Set(pathsOf(path).flatMap((file) => [file, ...partnersOf(file)]))];
  const shared = files.map(dirname).reduce((a, b) => {
    while (relative(a, b).startsWith("..")) a = dirname(a);
    return a;
  });
  const home = marker === undefined
    ? undefined
    : foldersAbove(shared).find((folder) => isThere(join(folder, marker)));
  const isPair = files.every((file) => PERSON.test(file) && dirname(file) === shared);
  const root = home ?? (isPair ? dirname(dirname(shared)) : shared);
  if (home !== undefined) files.push(join(home, marker!));
  const members = [...new Set(files)].map((file) => relative(root, file).replaceAll("\\", "/")).sort();
  return { root, members };
}

/** What has to be read to open a recording or a list: the folders of the files, and the file that may stand where the data set starts. */
export function inputsOfGiven(path: string, marker: string): string[] {
  const folders = pathsOf(path).map(dirname);
  return [
    path,
    ...folders,
    ...folders.flatMap((folder) => foldersAbove(folder).map((above) => join(above, marker))),
  ];
}

function pathsOf(path: string): string[] {
  if (!LIST.test(path)) return [resolve(path)];
  const refuse = (why: string) => new DataError(`Cannot read ${path}: ${why}`, path);
  let text: string;
  try {
    checkRegular(Deno.statSync(path), LARGEST_TEXT);
    text = new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(path));
  } catch (cause) {
    throw refuse((cause as Error).message);
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) =>
    line !== "" && !line.startsWith("#")
  );
  if (lines.length === 0) throw refuse("expected a path in each line, found none");
  const folder = dirname(resolve(path));
  const files = lines.map((line) => resolve(folder, line));
  for (const [i, file] of files.entries()) {
    if (!isThere(file)) throw refuse(`entry ${i + 1}: expected a file, found nothing at ${file}`);
    const first = files.indexOf(file);
    if (first < i) throw refuse(`entry ${i + 1}: ${lines[i]} is entry ${first + 1} already`);
  }
  return files;
}

/** `P2.bvh` of `P1.bvh`, and the other way round. */
function partnersOf(file: string): string[] {
  const [, person, end] = PERSON.exec(file) ?? [];
  if (person === undefined) return [];
  const other = new RegExp(`^P${3 - Number(person)}\\.${end}$`, "i");
  try {
    return [...Deno.readDirSync(dirname(file))].filter(({ name }) => other.test(name))
      .map(({ name }) => join(dirname(file), name));
  } catch {
    return []; // the pair is incomplete, and its reader says so
  }
}

function foldersAbove(folder: string): string[] {
  const folders = [folder];
  while (folders.length <= HIGHEST && dirname(folders.at(-1)!) !== folders.at(-1)) {
    folders.push(dirname(folders.at(-1)!));
  }
  return folders;
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
