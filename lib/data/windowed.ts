/** Recordings that are cut into windows when a data set is opened. */
import { UsageError } from "../core/errors.ts";
import type { Clip } from "./clip.ts";
import { cutWindows, windowFrames } from "./transforms/windows.ts";

/** How recordings are cut. */
export interface WindowOptions {
  /** Length of a window, seconds. Recordings stay whole if absent. */
  readonly window?: number;
  /** Distance of the beginnings of two windows, seconds; half a window if absent. */
  readonly stride?: number;
}

/** Check the options.
 * @throws {UsageError} If a length is not a positive number, or there is a stride without a window. */
export function checkWindows({ window, stride }: WindowOptions): void {
  for (const [name, value] of Object.entries({ window, stride })) {
    if (value !== undefined && !(value > 0 && value < Infinity)) {
      throw new UsageError(`Cannot use ${name} ${value}: expected a positive number of seconds`);
    }
  }
  if (stride !== undefined && window === undefined) {
    throw new UsageError(`Cannot use stride ${stride}: there is no window`);
  }
}

/** Name of the cut among the treatments of a data set; undefined if recordings stay whole. */
export function windowName({ window, stride }: WindowOptions): string | undefined {
  return window === undefined ? undefined : `window=${window},stride=${stride ?? window / 2}`;
}

/** Cuts recordings into windows. A window has its recording's group, so that a split by groups keeps all windows of a recording on one
 * side. */
export class WindowCutter {
  readonly #window: number;
  readonly #stride: number;
  #short = 0;

  /** @param options With a window. */
  constructor({ window, stride }: WindowOptions & { readonly window: number }) {
    this.#window = window;
    this.#stride = stride ?? window / 2;
  }

  /** The windows of a recording. One that is shorter than a window is kept whole.
   * @throws {UsageError} If a window holds fewer than 3 of its frames, or windows are less than a frame apart. */
  cut(recording: Clip): Clip[] {
    const { fps, frames } = recording;
    if (Math.round(this.#window * fps) < 3) {
      throw new UsageError(
        `Cannot use window ${this.#window}: it holds fewer than 3 frames at ${fps} a second`,
      );
    }
    if (Math.round(this.#stride * fps) < 1) {
      throw new UsageError(`Cannot use stride ${this.#stride}: it is less than a frame at ${fps} a second`);
    }
    if (frames < windowFrames(this.#window, fps)) this.#short++;
    return cutWindows(recording, this.#window, Math.round(this.#stride * fps));
  }

  /** A sentence for the user about recordings that are shorter than a window; undefined if there was none. */
  get warning(): string | undefined {
    if (this.#short === 0) return undefined;
    const count = this.#short === 1 ? "1 recording is" : `${this.#short} recordings are`;
    return `${count} shorter than the window of ${this.#window} s and kept whole`;
  }
}

/** Values of windows by id: those of their recordings. */
export class ByWindow<V> extends Map<string, V> {
  /** @param recordings Values by the recordings' ids. */
  constructor(readonly recordings: ReadonlyMap<string, V>) {
    super();
  }

  /** Give windows the value of their recording, if it has one. */
  add(recording: string, windows: readonly Clip[]): void {
    const value = this.recordings.get(recording);
    if (value !== undefined) { for (const { id } of windows) this.set(id, value); }
  }
}
