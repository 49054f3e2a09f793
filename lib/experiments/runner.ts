/** The runner: runs the cells of an experiment, in this process or in workers, with or without a folder for their results. */
import { IadnetError, Interrupted, UsageError } from "../core/errors.ts";
import { readLines } from "../core/lines.ts";
import { stopOnSignals } from "../core/signals.ts";
import type { Clip } from "../data/clip.ts";
import type { Dataset } from "../data/dataset.ts";
import { type Split, splitDataset } from "../data/split.ts";
import {
  type Detector,
  type FitOptions,
  isPersonDetector,
  type ScoreOptions,
} from "../detectors/detector.ts";
import { IADNet } from "../detectors/iadnet/detector.ts";
import { createDetector } from "../detectors/registry.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/select.ts";
import type { CheckpointOptions } from "../training/checkpoint/folder.ts";
import { type FitProgress, History } from "../training/history.ts";
import { type Cell, type CellResult, type FinishedCell, GENERATED } from "./cell.ts";
import { openRunData, type RunManifest } from "./manifest.ts";
import { makesClips } from "./protocol.ts";
import { RunFolder } from "./run_folder.ts";
import { evaluateLocalization, type LocalizationOptions } from "./splice.ts";
import { type Trial, trialOf } from "./trial.ts";
import {
  type RunOptions,
  runWorkers,
  type WorkerAnswer,
  type WorkerError,
  type WorkerJob,
} from "./workers.ts";

/** Milliseconds between two progress messages of a worker. */
const REPORT_EVERY = 100;

/** Run cells of a run and return the results by cell number. Cells that are finished in the folder do not run again.
 * @param indices Numbers of the cells, in the order in which they run; all if absent.
 * @throws {Interrupted} If the signal is aborted. @throws {IadnetError} If a cell fails and there is no `onFailure`. */
export async function runCells(
  manifest: RunManifest,
  options: RunOptions,
  indices: readonly number[] = [...manifest.cells.keys()],
): Promise<Map<number, CellResult>> {
  const { folder, workers = 1, workerCommand, onWarning } = options;
  const results = new Map<number, CellResult>();
  const onResult = (result: CellResult, index: number, isNew: boolean) => {
    results.set(index, result);
    options.onResult?.(result, index, isNew);
  };
  for (const index of indices) {
    const finished = await folder?.finished(index, onWarning);
    if (finished) onResult(finished, index, false);
  }
  const left = indices.filter((index) => !results.has(index));
  if (workers > 1 && left.length > 1 && workerCommand) {
    await runWorkers(manifest, left, workers, { ...options, onResult });
  } else if (left.length > 0) await runHere(manifest, left, { ...options, onResult });
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
        const result = await run(index, (progress) => onProgress?.(manifest.cells[index], progress));
        onResult?.(result, index, true);
      } catch (error) {
        if (error instanceof Interrupted || !onFailure) throw error;
        onFailure(error as Error, index);
      }
    }
  } finally {
    await engine.close();
  }
}

/** Worker loop: run the cells that the parent sends on stdin, until stdin closes. If the parent ends while a cell is running, the
 * training writes a checkpoint and stops. */
export async function serveCells(): Promise<void> {
  const lines = readLines(Deno.stdin.readable), first = await lines.next();
  if (first.done) return;
  const { manifest, root, seconds, continues }: WorkerJob = JSON.parse(first.value);
  const stop = new AbortController();
  const answer = (message: WorkerAnswer) => {
    const bytes = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
    try {
      for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
    } catch { // the parent is gone
      stop.abort("the end of its parent");
    }
  };
  const end = () => root === undefined ? Deno.exit(1) : stop.abort("the end of its parent"); // a checkpoint, if any are kept
  const fail = ({ message, exitCode, file, reason }: WorkerError) =>
    answer({ error: { message, exitCode, file, reason } });
  if (root !== undefined) stopOnSignals(stop);
  try {
    const dataset = await openRunData(manifest);
    const engine = await openEngine(manifest.engine, manifest.threads);
    const run = cellRunner(manifest, dataset, engine, {
      folder: root === undefined ? undefined : new RunFolder(root, manifest),
      seconds,
      signal: stop.signal,
      onWarning: (warning) => answer({ warning }),
    });
    let shown = 0;
    const onProgress = (progress: FitProgress) => {
      if (performance.now() - shown < REPORT_EVERY) return;
      shown = performance.now();
      answer({ progress });
    };
    for (let next = await lines.next(); !next.done;) {
      const index: number = JSON.parse(next.value), following = lines.next();
      following.then(({ done }) => done && end(), () => {});
      try {
        answer({ result: await run(index, onProgress) });
      } catch (error) {
        if (!continues || error instanceof Interrupted) throw error;
        fail(error as Error);
      }
      next = await following;
    }
  } catch (error) {
    if (!(error instanceof IadnetError)) throw error;
    fail(error);
  }
}

