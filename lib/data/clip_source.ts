/** Sources of clips that are read one at a time: the names of all clips first, the joints of a clip when they are needed. */
import { DataError } from "../core/errors.ts";
import type { Clip, Recording } from "./clip.ts";
import type { Unit } from "./units.ts";
import { MissingJointsError, type MissingOptions } from "./transforms/missing.ts";

/** One side of a split. */
export type SplitSide = "train" | "test";

/** A clip that was left out, and why. */
export interface SkippedClip {
  /** The file. */
  readonly file: string;
  /** Where in the file, such as `line 12`, if that is known. */
  readonly position?: string;
  /** The error's message. */
  readonly reason: string;
}

/** What is known about a clip before its joints are read. */
export interface ClipEntry extends Pick<Clip, "id" | "category" | "group"> {
  /** The files that hold it, as names within the source's folder or zip. */
  readonly files: readonly string[];
}

/** Clips of one source, read one at a time. */
export interface ClipSource {
  /** Name of the format, such as `interx`. */
  readonly format: string;
  /** All clips, sorted by id. */
  readonly entries: readonly ClipEntry[];
  /** Read one clip.
   * @throws {DataError} If its files are missing, damaged, or do not hold two people. */
  read(entry: ClipEntry): Promise<Clip>;
  /** Published splits: name to clip id to side. A clip that a split does not name is on neither side. */
  readonly splits: ReadonlyMap<string, ReadonlyMap<string, SplitSide>>;
  /** Fold of each clip id, 1-based, where the data set publishes folds. */
  readonly folds?: ReadonlyMap<string, number>;
  /** Clips that exist but are not listed, such as those that the authors withdrew. */
  readonly excluded?: readonly SkippedClip[];
  /** What a user must know about these clips before believing a result. */
  readonly warnings?: readonly string[];
  /** The unit in which positions were read, if users state it: bodies are then checked to have the size of people. */
  readonly unit?: Unit;
}

/** What a format's reader opens: a source whose clips may still lack joints. */
export interface RecordingSource extends Omit<ClipSource, "read"> {
  /** Read one recording.
   * @throws {DataError} If its files are missing, damaged, or do not hold two people. */
  read(entry: ClipEntry): Promise<Recording>;
  /** Path of a clip's first file, to name in errors; the source's own path if absent. */
  fileOf?(entry: ClipEntry): string;
}

/** Options for `openClipSource`. */
export interface SourceOptions extends MissingOptions {
  /** `interx`: take every n-th frame, at least 1; the authors' own preparation takes every 4th. 1 if absent. */
  readonly every?: number;
  /** `interx`: put the acting person first, by `interaction_order.pkl`. Off if absent. */
  readonly actorFirst?: boolean;
  /** `ntu120`: only this camera, 1 to 3; 1 if absent. */
  readonly camera?: number;
  /** `ntu120-smplx`: a `.npy` file with the 55 joint positions of the model at rest, [55, 3] in metres. With it, clips have
   * positions; without it, rotations. */
  readonly restSkeleton?: string;
  /** `custom`: the unit of the files, whatever the description says, and whatever size bodies then have. */
  readonly units?: Unit;
  /** `custom`: text of the description, in place of the file `iadnet.json`. */
  readonly description?: string;
  /** Called with the name (within the folder or zip) and content of every file that is read; the name of `restSkeleton` is
   * `rest`. */
  readonly onRead?: (name: string, bytes: Uint8Array) => void;
}

/** Entries sorted by id. */
export function sortEntries(entries: Iterable<ClipEntry>): ClipEntry[] {
  return [...entries].sort((a, b) => a.id < b.id ? -1 : Number(a.id > b.id));
}

/** Number of clips that are read at the same time. */
const PARALLEL = 4;

/** Read all clips of a source in the order of their ids, few at a time.
 * @param skipped Receives the clips that are left out. @param leftOut Which ones: those that lack joints (`missing`), all that cannot
 * be read (`faulty`), or none: then the first of them is an error.
 * @throws {DataError} If a clip that is not left out, or every clip, cannot be read. */
export async function* readClips(
  source: ClipSource,
  path: string,
  skipped: SkippedClip[],
  leftOut: "none" | "missing" | "faulty",
): AsyncGenerator<Clip> {
  let count = 0, first = "";
  for (let at = 0; at < source.entries.length; at += PARALLEL) {
    const results = await Promise.allSettled(
      source.entries.slice(at, at + PARALLEL).map((entry) => source.read(entry)),
    );
    for (const result of results) {
      if (result.status === "fulfilled") {
        count++;
        yield result.value;
      } else if (
        result.reason instanceof (leftOut === "missing" ? MissingJointsError : DataError) &&
        leftOut !== "none"
      ) {
        const { file, position, message } = result.reason;
        skipped.push({ file, ...(position !== undefined && { position }), reason: message });
        first ||= message;
      } else throw result.reason;
    }
  }
  if (count > 0) return;
  const why = `none of ${source.entries.length} clips can be read; the first: ${first}`;
  throw new DataError(`Cannot read ${path} as ${source.format}: ${why}`, path);
}
