/** Reads a file that somebody sent: a single file, or a zip file of clips. As a program it does so for `readUpload`, in a process with
 * limits. */
import { DataError } from "../core/errors.ts";
import type { Clip } from "../data/clip.ts";
import { endingOf, SINGLE_ENDINGS } from "../data/formats/single.ts";
import { countMembers } from "../data/formats/zip.ts";
import { openClipSource } from "../data/formats/registry.ts";
import { describeMending } from "../data/mending.ts";
import { type LearnedData, sourceLike } from "../data/source_like.ts";
import { matchRate } from "../data/transforms/rate.ts";
import { treatClips } from "../data/transforms/repair.ts";
import { answerRequests } from "./limited_process.ts";

/** Most clips of a zip file or table that are read. */
const MOST_CLIPS = 8;

/** Most members of a zip file. */
const MOST_MEMBERS = 1000;

/** Most bytes of the joints of all clips that are read. */
const MOST_JOINT_BYTES = 32 * 2 ** 20;

/** File endings that can be read. */
export const UPLOAD_ENDINGS: readonly string[] = [...SINGLE_ENDINGS, "zip"];

/** A file that somebody sent. */
export interface SentFile {
  /** Where it is. */
  readonly path: string;
  /** Its name as it was sent, which becomes the id of a clip without one. */
  readonly name: string;
  /** What the models have learned: the file is read as that was. */
  readonly data: LearnedData;
}

/** Clips of a file. */
export interface Upload {
  /** At most the first eight. */
  readonly clips: readonly Clip[];
  /** What was left out, filled in or resampled, in sentences; empty if nothing was. */
  readonly left: string;
}

/** Read the clips of a file.
 * @throws {DataError} If it is damaged. @throws {UsageError} If the data of the models does not say how to read it. */
export async function readSent({ path, name, data }: SentFile): Promise<Upload> {
  const members = endingOf(path) === "zip" ? await countMembers(path) : 0;
  if (members > MOST_MEMBERS) {
    throw new DataError(
      `Cannot read ${name}: expected at most ${MOST_MEMBERS} members, got ${members}`,
      name,
    );
  }
  const { options, treatments } = await sourceLike(path, data, name);
  const { entries, read } = await openClipSource(path, options.format, options);
  const isNamed = ["zip", "csv", "parquet"].includes(endingOf(path));
  const own: Clip[] = [], told: string[] = [];
  let bytes = 0;
  for (const entry of entries.slice(0, MOST_CLIPS)) {
    const clip = await read(entry);
    bytes += clip.x.byteLength + clip.y.byteLength;
    if (bytes > MOST_JOINT_BYTES) {
      throw new DataError(
        `Cannot read ${name}: its clips have more than ${MOST_JOINT_BYTES / 2 ** 20} MB of joints`,
        name,
      );
    }
    own.push(isNamed ? clip : { ...clip, id: name });
  }
  if (entries.length > own.length) {
    told.push(`Only the first ${own.length} of ${entries.length} clips were read`);
  }
  told.push(...describeMending(own));
  const { clips: kept, skipped } = treatClips(own, treatments);
  told.push(...skipped.map(({ reason }) => `Left out: ${reason}`));
  const { clips, warning } = data.fps === undefined ? { clips: kept } : matchRate(kept, data.fps);
  if (warning) told.push(warning);
  return { clips, left: told.join(". ") };
}

if (import.meta.main) await answerRequests((request) => readSent(request as SentFile));
