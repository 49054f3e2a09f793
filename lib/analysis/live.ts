/** Live scoring: a score for each frame of a stream as it arrives. */
import { type Clip, FARTHEST } from "../data/clip.ts";
import type { UpAxis } from "../data/skeleton.ts";
import { bodySize, likelyUnit } from "../data/units.ts";
import { checkOptions, checkSettings, FRACTION, numberThat, optional } from "../core/options.ts";
import type { Detector, Prediction } from "../detectors/detector.ts";
import { type IADNet, requireWindows } from "../detectors/iadnet/detector.ts";
import { ChangeTest } from "../metrics/martingale.ts";
import { MEMORY, RollingConformal } from "../metrics/rolling.ts";
import { FrameClock } from "./frame_clock.ts";

/** One frame: joints of the two people, [joints, 3] each, metres, row-major. */
export interface Frame {
  /** Person 1; null if nobody is there. A joint that is not known is NaN. */
  readonly x: ArrayLike<number> | null;
  /** Person 2. */
  readonly y: ArrayLike<number> | null;
  /** Time stamp, seconds, if the stream has any. */
  readonly t?: number;
}

/** Score of the window that ends with a frame. */
export interface LiveScore extends Prediction {
  /** Index of the frame, from 0. */
  readonly frame: number;
  /** Evidence that the normal has changed, 1 at first, where `change` is given; see `ChangeTest`. */
  readonly evidence?: number;
  /** Whether a change is reported with this frame, where `change` is given. */
  readonly changed?: boolean;
}

/** A frame that has no score: it cannot be used, or something is missing before it. */
export interface MissedFrame {
  /** Index of the frame, from 0. */
  readonly frame: number;
  /** What is missing, such as `person 2: head is missing`. */
  readonly missing: string;
}

/** Options for `LiveDetector`. */
export interface LiveDetectorOptions {
  /** Frames per second of the stream, above 0, at most 1000. */
  readonly fps: number;
  /** Axis that points up; the skeleton's if absent. */
  readonly up?: UpAxis;
  /** Whether a joint at exactly the origin is missing, as some sensors write it. A body in one point is missing in any case. */
  readonly zerosMissing?: boolean;
  /** Alarm at p-values up to this, between 0 and 1; 0.05 if absent. */
  readonly alpha?: number;
  /** Rank scores among those of the latest so many windows without a common frame, 1 to 100,000, once there are so many: p-values and
   * alarms then follow a slow drift, see `RollingConformal`. If absent, all are ranked among the held-out windows of the fit. */
  readonly adapt?: number;
  /** Test whether the normal has changed, with at most this chance of a false report, between 0 and 1, see `ChangeTest`. No test if
   * absent. */
  readonly change?: number;
}

/** Alpha if no option says so. */
const USUAL_ALPHA = 0.05;

/** Greatest frame rate of a stream. */
const FASTEST = 1000;

/** Scores a stream frame by frame, in constant memory. The score of a frame is the offline score of the window that ends with it.
 *
 * A window has no gaps: a frame without one of the people, with a joint that is missing, not finite or more than 1e9 metres away, or of
 * another length, is not used, and the window fills anew after it. So it does after a gap of more than 1.5 frames between time stamps.
 * A frame whose time stamp is not after the one before is left out, and the window goes on. A window whose time stamps are more than
 * 20 % off the frame rate, or whose bodies have the size of people in cm or mm, has no score.
 *
 * Several streams can share a detector: each has its own `LiveDetector`, and the programs are compiled once.
 * @example
 * ```ts
 * import { generateDataset, getPreset, IADNet, LiveDetector } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const clips = generateDataset({ seed: 0, clipsPerCategory: 6, categories: ["hug"] });
 * const preset = getPreset("window");
 * const detector = new IADNet({ preset: { ...preset, training: { ...preset.training, epochs: 2 } } });
 * await detector.fit(clips, { seed: 0 });
 * const live = new LiveDetector(detector, { fps: 30 });
 * const { x, y } = clips[0], width = x.length / clips[0].frames;
 * assertEquals(await live.push({ x: x.subarray(0, width), y: y.subarray(0, width) }), undefined);
 * ```
 */
