/** One file that somebody sends, read as clips in a process with limits. */
import { DataError, UsageError } from "../core/errors.ts";
import { endingOf } from "../data/formats/single.ts";
import { parseSkeleton } from "../data/skeletons.ts";
import type { LearnedData } from "../data/source_like.ts";
import { LimitedProcess } from "./limited_process.ts";
import { type SentFile, type Upload, UPLOAD_ENDINGS } from "./upload_reader.ts";

/** Longest time that reading a file may take, seconds, and most memory, bytes. */
const SECONDS = 30, MEMORY = 4 * 2 ** 30;

/** Read the clips of a file in another process, which can read nothing but this file. The file is meanwhile in a temporary folder
 * that only this user can read.
 * @param name Name of the file: its ending says what it is; nothing is opened by it. @param data What the models have learned: the
 * file is read as that was.
 * @throws {UsageError} If files with this ending cannot be read. @throws {DataError} If the file is damaged, or reading it takes
 * too long or too much memory; the message names it. @throws {IadnetError} If the data of the models does not say how to read it. */
export async function readUpload(bytes: Uint8Array, name: string, data: LearnedData): Promise<Upload> {
  const shown = name.slice(-100), ending = endingOf(name);
  if (!UPLOAD_ENDINGS.includes(ending)) {
    throw new UsageError(`Cannot read ${shown}: known endings are .${UPLOAD_ENDINGS.join(", .")}`);
  }
  const folder = await Deno.makeTempDir(), path = `${folder}/clip.${ending}`;
  const limits = { seconds: SECONDS, memory: MEMORY, read: [folder, await Deno.realPath(folder)] };
  const reader = new LimitedProcess(new URL("./upload_reader.ts", import.meta.url), limits);
  try {
    await Deno.writeFile(path, bytes);
    const sent: SentFile = { path, name: shown, data };
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
