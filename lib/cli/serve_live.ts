/** `serve --live`: frames of stdin, scored and shown on the page as they come. */
import { UsageError } from "../core/errors.ts";
import type { LiveDetector } from "../analysis/live.ts";
import type { Clip } from "../data/clip.ts";
import { upRotation } from "../data/transforms/prepare.ts";
import { cutClip } from "../data/transforms/windows.ts";
import { smallestPOf } from "../metrics/conformal.ts";
import { LiveFeed } from "../report/live_feed.ts";
import type { OpenRun } from "../report/run.ts";
import type { LiveFrame, ReportData } from "../report/types.ts";
import { framesOfRun } from "./learned.ts";
import { note, warn } from "./stderr.ts";
import { openStream, type Pairs, rateOf, type ScoredFrame, scoredFrames, upOf } from "./stream.ts";
import type { Options } from "./verb.ts";

/** A stream that is open. */
export interface Live {
  /** Where its frames go. */
  readonly feed: LiveFeed;
  /** Make the models ready, and give what a page needs to show the stream. */
  prepare(page: ReportData): Promise<Pick<ReportData, "stream" | "skeletons">>;
  /** Score frames until stdin ends, or the signal comes. */
  follow(signal: AbortSignal): Promise<void>;
}

/** Refuse the options of a stream where none is read.
 * @throws {UsageError} If one is given. */
export function checkNoStream(options: Options): void {
  const odd = ["fps", "up"].find((name) => options.value(name) !== undefined);
  if (odd) throw new UsageError(`Cannot use --${odd} without --live`);
}

/** Open a stream that all models of a run score.
 * @param run Its engine stays open.
 * @throws {UsageError} If the run has no models or they do not read windows, or nothing says how frames are read. */
export async function openLive(run: OpenRun, options: Options): Promise<Live> {
  const models = [...run.models.values()];
  if (models.length === 0) throw new UsageError("Cannot show a stream: the run has no models");
  const frames = await framesOfRun(options.operands[0]), learned = models.map(() => frames);
  const pairs = openStream(models, options, learned, run.alpha);
  const fps = rateOf(models, options),
    turn = upRotation(upOf(models, options, learned)),
    feed = new LiveFeed();
  return {
    feed,
    async prepare({ skeletons }) {
      await warmUp(pairs.first, run.clips?.train ?? []);
      const [{ skeleton: { name, joints, parents, pelvis } }] = models, [{ windowFrames }] = pairs.first;
      const shown = models.map(({ category, heldOut }) => ({
        category,
        smallestP: smallestPOf(heldOut.windows.length),
      }));
      return {
        stream: { models: shown, skeleton: name, fps, windowFrames },
        skeletons: { ...skeletons, [name]: { joints, parents, pelvis } },
      };
    },
    async follow(signal) {
      const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      await Promise.race([feedFrames(pairs, feed, turn), stopped]);
      if (signal.aborted) feed.end("The server has stopped");
    },
  };
}

/** Score a window by each model, because the first one takes seconds, which a stream would be behind from then on.
 * @param clips Where a window is taken from; nothing is done without any. */
async function warmUp(live: readonly LiveDetector[], [clip]: readonly Clip[]): Promise<void> {
  if (!clip) return;
  for (const { detector, windowFrames } of live) {
    await detector.predictWindows([cutClip(clip, 0, windowFrames)], {}, 1);
  }
}

/** Score the frames of stdin until it ends, and send those of the first pair: a page shows one. */
async function feedFrames(pairs: Pairs, feed: LiveFeed, turn: Float32Array): Promise<void> {
  const size = pairs.first[0].detector.skeleton.joints.length * 3;
  let count = 0, shown: ScoredFrame["answers"][number]["pair"];
  try {
    for await (const { line, answers } of scoredFrames(pairs)) {
      if (count === 0) shown = answers[0].pair;
      const own = answers.filter(({ pair }) => pair === shown);
      if (own.length === 0) continue;
      feed.send({ frame: count++, people: peopleOf(line, size, turn), ...verdictOf(own) });
    }
    feed.end("The stream has ended");
    note(`The stream has ended after ${count} frames; the page stays`);
  } catch (error) {
    const { message } = error as Error;
    feed.end(message);
    warn(message);
  }
}

/** What the models make of a frame: they miss the same frames. */
function verdictOf(answers: ScoredFrame["answers"]): Pick<LiveFrame, "missing" | "scores"> {
  const scores: { score: number; p: number }[] = [];
  for (const { result } of answers) {
    if (!result) return {};
    if ("missing" in result) return { missing: result.missing };
    scores.push({ score: result.score, p: result.p });
  }
  return { scores };
}

/** Joints of both people, y up, to the millimetre; null if the frame has none that can be drawn.
 * @param size Coordinates of a person. @param turn Rotation that takes the stream's up to y. */
function peopleOf(frame: ScoredFrame["line"], size: number, turn: Float32Array): LiveFrame["people"] {
  if ("why" in frame) return null;
  return [frame.x, frame.y].flatMap((person) => {
    if (person?.length !== size) return Array.from({ length: size }, () => null);
    return Array.from({ length: size }, (_, i) => {
      const at = i - i % 3,
        value = [0, 1, 2].reduce((sum, k) => sum + person[at + k] * turn[k * 3 + i % 3], 0);
      return Number.isFinite(value) ? Math.round(value * 1000) / 1000 : null;
    });
  });
}
