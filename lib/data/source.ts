/**
 * Sources of clips that are read one at a time: what there is, known from names alone, and the joints when asked for.
 *
 * @module
 */
import type { Clip } from "./clip.ts";

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

/** What is known of a clip before its joints are read. */
export interface ClipEntry {
  /** Unique within the source. */
  readonly id: string;
  /** The interaction class. */
  readonly category: string;
  /** Who recorded it. */
  readonly group: string;
  /** The files that hold it, as names within the source's folder or zip. */
  readonly files: readonly string[];
}

/** Clips of one source, read one at a time. */
export interface ClipSource {
  /** Name of the format, such as `interx`. */
  readonly format: string;
  /** What is there, known without reading joints; sorted by id. */
  readonly entries: readonly ClipEntry[];
  /** Read one clip.
   *
   * @throws {DataError} If its files are missing, damaged, or hold no two people.
   */
  read(entry: ClipEntry): Promise<Clip>;
  /** Named splits that the data set publishes: name to clip id to side. A clip that a split does not name stands on
   * neither side. */
  readonly splits: ReadonlyMap<string, ReadonlyMap<string, SplitSide>>;
  /** Fold of each clip id, 1-based, where the data set publishes folds. */
  readonly folds?: ReadonlyMap<string, number>;
  /** Clips that are there but not listed, such as those that the data set's authors withdrew. */
  readonly excluded?: readonly SkippedClip[];
  /** What a user must know of these clips before believing a result. */
  readonly warnings?: readonly string[];
}

/** How to open a source. */
export interface SourceOptions {
  /** `interx`: take every n-th frame, at least 1; the authors' own preparation takes every 4th. 1 if absent. */
  readonly every?: number;
  /** `interx`: put the acting person first, by `interaction_order.pkl`. Off if absent. */
  readonly actorFirst?: boolean;
  /** `ntu120`: only this camera, 1 to 3; 1 if absent. */
  readonly camera?: number;
  /** `ntu120-smplx`: a `.npy` file with the 55 joint positions of the model at rest, [55, 3] in metres. With it, clips have
   * positions; without it, rotations. */
  readonly restSkeleton?: string;
  /** Called with the name (within the folder or zip) and content of every file that is read; that of `restSkeleton` has the
   * name `rest`. */
  readonly onRead?: (name: string, bytes: Uint8Array) => void;
}

/** Entries in the order of their ids. */
export function sortEntries(entries: Iterable<ClipEntry>): ClipEntry[] {
  return [...entries].sort((a, b) => a.id < b.id ? -1 : Number(a.id > b.id));
}
