/** One file that somebody sends, read as clips in a process with limits. */
import { dirname } from "node:path";
import { DataError, UsageError } from "../core/errors.ts";
import { DESCRIPTION_FILE } from "../data/formats/description.ts";
import type { Skeleton } from "../data/skeleton.ts";
import { listSkeletons, parseSkeleton } from "../data/skeletons.ts";
import { LimitedProcess } from "./limited_process.ts";
import { placeOfUpload, type SentFile, type Upload, UPLOAD_ENDINGS } from "./upload_reader.ts";

/** Longest time that reading a file may take, seconds, and most memory, bytes. */
const SECONDS = 30, MEMORY = 4 * 2 ** 30;

/** Read the clips of a file in another process, which can read nothing but this file. Tables and arrays are in metres, of the given
 * skeleton, with its up axis.
 *
 * The file is meanwhile in a temporary folder that only this user can read.
 * @param name Name of the file: its ending says what it is; nothing is opened by it. @param fps Of tables and arrays.
 * @throws {UsageError} If files with this ending cannot be read. @throws {DataError} If the file is damaged, or reading it takes
 * too long or too much memory; the message names it. */
export async function readUpload(
  bytes: Uint8Array,
  name: string,
  skeleton: Skeleton,
  fps: number,
): Promise<Upload> {
  const shown = name.slice(-100), ending = /\.([A-Za-z0-9]+)$/.exec(name)?.[1].toLowerCase() ?? "";
  if (!UPLOAD_ENDINGS.includes(ending)) {
    throw new UsageError(`Cannot read ${shown}: known endings are .${UPLOAD_ENDINGS.join(", .")}`);
  }
  const folder = await Deno.makeTempDir(), path = placeOfUpload(folder, ending);
  const limits = { seconds: SECONDS, memory: MEMORY, read: [folder, await Deno.realPath(folder)] };
  const reader = new LimitedProcess(new URL("./upload_reader.ts", import.meta.url), limits);
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(path, bytes);
    const known = listSkeletons().includes(skeleton.name);
    const description = { layout: ending, skeleton: known ? skeleton.name : skeleton, fps };
    await Deno.writeTextFile(`${folder}/${DESCRIPTION_FILE}`, JSON.stringify(description));
    const sent: SentFile = { path, ending, name: shown };
    const { clips, left } = await reader.ask(sent, shown) as Upload;
    return { clips: clips.map((clip) => ({ ...clip, skeleton: parseSkeleton(clip.skeleton) })), left };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    // A message names the file as it was sent, not where it was meanwhile.
    const message = [path, folder].reduce((text, own) => text.replaceAll(own, shown), error.message);
    throw new DataError(message, shown, error.position);
  } finally {
    await reader.close();
    await Deno.remove(folder, { recursive: true });
  }
}