export class LiveDetector {
  /** The detector, compiled. */
  readonly detector: IADNet;
  /** Frames of a window: the first score comes after this many. */
  readonly windowFrames: number;
  readonly #options: LiveDetectorOptions;
  readonly #clock: FrameClock;
  readonly #x: Float32Array;
  readonly #y: Float32Array;
  readonly #joints: readonly string[];
  #count = 0;
  #filled = 0;
  #queue: Promise<unknown> = Promise.resolve();
  readonly #rolling: RollingConformal | undefined;
  readonly #change: ChangeTest | undefined;
  /** Frames scored since the latest window that drift is judged by, and what that window said. */
  #apart = Infinity;
  #evidence = 1;

  /** Start a stream.
   * @param detector A fitted IADNet that reads windows; `compile` is called on it.
   * @throws {UsageError} If the detector is not an IADNet, reads whole clips or is not fitted, or an option is unknown or out of
   * range. */
  constructor(detector: Detector, options: LiveDetectorOptions) {
    checkOptions("create LiveDetector", options, ["fps", "up", "zerosMissing", "alpha", "adapt", "change"]);
    const rate = numberThat(`above 0 and at most ${FASTEST}`, (fps) => fps > 0 && fps <= FASTEST);
    checkSettings<LiveDetectorOptions>("create LiveDetector", options, {
      fps: rate,
      adapt: optional(MEMORY),
      change: optional(FRACTION),
    });
    const { model, frames } = requireWindows(detector, "score a stream", options.fps), { skeleton } = model;
    this.detector = model.compile();
    this.#options = options;
    this.windowFrames = frames;
    this.#clock = new FrameClock(options.fps, frames);
    this.#joints = skeleton.joints;
    this.#x = new Float32Array(frames * skeleton.joints.length * 3);
    this.#y = new Float32Array(this.#x.length);
    if (options.adapt !== undefined) this.#rolling = new RollingConformal(options.adapt);
    if (options.change !== undefined) this.#change = new ChangeTest(options.change);
  }

