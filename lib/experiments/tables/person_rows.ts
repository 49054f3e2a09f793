/**
 * Rows of a detector that has one model for each person.
 *
 * @module
 */
import type { CellScores } from "../../metrics/cells.ts";
import type { MeasuredRow } from "./table.ts";

/** The cells of a detector that has one model for each person. */
export interface PersonCells {
  /** Scores by the model of person 1. */
  readonly p1: readonly CellScores[];
  /** Scores by the model of person 2, of the same cells. */
  readonly p2: readonly CellScores[];
  /** The detector's own score, which joins the two without test labels, of the same cells. */
  readonly mean: readonly CellScores[];
}

/** Its four rows: each person alone, both joined without labels, and the better of the two AUROCs in each cell, which is the
 * paper's rule. The last is chosen by test labels, and the paper's figures stand beside it.
 *
 * @param method What the rows are called. @param paper The paper's row, if it has one.
 */
export function personRows(method: string, cells: PersonCells, paper?: string): MeasuredRow[] {
  return [
    { method: `${method} P1`, cells: cells.p1 },
    { method: `${method} P2`, cells: cells.p2 },
    { method: `${method} mean`, cells: cells.mean },
    { method: `${method} max`, cells: cells.p1, oracle: cells.p2, ...(paper !== undefined && { paper }) },
  ];
}
