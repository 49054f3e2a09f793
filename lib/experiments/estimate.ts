/** How long a cell takes, from a few steps of its training and a few of its clips. */
import type { Clip } from "../data/clip.ts";
import type { Dataset } from "../data/dataset.ts";
import { splitDataset } from "../data/split.ts";
import type { Detector } from "../detectors/detector.ts";
import { createDetector, describeDetector } from "../detectors/registry.ts";
import { parseSpec } from "../detectors/spec.ts";
import type { OpenEngine } from "../engine/engine.ts";
import { openEngine } from "../engine/select.ts";
import type { RunManifest } from "./manifest.ts";
import { trialOf } from "./trial.ts";

/** Time of a cell, as it is projected. */
export interface CellTime {
  /** Seconds that the whole cell takes: `start`, all steps and all clips. */
  readonly seconds: number;
  /** Seconds until the end of the first step of the training; of the whole fit, for a detector without steps. */
  readonly start: number;
  /** Steps of the training, and seconds of one. */
  readonly steps: number;
  readonly step: number;
  /** Test clips, and seconds to score one. */
  readonly clips: number;
  readonly clip: number;
}

/** Steps that are measured after the first one, and seconds that they take at least. */
const STEPS = 2, LEAST_SECONDS = 1;

/** Clips of the short fit that makes a detector that can score; clips that are scored before those that are measured; most clips of
 * these. */
const FEW = 8, WARM = 8, SCORED = 48;

/** Ends a fit of which enough is known. */
class Enough extends Error {}

/** Run the first steps of a cell and score a few of its clips, without a trace, and project how long all of it takes. */
export async function measureCell(manifest: RunManifest, dataset: Dataset, index: number): Promise<CellTime> {
  const cell = manifest.cells[index], { splitSeed, protocol } = manifest;
  const { train, test } = trialOf(cell, splitDataset(dataset, cell.split, splitSeed), protocol, splitSeed);
  const engine = await openEngine(manifest.engine, manifest.threads);
  try {
    const isFloor = describeDetector(cell.detector).status === "floor";
    const options = { engine, calibrationFolds: 0 }, detector = createDetector(cell.detector, options);
    const { start, steps, step } = await measureFit(detector, train, cell.seed);
    const scoring = isFloor ? detector : await shortFit(cell.detector, train, engine);
    const clip = await measureScore(scoring, test), clips = test.length;
    const seconds = start + step * Math.max(0, steps - 1) + clip * clips;
    return { seconds, start, steps, step, clips, clip };
  } finally {
    await engine.close();
  }
}

/** Fit a detector until enough of its steps are measured. */
async function measureFit(
  detector: Detector,
  clips: readonly Clip[],
  seed: number,
): Promise<Pick<CellTime, "start" | "steps" | "step">> {
  const started = performance.now(), elapsed = () => (performance.now() - started) / 1000;
  let start = 0, all = 0, step = 0;
  try {
    await detector.fit(clips, {
      seed,
      onProgress: (progress) => {
        const done = progress.step - 1, now = elapsed();
        all = progress.steps;
        if (done === 0) start = now;
        else step = (now - start) / done;
        if (done >= STEPS && now - start >= LEAST_SECONDS) throw new Enough();
      },
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return { start: all > 0 ? start : elapsed(), steps: all, step };
}

/** A detector of the same size that was trained for an epoch on few clips: it takes as long to score. */
async function shortFit(spec: string, clips: readonly Clip[], engine: OpenEngine): Promise<Detector> {
  const { name, given } = parseSpec(spec), short = { ...given, epochs: "1" };
  const settings = Object.entries(short).map((pair) => pair.join("=")).join(",");
  const detector = createDetector(`${name}:${settings}`, { engine, calibrationFolds: 0 });
  await detector.fit(clips.slice(0, FEW), { seed: 0 });
  return detector;
}

/** Seconds to score a clip, once programs are compiled. */
async function measureScore(detector: Detector, clips: readonly Clip[]): Promise<number> {
  const stride = Math.max(1, Math.floor(clips.length / SCORED)),
    some = clips.filter((_, i) => i % stride === 0);
  const measured = some.slice(0, SCORED);
  await detector.score(measured.slice(0, WARM));
  const started = performance.now();
  await detector.score(measured);
  return (performance.now() - started) / 1000 / measured.length;
}
