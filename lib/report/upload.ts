/**
 * One file that somebody sends, read as clips: SBU text, NTU `.skeleton`, tables in long form, NumPy arrays, and zip files.
 *
 * @module
 */
import type { Clip } from "../data/clip.ts";
import { openArchive } from "../data/formats/archive.ts";
import { DESCRIPTION_FILE } from "../data/formats/description.ts";
import { openSource } from "../data/formats/registry.ts";
import { parseNtuClip } from "../data/formats/ntu/source.ts";
import { parseSbuClip } from "../data/formats/sbu/clip.ts";
import { listSkeletons, type Skeleton } from "../data/skeleton.ts";
import { DataError, UsageError } from "../core/errors.ts";

/** Clips of a zip or table that are read at most. */
const MOST_CLIPS = 8;

/** What the category of a clip is where nobody says. */
const UNKNOWN = "unknown";

/** What was read. */
export interface Upload {
  readonly clips: readonly Clip[];
  /** What was left out, in a sentence; empty if nothing was. */
  readonly left: string;
}

/** Read a file's clips. Tables and arrays are in metres, of the skeleton given, with its up axis.
 *
 * A temporary folder, which only this process can read, holds the file meanwhile where its reader needs one.
 *
 * @param name The file's name: its ending says what it is; nothing is opened by it. @param fps Of tables and arrays.
 * @throws {UsageError} If no reader has this ending. @throws {DataError} If the file is damaged; the message names it.
 */
export async function readUpload(
  bytes: Uint8Array,
  name: string,
  skeleton: Skeleton,
  fps: number,
): Promise<Upload> {
  const shown = name.slice(-100), ending = /\.([A-Za-z0-9]+)$/.exec(name)?.[1].toLowerCase() ?? "";
  const names = { id: shown, category: UNKNOWN, group: UNKNOWN };
  if (ending === "txt") {
    return {
      clips: [{ ...parseSbuClip(new TextDecoder().decode(bytes), shown, "0/01/0"), ...names }],
      left: "",
    };
  }
  if (ending === "skeleton") return { clips: [parseNtuClip(bytes, shown, names)], left: "" };
  if (!["csv", "parquet", "npy", "npz", "zip"].includes(ending)) {
    throw new UsageError(
      `Cannot read ${shown}: known endings are .txt, .skeleton, .csv, .parquet, .npy, .npz, .zip`,
    );
  }
  const folder = await Deno.makeTempDir();
  try {
    if (ending === "zip") {
      await Deno.writeFile(`${folder}/clips.zip`, bytes);
      return await readFirst(`${folder}/clips.zip`, await formatOf(`${folder}/clips.zip`));
    }
    await Deno.mkdir(`${folder}/${UNKNOWN}`);
    await Deno.writeFile(`${folder}/${UNKNOWN}/clip.${ending}`, bytes);
    const known = listSkeletons().includes(skeleton.name);
    const description = { layout: ending, skeleton: known ? skeleton.name : skeleton, fps };
    await Deno.writeTextFile(`${folder}/${DESCRIPTION_FILE}`, JSON.stringify(description));
    const { clips, left } = await readFirst(folder, "own");
    const array = ending.startsWith("np");
    return { clips: array ? clips.map((clip) => ({ ...clip, id: shown })) : clips, left };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    // What happened in the temporary folder is told by the name that was given.
    const message = [`${folder}/${UNKNOWN}/clip.${ending}`, `${folder}/clips.zip`, folder]
      .reduce((text, path) => text.replaceAll(path, shown), error.message);
    throw new DataError(message, shown, error.position);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The format of a zip file's members. */
async function formatOf(path: string): Promise<string> {
  const { members } = await openArchive(path, 3);
  if (members.includes(DESCRIPTION_FILE)) return "own";
  return members.some((name) => name.endsWith(".skeleton")) ? "ntu120" : "sbu";
}

async function readFirst(path: string, format: string): Promise<Upload> {
  const { entries, read } = await openSource(path, format), clips: Clip[] = [];
  for (const entry of entries.slice(0, MOST_CLIPS)) clips.push(await read(entry));
  const rest = entries.length - clips.length;
  return {
    clips,
    left: rest > 0 ? `Only the first ${clips.length} of ${entries.length} clips were read` : "",
  };
}
