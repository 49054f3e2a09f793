/**
 * Folds of a data set: as published in a `folds.csv`, or whole groups dealt out.
 *
 * @module
 */
import { DataError } from "../../../core/errors.ts";
import type { Clip } from "../../clip.ts";
import { readTable } from "../table.ts";

/** What `folds.csv` says of one clip. */
export interface PublishedFold {
  /** Fold, 1-based. */
  readonly fold: number;
  /** Number of frames, where the file has that column. */
  readonly frames?: number;
}

/** Read a `folds.csv`: columns clip and fold, and optionally frames.
 *
 * @throws {DataError} If a column is missing, a clip comes twice, or a fold or a number of frames is not a positive integer.
 */
export function parseFolds(bytes: Uint8Array, file: string): Map<string, PublishedFold> {
  const { clip, fold, frames } = readTable(bytes, file, ["clip", "fold"], ["frames"]);
  const folds = new Map<string, PublishedFold>();
  clip.forEach((id, i) => {
    const position = `line ${i + 2}`;
    const refuse = (why: string) =>
      new DataError(`Cannot parse ${position} of ${file}: ${why}`, file, position);
    const count = (name: string, text: string) => {
      if (!/^[1-9]\d{0,8}$/.test(text)) throw refuse(`${name} is not a positive integer, got "${text}"`);
      return Number(text);
    };
    if (folds.has(id)) throw refuse(`clip ${id} has a fold already`);
    folds.set(id, { fold: count("fold", fold[i]), frames: frames && count("frames", frames[i]) });
  });
  return folds;
}

/** What is wrong with a clip according to its published fold, or undefined. */
export function disagreement(clip: Clip, published: PublishedFold | undefined): string | undefined {
  if (!published) return `clip ${clip.id} has no fold`;
  const { frames } = published;
  if (frames !== undefined && frames !== clip.frames) {
    return `expected ${frames} frames of ${clip.id}, got ${clip.frames}`;
  }
}

/** Five folds of whole groups: groups in sorted order are dealt out one by one. */
export function foldsByGroup(clips: readonly Clip[]): Map<string, number> {
  const groups = [...new Set(clips.map((clip) => clip.group))].sort();
  const fold = new Map(groups.map((group, i) => [group, i % 5 + 1]));
  return new Map(clips.map((clip) => [clip.id, fold.get(clip.group)!]));
}