  /** Add the next frame. Calls need not be awaited: frames are taken in the order of the calls.
   * @returns Score of the window that ends with it; what is missing, if the frame cannot be used or starts a new window after a gap;
   * undefined while the window is not full.
   * @throws {UsageError} If the detector is not calibrated. @throws {IadnetError} If the score is not finite. */
  push({ x, y, t }: Frame): Promise<LiveScore | MissedFrame | undefined> {
    const problems = [[1, x], [2, y]] as const;
    const why = problems.flatMap(([person, values]) => this.#problemOf(person, values) ?? []).join("; ");
    const number = this.#count++, step = this.#clock.next(t);
    if (!step.isUsed) {
      return this.#answer({ frame: number, missing: why === "" ? step.why! : `${why}; ${step.why}` });
    }
    if (why !== "" || step.why !== undefined) this.#filled = 0;
    if (why !== "") return this.#answer({ frame: number, missing: why });
    for (const [ring, values] of [[this.#x, x!], [this.#y, y!]] as const) {
      ring.copyWithin(0, values.length);
      ring.set(values, ring.length - values.length);
    }
    this.#filled++;
    if (step.why !== undefined) return this.#answer({ frame: number, missing: step.why });
    if (this.#filled < this.windowFrames) return this.#answer(undefined);
    const problem = this.#clock.rateProblem() ?? this.#sizeProblem();
    return problem === undefined ? this.#score(number) : this.#answer({ frame: number, missing: problem });
  }

  /** Count a frame that could not be read. The window fills anew after it.
   * @param missing What is missing. */
  miss(missing: string): Promise<MissedFrame> {
    this.#filled = 0;
    return this.#answer({ frame: this.#count++, missing });
  }

  /** What is wrong with a person's joints; undefined if nothing is. */
  #problemOf(person: 1 | 2, values: ArrayLike<number> | null): string | undefined {
    const joints = this.#joints;
    if (!values || (values.length > 0 && isNobody(values))) return `person ${person} is missing`;
    if (values.length !== joints.length * 3) {
      return `person ${person}: expected ${joints.length * 3} values, got ${values.length}`;
    }
    const bad = Array.from(values).findIndex((value) =>
      !(typeof value === "number" && Math.abs(value) <= FARTHEST)
    );
    if (bad < 0) {
      const zero = this.#options.zerosMissing ? joints.findIndex((_, i) => isOrigin(values, i * 3)) : -1;
      return zero < 0 ? undefined : `person ${person}: ${joints[zero]} is missing`;
    }
    const is = Number.isNaN(values[bad]) ? "missing" : String(values[bad]).slice(0, 40);
    return `person ${person}: ${joints[Math.floor(bad / 3)]} is ${is}`;
  }

  /** What is wrong with the size of the bodies in the window; undefined if nothing is. */
  #sizeProblem(): string | undefined {
    const size = bodySize({ x: this.#x, y: this.#y, frames: this.windowFrames }),
      unit = likelyUnit(size, "m");
    if (unit === undefined || unit === "m") return undefined;
    return `bodies are ${
      Number(size.toPrecision(3))
    } m tall: expected frames in metres, these may be in ${unit}`;
  }

  /** Give an answer after the ones of earlier frames. */
  #answer<T>(value: T): Promise<T> {
    return this.#enqueue(() => Promise.resolve(value));
  }

  /** Score the window, as it is now. */
  #score(frame: number): Promise<LiveScore> {
    const { skeleton, category } = this.detector, { fps, up = skeleton.up, alpha } = this.#options;
    const joints = { frames: this.windowFrames, x: this.#x.slice(), y: this.#y.slice() };
    const window: Clip = { id: "stream", category, group: "stream", fps, up, skeleton, ...joints };
    return this.#enqueue(async () => {
      const [prediction] = await this.detector.predictWindows([window], { alpha }, 1);
      return { frame, ...this.#follow(prediction) };
    });
  }

  /** A prediction as the scores before it show it. Windows without a common frame are remembered; a score is ranked before it joins them. */
  #follow(prediction: Prediction): Omit<LiveScore, "frame"> {
    const { alpha = USUAL_ALPHA } = this.#options, { score } = prediction, rolling = this.#rolling;
    let own = prediction;
    if (rolling?.isFull) {
      const p = rolling.p(score);
      own = { score, p, smallestP: rolling.smallestP, alarm: p <= alpha };
    }
    const isApart = ++this.#apart >= this.windowFrames;
    if (isApart) {
      this.#apart = 0;
      rolling?.add(score);
    }
    if (!this.#change) return own;
    const { evidence, changed } = isApart
      ? this.#change.add(score)
      : { evidence: this.#evidence, changed: false };
    this.#evidence = changed ? 1 : evidence;
    return { ...own, evidence, changed };
  }

  #enqueue<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(action);
    this.#queue = result.catch(() => {}); // the caller sees the error
    return result;
  }
}

/** Whether a joint is at exactly the origin. */
function isOrigin(values: ArrayLike<number>, at: number): boolean {
  return values[at] === 0 && values[at + 1] === 0 && values[at + 2] === 0;
}

/** Whether nothing is known of a person: each coordinate is zero or NaN, or all joints are in one point. */
function isNobody(values: ArrayLike<number>): boolean {
  const all = Array.from(values);
  return all.every((value) => value === 0 || Number.isNaN(value)) ||
    (all.length > 3 && all.every((value, k) => value === all[k % 3]));
}
