/**
 * The runner: every cell of a run, or some of them, in this process or in workers, with a folder that they are kept in or without.
 *
 * @module
 */
import { Interrupted } from "../core/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import { type Split, splitDataset } from "../data/split.ts";
import { createDetector } from "../detectors/registry.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/select.ts";
import type { FitProgress } from "../training/progress.ts";
import { type CellResult, runCell } from "./cell.ts";
import { openRunData, type RunManifest } from "./manifest.ts";
import type { FolderOptions, RunFolder } from "./run_folder.ts";
import type { RunOptions } from "./run_options.ts";
import { runWorkers } from "./workers.ts";

/** Run cells of a run, and return the results by number of the cell. Cells that the folder holds are not run again.
 *
 * @param indices Numbers of the cells, in the order in which they are run; all if absent.
 * @throws {Interrupted} If the signal is aborted. @throws {IadnetError} If a cell fails and there is no `onFailure`.
 */
export async function runCells(
  manifest: RunManifest,
  options: RunOptions,
  indices: readonly number[] = [...manifest.cells.keys()],
): Promise<Map<number, CellResult>> {
  const { folder, workers = 1, workerCommand, onResult, onWarning } = options;
  const results = new Map<number, CellResult>();
  for (const index of indices) {
    const kept = await folder?.finished(index, onWarning);
    if (!kept) continue;
    results.set(index, kept);
    onResult?.(kept, index, false);
  }
  const left = indices.filter((index) => !results.has(index));
  const events: RunOptions = {
    ...options,
    onResult: (result, index) => {
      results.set(index, result);
      onResult?.(result, index, true);
    },
  };
  if (workers > 1 && left.length > 1 && workerCommand) await runWorkers(manifest, left, workers, events);
  else if (left.length > 0) await runHere(manifest, left, events);
  return results;
}

async function runHere(
  manifest: RunManifest,
  indices: readonly number[],
  options: RunOptions,
): Promise<void> {
  const { signal, onResult, onFailure, onProgress } = options;
  const dataset = options.dataset ?? await openRunData(manifest);
  const engine = await openEngine(manifest.engine, manifest.threads);
  const run = cellRunner(manifest, dataset, engine, options);
  try {
    for (const index of indices) {
      if (signal?.aborted) throw new Interrupted(String(signal.reason));
      try {
        onResult?.(
          await run(index, (progress) => onProgress?.(manifest.cells[index], progress)),
          index,
          true,
        );
      } catch (error) {
        if (error instanceof Interrupted || !onFailure) throw error;
        onFailure(error as Error, index);
      }
    }
  } finally {
    await engine.close();
  }
}

/** A function that runs one cell of a run, in its folder if there is one. Cells of one split share the split. */
export function cellRunner(
  manifest: Pick<RunManifest, "cells" | "splitSeed" | "models" | "localization">,
  dataset: Dataset,
  engine: Engine,
  { folder, ...options }: FolderOptions & { readonly folder?: RunFolder },
): (index: number, onProgress?: (progress: FitProgress) => void) => Promise<CellResult> {
  const splits = new Map<string, Split>(), { splitSeed, models, localization } = manifest;
  const splitOf = (name: string) => {
    const split = splits.get(name) ?? splitDataset(dataset, name, splitSeed);
    splits.set(name, split);
    return split;
  };
  return async (index, onProgress) => {
    const cell = manifest.cells[index], isCalibrated = cell.detector === models || localization !== undefined;
    const detector = createDetector(cell.detector, { engine, ...(!isCalibrated && { calibrationFolds: 0 }) });
    const context = { split: splitOf(cell.split), detector, onProgress, localization };
    if (!folder) return (await runCell(cell, context)).result;
    return await folder.complete(index, options, (checkpoints) => runCell(cell, { ...context, checkpoints }));
  };
}
