/** `score --stream`: frames as NDJSON on stdin, scores as NDJSON on stdout. */
import { UP_AXES, type UpAxis } from "../data/skeleton.ts";
import { UsageError } from "../core/errors.ts";
import { LONGEST_LINE, readLines } from "../core/lines.ts";
import type { Detector } from "../detectors/detector.ts";
import { type Frame, LiveDetector, type LiveScore, type MissedFrame } from "../analysis/live.ts";
import { quantile } from "../metrics/statistics.ts";
import { parseFrameLine } from "./frame_line.ts";
import type { LearnedFrames } from "./learned.ts";
import { endProgress } from "./progress.ts";
import { note } from "./stderr.ts";
import type { Options } from "./verb.ts";

/** Number of latest frames whose latencies are summarised at the end. */
const REMEMBERED = 10_000;

/** What is said of a line that was cut. */
const TOO_LONG = `the line has ${LONGEST_LINE} characters or more`;

/** Read one frame per line, as `parseFrameLine` does. Print `{ "frame", "model", "score", "p", "smallestP", "alarm" }` per model and
 * frame, alarm only where `alpha` is given, and `{ "frame", "model", "missing" }` for a frame that cannot be used or that starts a new
 * window. The latency is printed at the end, on stderr. The stream ends with stdin, or when nobody reads stdout any more.
 * @param learned What the frames of each model's data are like.
 * @throws {UsageError} If a model does not read windows, the frame rate is out of range or not known. */
export async function scoreStream(
  models: readonly Detector[],
  options: Options,
  alpha?: number,
  learned: readonly LearnedFrames[] = [],
): Promise<void> {
  const live = openStream(models, options, learned, alpha);
  const latencies = new Float64Array(REMEMBERED);
  let read = 0, timed = 0, missed = 0;
  for await (const { answers, milliseconds } of scoredFrames(live)) {
    read++;
    let isScored = false, isMissed = false;
    for (const [i, result] of answers.entries()) {
      if (!result) continue;
      const model = live[i].detector.category;
      if ("missing" in result) {
        isMissed = true;
        if (!printRow({ frame: result.frame, model, missing: result.missing })) return;
        continue;
      }
      isScored = true;
      const { frame: number, score, p, smallestP, alarm } = result;
      const shown = alpha === undefined ? undefined : alarm;
      if (!printRow({ frame: number, model, score, p, smallestP, alarm: shown })) return;
    }
    if (isScored) latencies[timed++ % REMEMBERED] = milliseconds;
    if (isMissed) missed++;
  }
  if (missed > 0) note(`Frames with something missing: ${missed} of ${read}`);
  if (timed === 0) {
    return note(`Scored no frame: read ${read}, a window has ${live[0].windowFrames}`);
  }
  const sorted = latencies.subarray(0, Math.min(timed, REMEMBERED)).sort();
  const ms = (p: number) => `${quantile(sorted, p).toFixed(2)} ms`;
  note(`Scored ${timed} frames: latency ${ms(0.5)} (median), ${ms(0.99)} (99th percentile)`);
}

/** Start a stream of frames, and say how they are read.
 * @param learned What the frames of each model's data are like.
 * @throws {UsageError} If a model does not read windows, or the options and the models do not say how frames are read. */
export function openStream(
  models: readonly Detector[],
  options: Options,
  learned: readonly LearnedFrames[],
  alpha?: number,
): LiveDetector[] {
  const fps = rateOf(models, options), up = upOf(models, options, learned);
  const live = models.map((model, i) =>
    new LiveDetector(model, { fps, up, alpha, zerosMissing: learned[i]?.zerosMissing })
  );
  endProgress(); // the rows show that it goes on
  note(`Reading frames in metres, ${up} up, ${fps} per second`);
  return live;
}

/** A frame of a stream, or why its line cannot be read, with what each model makes of it. */
export interface ScoredFrame {
  readonly frame: Frame | string;
  readonly answers: readonly (LiveScore | MissedFrame | undefined)[];
  /** How long scoring took. */
  readonly milliseconds: number;
}

/** Frames of stdin, one a line, as they come. */
export async function* scoredFrames(live: readonly LiveDetector[]): AsyncGenerator<ScoredFrame, void> {
  for await (const text of readLines(Deno.stdin.readable, { cut: true })) {
    if (text.trim() === "") continue;
    const frame = text.length < LONGEST_LINE ? parseFrameLine(text) : TOO_LONG, started = performance.now();
    const answers: ScoredFrame["answers"][number][] = [];
    for (const own of live) {
      answers.push(await (typeof frame === "string" ? own.miss(frame) : own.push(frame)));
    }
    yield { frame, answers, milliseconds: performance.now() - started };
  }
}

/** Frames per second of the stream: the option, or what the models learned.
 * @throws {UsageError} If there is neither. */
export function rateOf(models: readonly Detector[], options: Options): number {
  const given = options.value("fps");
  if (given !== undefined) return Number(given); // checked by the detectors
  const rates = [...new Set(models.map(({ fps }) => fps))], [fps] = rates;
  if (rates.length === 1 && fps !== undefined) return fps;
  const why = rates.includes(undefined)
    ? "the model file does not say at how many frames per second it was trained"
    : `the models were trained at ${rates.join(" and ")} frames per second`;
  throw new UsageError(`Cannot read a stream: ${why}; give --fps`);
}

/** Axis of the stream that points up: the option, or that of the models' data.
 * @throws {UsageError} If it differs between the models. */
export function upOf(
  models: readonly Detector[],
  options: Options,
  learned: readonly LearnedFrames[],
): UpAxis {
  const given = options.choice("up", UP_AXES);
  if (given !== undefined) return given;
  const [up, ...others] = new Set(models.map(({ skeleton }, i) => learned[i]?.up ?? skeleton.up));
  if (others.length === 0) return up;
  const axes = [up, ...others].join(" and ");
  throw new UsageError(`Cannot read a stream: ${axes} point up in the data of the models; give --up`);
}

/** Print a row on stdout.
 * @returns Whether anybody reads it. */
function printRow(row: unknown): boolean {
  const bytes = new TextEncoder().encode(`${JSON.stringify(row)}\n`);
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}
