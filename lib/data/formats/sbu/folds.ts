/**
 * Published folds of SBU, in a table `folds.csv`.
 *
 * @module
 */
import type { Clip } from "../../clip.ts";
import { readTable, type TextColumn } from "../table.ts";

/** Row of `folds.csv`. */
export interface PublishedFold {
  /** Fold, 1-based. */
  readonly fold: number;
  /** Number of frames, if the table has that column. */
  readonly frames?: number;
}

/** Read a `folds.csv`: columns clip and fold, and optionally frames.
 *
 * @throws {DataError} If a column is missing, a clip comes twice, or a fold or a number of frames is not a positive integer.
 */
export function parseFolds(bytes: Uint8Array, file: string): Map<string, PublishedFold> {
  const table = readTable(bytes, file, "csv", { text: ["clip", "fold"], optional: ["frames"] });
  const { clip, fold, frames } = table.text, folds = new Map<string, PublishedFold>();
  const count = (name: string, { texts, indices }: TextColumn, row: number) => {
    const text = texts[indices[row]];
    if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
    throw table.refuse(`${name} is not a positive integer, got "${text.slice(0, 40)}"`, row);
  };
  for (let row = 0; row < table.rows; row++) {
    const id = clip.texts[clip.indices[row]];
    if (folds.has(id)) throw table.refuse(`clip ${id} has a fold already`, row);
    folds.set(id, { fold: count("fold", fold, row), frames: frames && count("frames", frames, row) });
  }
  return folds;
}

/** How a clip contradicts its row in the table, or undefined. */
export function disagreement(clip: Clip, published: PublishedFold | undefined): string | undefined {
  if (!published) return `clip ${clip.id} has no fold`;
  const { frames } = published;
  if (frames !== undefined && frames !== clip.frames) {
    return `expected ${frames} frames of ${clip.id}, got ${clip.frames}`;
  }
}
