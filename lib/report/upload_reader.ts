/** Reads a file that somebody sent: SBU text, NTU `.skeleton`, a table in long form, a NumPy array, or a zip file of them. As a
 * program it does so for `readUpload`, in a process with limits. */
import type { Clip } from "../data/clip.ts";
import { DESCRIPTION_FILE } from "../data/formats/description.ts";
import { parseNtuClip } from "../data/formats/ntu/source.ts";
import { openArchive } from "../data/formats/archive.ts";
import { openClipSource } from "../data/formats/registry.ts";
import { parseSbuClip } from "../data/formats/sbu/clip.ts";
import { answerRequests } from "./limited_process.ts";

/** Most clips of a zip file or table that are read. */
const MOST_CLIPS = 8;

/** Category and group of a clip whose file does not say. */
const UNKNOWN = "unknown";

/** File endings that can be read. */
export const UPLOAD_ENDINGS: readonly string[] = ["txt", "skeleton", "csv", "parquet", "npy", "npz", "zip"];

/** A file in a folder of its own. */
export interface SentFile {
  /** The file, as `placeOfUpload` gives it. */
  readonly path: string;
  /** One of `UPLOAD_ENDINGS`. */
  readonly ending: string;
  /** Name of the clip, if the file holds one. */
  readonly name: string;
}

/** Clips of a file. */
export interface Upload {
  /** At most the first eight. */
  readonly clips: readonly Clip[];
  /** What was left out, in a sentence; empty if nothing was. */
  readonly left: string;
}

/** Path of a sent file in its folder: that of a clip of a custom data set, whose description is beside it. */
export function placeOfUpload(folder: string, ending: string): string {
  return ending === "zip" ? `${folder}/clips.zip` : `${folder}/${UNKNOWN}/clip.${ending}`;
}

/** Read the clips of a file.
 * @throws {DataError} If it is damaged. */
export async function readSent({ path, ending, name }: SentFile): Promise<Upload> {
  const one = { id: name, category: UNKNOWN, group: UNKNOWN };
  if (ending === "txt") {
    return { clips: [{ ...parseSbuClip(await Deno.readTextFile(path), path, "0/01/0"), ...one }], left: "" };
  }
  if (ending === "skeleton") return { clips: [parseNtuClip(await Deno.readFile(path), path, one)], left: "" };
  if (ending === "zip") return await readFirst(path, await formatOf(path));
  const { clips, left } = await readFirst(path.slice(0, -`/${UNKNOWN}/clip.${ending}`.length), "custom");
  return { clips: ending.startsWith("np") ? clips.map((clip) => ({ ...clip, id: name })) : clips, left };
}

/** Format of a zip file's members. */
async function formatOf(path: string): Promise<string> {
  const { members } = await openArchive(path, 3);
  if (members.includes(DESCRIPTION_FILE)) return "custom";
  return members.some((name) => name.endsWith(".skeleton")) ? "ntu120" : "sbu";
}

async function readFirst(path: string, format: string): Promise<Upload> {
  const { entries, read } = await openClipSource(path, format), clips: Clip[] = [];
  for (const entry of entries.slice(0, MOST_CLIPS)) clips.push(await read(entry));
  const rest = entries.length - clips.length;
  return {
    clips,
    left: rest > 0 ? `Only the first ${clips.length} of ${entries.length} clips were read` : "",
  };
}

if (import.meta.main) await answerRequests((request) => readSent(request as SentFile));
