/** Time stamps of a stream: their order, gaps and rate. */

/** A step of at most this many frames is jitter, a larger one a gap. */
const LONGEST_STEP = 1.5;

/** Greatest ratio of the rate of a window's time stamps and the stream's frame rate, or its reciprocal. */
const RATE_TOLERANCE = 1.2;

/** What a frame's time stamp says. */
export interface ClockStep {
  /** Whether the frame can be used. */
  readonly isUsed: boolean;
  /** Why the frame is not used, or what is missing before it; absent if it follows the frame before. */
  readonly why?: string;
}

/** Checks the time stamps of a stream. A stream may have none. */
export class FrameClock {
  /** Time stamps since the last gap, at most `#most`. */
  #times: number[] = [];
  #last: number | undefined;
  /** Time stamp of the frame before, if that was not in order. */
  #late: number | undefined;
  readonly #fps: number;
  readonly #most: number;

  /** @param fps Frame rate of the stream. @param most Number of frames of a window. */
  constructor(fps: number, most: number) {
    this.#fps = fps;
    this.#most = most;
  }

  /** Take the time stamp of the next frame, seconds.
   *
   * A time stamp that is not after the one before is out of order, and its frame is not used. If the next one follows it, the clock was
   * set back, and the stream starts anew. */
  next(time: unknown): ClockStep {
    if (time === undefined || time === null) {
      return this.#last === undefined ? { isUsed: true } : { isUsed: false, why: "t is missing" };
    }
    if (typeof time !== "number" || !Number.isFinite(time)) {
      return { isUsed: false, why: `t must be a number of seconds, got ${String(time).slice(0, 40)}` };
    }
    const last = this.#last, late = this.#late, step = LONGEST_STEP / this.#fps;
    this.#late = undefined;
    if (last !== undefined && time <= last) {
      if (late === undefined || time <= late || time - late > step) {
        this.#late = time;
        return { isUsed: false, why: `t must be after ${last}, got ${time}` };
      }
      this.#start(time);
      return { isUsed: true, why: `the clock was set back from ${last} to ${late}` };
    }
    if (last !== undefined && time - last > step) {
      this.#start(time);
      return { isUsed: true, why: `no frame between t ${last} and ${time}` };
    }
    this.#last = time;
    this.#times.push(time);
    if (this.#times.length > this.#most) this.#times.shift();
    return { isUsed: true };
  }

  /** What is wrong with the rate of the last frames, one window of them; undefined if nothing is, or there are fewer time stamps. */
  rateProblem(): string | undefined {
    const times = this.#times, steps = this.#most - 1;
    if (times.length <= steps) return undefined;
    const fps = steps / (times[steps] - times[0]), ratio = fps / this.#fps;
    if (ratio <= RATE_TOLERANCE && ratio >= 1 / RATE_TOLERANCE) return undefined;
    return `the window has ${fps.toFixed(1)} frames per second, expected ${this.#fps}`;
  }

  #start(time: number): void {
    this.#last = time;
    this.#times = [time];
  }
}