/** Make a function that runs one cell of a run, in the run's folder if there is one. Cells of one split share the split, consecutive cells
 * of one category the clips that a protocol makes. */
export function cellRunner(
  manifest: Pick<RunManifest, "cells" | "splitSeed" | "models" | "protocol">,
  dataset: Dataset,
  engine: Engine,
  { folder, ...options }: CheckpointOptions & { readonly folder?: RunFolder },
): (index: number, onProgress?: (progress: FitProgress) => void) => Promise<CellResult> {
  const { cells, splitSeed, models, protocol } = manifest, splits = new Map<string, Split>();
  const localization = protocol?.kind === "localization" ? protocol : undefined;
  const open = (name: string): Split =>
    name === GENERATED ? { name, train: dataset.clips, test: [] } : splitDataset(dataset, name, splitSeed);
  let last: { readonly place: string; readonly trial: Trial } | undefined;
  const trialFor = (cell: Cell): Trial => {
    const split = splits.get(cell.split) ?? open(cell.split), place = `${cell.split} ${cell.category}`;
    splits.set(cell.split, split);
    if (!makesClips(protocol)) return trialOf(cell, split, protocol, splitSeed);
    if (last?.place !== place) last = { place, trial: trialOf(cell, split, protocol, splitSeed) };
    return last.trial;
  };
  return async (index, onProgress) => {
    const cell = cells[index], isCalibrated = cell.detector === models || localization !== undefined;
    const trial = trialFor(cell);
    const detector = createDetector(cell.detector, { engine, ...(!isCalibrated && { calibrationFolds: 0 }) });
    const context = { trial, detector, onProgress, localization };
    if (!folder) return (await runCell(cell, context)).result;
    return await folder.complete(index, options, (checkpoints) => runCell(cell, { ...context, checkpoints }));
  };
}

/** What `runCell` needs besides the cell. */
export interface CellContext extends Pick<FitOptions, "checkpoints" | "onProgress" | "signal"> {
  /** Training and test clips. */
  readonly trial: Trial;
  /** The detector, not fitted. */
  readonly detector: Detector;
  /** Evaluate localisation instead of scores. */
  readonly localization?: LocalizationOptions;
}

/** Fit the detector to the training clips of the cell, and evaluate it on the test clips. A detector that refuses to learn from so few
 * clips, or then gives no numbers, has a result without scores.
 * @throws {Interrupted} If the checkpoints' signal is aborted. @throws {IadnetError} As `Detector.fit`. */
export async function runCell(cell: Cell, context: CellContext): Promise<FinishedCell> {
  const { trial: { train, test, anomalous, sets }, detector, localization, checkpoints, signal } = context;
  const history = new History();
  const labelled = {
    cell,
    clips: test.map(({ id }) => id),
    anomalous: anomalous.map(Number),
    ...(sets && { sets }),
  };
  const finish = (result: CellResult): FinishedCell => ({ result, history: history.trainings, detector });
  const refuse = (refused: string) => finish({ ...labelled, scores: [], refused, warnings: [] });
  try {
    await detector.fit(train, {
      seed: cell.seed,
      onProgress: (progress) => {
        history.add(progress);
        context.onProgress?.(progress);
      },
      checkpoints,
      signal,
    });
  } catch (error) {
    if (cell.shots === undefined || !(error instanceof UsageError)) throw error;
    return refuse(error.message);
  }
  const ofClass = (label: boolean) => test.filter((_, i) => anomalous[i] === label);
  const scored = localization
    ? {
      scores: [],
      localization: await evaluateLocalization(detector, ofClass(false), ofClass(true), localization),
    }
    : await scoresOf(detector, test, { signal });
  if (cell.shots !== undefined && scored.scores.some(Number.isNaN)) {
    return refuse("its scores are not numbers");
  }
  return finish({
    ...labelled,
    ...scored,
    ...(detector.smallestP < 1 && { smallestP: detector.smallestP }),
    warnings: detector.warnings,
  });
}

/** Scores of clips, p-values where the detector is calibrated, scores of each person's model where it has two, and the terms of the NLL
 * where it is what trained the detector. */
async function scoresOf(
  detector: Detector,
  clips: readonly Clip[],
  options: ScoreOptions,
): Promise<Pick<CellResult, "scores" | "p" | "people" | "parts">> {
  const predicted = detector.smallestP < 1 ? await detector.predict(clips, options) : undefined;
  const p = predicted && { p: predicted.map(({ p }) => p) };
  if (isPersonDetector(detector)) {
    const people = await detector.scorePeople(clips);
    return { scores: [...detector.joinScores(people)], ...p, people: [[...people[0]], [...people[1]]] };
  }
  const scores = predicted?.map(({ score }) => score) ?? [...await detector.score(clips, options)];
  if (!(detector instanceof IADNet) || detector.preset.training.mode === "frozen") return { scores, ...p };
  const { quadratic, determinant } = await detector.scoreParts(clips);
  return { scores, ...p, parts: { quadratic: [...quadratic], determinant: [...determinant] } };
}
