/**
 * Running one cell of a plan: idempotent, resumable, and written by one rename.
 *
 * @module
 */
import type { Dataset } from "../data/dataset.ts";
import { splitDataset } from "../data/split.ts";
import { isPersonDetector } from "../detectors/detector.ts";
import { createDetector } from "../detectors/registry.ts";
import type { Engine } from "../engine/engine.ts";
import { DataError, Interrupted } from "../core/errors.ts";
import { exists, makeFolder, safeName } from "../core/files.ts";
import { openCheckpoints } from "../training/checkpoint/folder.ts";
import { scoreAll } from "./evaluate.ts";
import { type Cell, type Plan, planHash } from "./plan.ts";
import { readRecord, writeRecord } from "../core/checksummed_json.ts";

/** What a cell gave: the same bits on whatever machine of a kind, and however often it was interrupted. */
export interface CellResult {
  /** SHA-256 of the plan. */
  readonly plan: string;
  readonly cell: Cell;
  /** Ids of the test clips. */
  readonly clips: readonly string[];
  /** Whether each is anomalous, 0 or 1. */
  readonly anomalous: readonly number[];
  /** The detector's score of each. */
  readonly scores: readonly number[];
  /** Where it has one model for each person: the scores of each model. */
  readonly people?: readonly [readonly number[], readonly number[]];
}

/** What became of a cell that could not be run. */
export interface CellFailure {
  readonly plan: string;
  readonly cell: Cell;
  readonly error: string;
}

/** How a cell is run. */
export interface CellOptions {
  readonly dataset: Dataset;
  readonly engine: Engine;
  /** Seconds between checkpoints. */
  readonly seconds: number;
  /** When it is aborted, a checkpoint is written and the cell ends with `Interrupted`. */
  readonly signal: AbortSignal;
  readonly onWarning: (message: string) => void;
}

/** Name of a cell's files: its number and what it is. */
export function cellName(plan: Plan, index: number): string {
  const { detector, category, split, seed } = plan.cells[index];
  return `${String(index).padStart(5, "0")} ${safeName(`${detector} ${category} ${split} ${seed}`)}`;
}

/** The file of a cell's result. */
export function resultFile(folder: string, plan: Plan, index: number): string {
  return `${folder}/cells/${cellName(plan, index)}.json`;
}

/** The file that says why a cell failed. */
export function failureFile(folder: string, plan: Plan, index: number): string {
  return `${folder}/failed/${cellName(plan, index)}.json`;
}

/** Run a cell, unless its result is there, and write the result. A cell that was interrupted goes on from its checkpoint. One
 * that fails leaves a file that says why, and can be run again.
 *
 * @returns Whether it was run now.
 * @throws {Interrupted} If the signal is aborted. Whatever the cell throws.
 */
export async function runCell(
  folder: string,
  plan: Plan,
  index: number,
  options: CellOptions,
): Promise<boolean> {
  const file = resultFile(folder, plan, index), failure = failureFile(folder, plan, index);
  if (await exists(file)) {
    try {
      await readCell(folder, plan, index);
      return false;
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      options.onWarning(`${error.message}; it is run again`);
    }
  }
  await makeFolder(`${folder}/cells`);
  const kept = `${folder}/checkpoints/${cellName(plan, index)}`;
  const checkpoints = await openCheckpoints(kept, options);
  try {
    await writeRecord(file, await cellResult(plan, index, { ...options, checkpoints }));
    await Deno.remove(failure).catch(() => {});
    await checkpoints.remove();
    return true;
  } catch (error) {
    checkpoints.close();
    if (!(error instanceof Interrupted)) {
      await makeFolder(`${folder}/failed`);
      const { name, message } = error as Error;
      const failed: CellFailure = {
        plan: planHash(plan),
        cell: plan.cells[index],
        error: `${name}: ${message}`,
      };
      await writeRecord(failure, failed);
    }
    throw error;
  }
}

async function cellResult(
  plan: Plan,
  index: number,
  { dataset, engine, checkpoints }: CellOptions & {
    checkpoints: Awaited<ReturnType<typeof openCheckpoints>>;
  },
): Promise<CellResult> {
  const cell = plan.cells[index], { category, seed } = cell;
  const { train, test } = splitDataset(dataset, cell.split, 0);
  const detector = createDetector(cell.detector, { engine, calibrationFolds: 0 });
  await detector.fit(train.filter((clip) => clip.category === category), { seed, checkpoints });
  const scored = await scoreAll(detector, test, category);
  const people = isPersonDetector(detector) ? await detector.scorePeople(test) : undefined;
  return {
    plan: planHash(plan),
    cell,
    clips: scored.map(({ clip }) => clip),
    anomalous: scored.map(({ anomalous }) => Number(anomalous)),
    scores: scored.map(({ score }) => score),
    ...(people && { people: [[...people[0]], [...people[1]]] }),
  };
}

/** Read the result of a cell.
 *
 * @throws {DataError} If it is missing, damaged, or of another plan or cell.
 */
export async function readCell(folder: string, plan: Plan, index: number): Promise<CellResult> {
  const file = resultFile(folder, plan, index), result = await readRecord(file) as CellResult;
  if (result.plan !== planHash(plan)) {
    throw new DataError(`Cannot use ${file}: it is the result of another plan`, file);
  }
  if (JSON.stringify(result.cell) !== JSON.stringify(plan.cells[index])) {
    throw new DataError(`Cannot use ${file}: it is the result of another cell`, file);
  }
  return result;
}
