/** `score --stream`: frames as NDJSON on stdin, scores as NDJSON on stdout. */
import { UP_AXES, type UpAxis } from "../data/skeleton.ts";
import { UsageError } from "../core/errors.ts";
import { LONGEST_LINE, readLines } from "../core/lines.ts";
import type { Detector } from "../detectors/detector.ts";
import {
  LiveDetector,
  type LiveDetectorOptions,
  type LiveScore,
  type MissedFrame,
} from "../analysis/live.ts";
import { quantile } from "../metrics/statistics.ts";
import { type BadLine, type PairFrame, parseFrameLine } from "./frame_line.ts";
import type { LearnedFrames } from "./learned.ts";
import { endProgress } from "./progress.ts";
import { note } from "./stderr.ts";
import type { Options } from "./verb.ts";

/** Number of latest frames whose latencies are summarised at the end. */
const REMEMBERED = 10_000;

/** What is said of a line that was cut. */
const TOO_LONG = `the line has ${LONGEST_LINE} characters or more`;

/** Most pairs whose windows are kept: those whose frames came last. */
export const MOST_PAIRS = 1000;

/** Read one frame per line, as `parseFrameLine` does. Print `{ "frame", "pair", "model", "score", "p", "smallestP", "alarm" }` per model and
 * frame, pair only where the line has one, alarm only where `alpha` is given, `evidence` and `changed` where --change is, and `{ "frame",
 * "pair", "model", "missing" }` for a frame that cannot be used or that starts a new window. Each pair has windows of its own, and its
 * frames are counted for themselves. The latency is printed at the end, on stderr. The stream ends with stdin, or when nobody reads
 * stdout any more.
 * @param learned What the frames of each model's data are like.
 * @throws {UsageError} If a model does not read windows, or an option is out of range or not known. */
export async function scoreStream(
  models: readonly Detector[],
  options: Options,
  alpha?: number,
  learned: readonly LearnedFrames[] = [],
): Promise<void> {
  const adapt = options.value("adapt") === undefined ? undefined : options.integer("adapt", 1, 1, 100_000);
  const drift = { adapt, change: options.fraction("change") };
  const pairs = openStream(models, options, learned, alpha, drift), [{ windowFrames }] = pairs.first;
  const latencies = new Float64Array(REMEMBERED);
  let read = 0, timed = 0, missed = 0;
  for await (const { answers, milliseconds } of scoredFrames(pairs)) {
    read++;
    let isScored = false, isMissed = false;
    for (const { pair, live, result } of answers) {
      if (!result) continue;
      const { frame, ...rest } = result, head = { frame, pair, model: live.detector.category };
      if ("missing" in rest) isMissed = true;
      else isScored = true;
      const row = "missing" in rest || alpha !== undefined ? rest : { ...rest, alarm: undefined };
      if (!printRow({ ...head, ...row })) return;
    }
    if (isScored) latencies[timed++ % REMEMBERED] = milliseconds;
    if (isMissed) missed++;
  }
  if (missed > 0) note(`Frames with something missing: ${missed} of ${read}`);
  if (timed === 0) return note(`Scored no frame: read ${read}, a window has ${windowFrames}`);
  const sorted = latencies.subarray(0, Math.min(timed, REMEMBERED)).sort();
  const ms = (p: number) => `${quantile(sorted, p).toFixed(2)} ms`;
  note(`Scored ${timed} frames: latency ${ms(0.5)} (median), ${ms(0.99)} (99th percentile)`);
}

/** Start a stream of frames, and say how they are read.
 * @param learned What the frames of each model's data are like. @param drift As of `LiveDetector`.
 * @throws {UsageError} If a model does not read windows, or the options and the models do not say how frames are read. */
export function openStream(
  models: readonly Detector[],
  options: Options,
  learned: readonly LearnedFrames[],
  alpha?: number,
  drift: Pick<LiveDetectorOptions, "adapt" | "change"> = {},
): Pairs {
  const fps = rateOf(models, options), up = upOf(models, options, learned);
  const pairs = new Pairs(() =>
    models.map((model, i) =>
      new LiveDetector(model, { fps, up, alpha, zerosMissing: learned[i]?.zerosMissing, ...drift })
    )
  );
  endProgress(); // the rows show that it goes on
  note(`Reading frames in metres, ${up} up, ${fps} per second`);
  return pairs;
}

/** A frame of a stream, or why its line cannot be read, with what each model makes of it. */
export interface ScoredFrame {
  readonly line: PairFrame | BadLine;
  readonly answers: readonly {
    readonly pair: PairName;
    readonly live: LiveDetector;
    readonly result: LiveScore | MissedFrame | undefined;
  }[];
  /** How long scoring took. */
  readonly milliseconds: number;
}

/** Frames of stdin, one a line, as they come. */
export async function* scoredFrames(pairs: Pairs): AsyncGenerator<ScoredFrame, void> {
  for await (const text of readLines(Deno.stdin.readable, { cut: true })) {
    if (text.trim() === "") continue;
    const line = text.length < LONGEST_LINE ? parseFrameLine(text) : { why: TOO_LONG };
    const started = performance.now();
    const answers = await Promise.all(
      pairs.of(line).map(async ([pair, live]) => {
        return { pair, live, result: await ("why" in line ? live.miss(line.why) : live.push(line)) };
      }),
    );
    yield { line, answers, milliseconds: performance.now() - started };
  }
}

type PairName = PairFrame["pair"];

/** The pairs of a stream, each with a detector of every model. */
export class Pairs {
  /** Detectors as each pair gets them. An option that is out of range is refused before the first frame. */
  readonly first: readonly LiveDetector[];
  /** In the order of their last frames. */
  readonly #known = new Map<PairName, readonly LiveDetector[]>();

  /** @param open Opens the detectors of a new pair. */
  constructor(readonly open: () => readonly LiveDetector[]) {
    this.first = open();
  }

  /** The detectors that a line is for: those of its pair. A line that names no pair because it cannot be read may be of any, and each has
   * then lost a frame. */
  of(line: PairFrame | BadLine): [PairName, LiveDetector][] {
    if ("why" in line && line.pair === undefined && this.#known.size > 0) {
      return [...this.#known].flatMap(([pair, own]) =>
        own.map((live): [PairName, LiveDetector] => [pair, live])
      );
    }
    const { pair } = line, own = this.#known.get(pair) ?? this.open();
    this.#known.delete(pair);
    this.#known.set(pair, own);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_PAIRS) this.#known.delete(oldest);
    return own.map((live) => [pair, live]);
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
