/** Live scoring: a score for each frame of a stream as it arrives. */
import type { Clip } from "../data/clip.ts";
import type { UpAxis } from "../data/skeleton.ts";
import { DataError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { Detector, Prediction } from "../detectors/detector.ts";
import { type IADNet, requireWindows } from "../detectors/iadnet/detector.ts";

/** One frame: joints of the two people, [joints, 3] each, metres, row-major. */
export interface Frame {
  /** Person 1. */
  readonly x: ArrayLike<number>;
  /** Person 2. */
  readonly y: ArrayLike<number>;
}

/** Score of the window that ends with a frame. */
export interface LiveScore extends Prediction {
  /** Index of the frame, from 0. */
  readonly frame: number;
}

/** Options for `LiveDetector`. */
export interface LiveDetectorOptions {
  /** Frames per second of the stream. */
  readonly fps: number;
  /** Axis that points up; the skeleton's if absent. */
  readonly up?: UpAxis;
  /** Alarm at p-values up to this, between 0 and 1; 0.05 if absent. */
  readonly alpha?: number;
}

/** Scores a stream frame by frame, in constant memory. The score of a frame is the offline score of the window that ends with it.
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
  readonly #x: Float32Array;
  readonly #y: Float32Array;
  readonly #width: number;
  #count = 0;

  /** Start a stream.
   * @param detector A fitted IADNet that reads windows; `compile` is called on it.
   * @throws {UsageError} If the detector is not an IADNet, reads whole clips or is not fitted, or an option is unknown. */
  constructor(detector: Detector, options: LiveDetectorOptions) {
    checkOptions("create LiveDetector", options, ["fps", "up", "alpha"]);
    const { model, frames } = requireWindows(detector, "score a stream", options.fps), { skeleton } = model;
    this.detector = model.compile();
    this.#options = options;
    this.windowFrames = frames;
    this.#width = skeleton.joints.length * 3;
    this.#x = new Float32Array(this.windowFrames * this.#width);
    this.#y = new Float32Array(this.windowFrames * this.#width);
  }

  /** Add the next frame.
   * @returns Score of the window that ends with it; undefined while the first window is not full.
   * @throws {DataError} If the frame has the wrong number of values, or one that is not finite. The frame is then not added. */
  async push({ x, y }: Frame): Promise<LiveScore | undefined> {
    const number = this.#count;
    for (const [person, values] of [[1, x], [2, y]] as const) {
      const bad = Array.from(values).findIndex((value) => !Number.isFinite(value));
      if (values.length === this.#width && bad < 0) continue;
      const why = values.length === this.#width
        ? `value ${bad} is ${values[bad]}`
        : `expected ${this.#width} values, got ${values.length}`;
      const where = `frame ${number}`;
      throw new DataError(`Cannot score ${where}: person ${person}: ${why}`, "stream", where);
    }
    for (const [ring, values] of [[this.#x, x], [this.#y, y]] as const) {
      ring.copyWithin(0, this.#width);
      ring.set(values, ring.length - this.#width);
    }
    this.#count++;
    if (this.#count < this.windowFrames) return undefined;
    const { skeleton, category } = this.detector, { fps, up = skeleton.up, alpha } = this.#options;
    const joints = { frames: this.windowFrames, x: this.#x, y: this.#y };
    const window: Clip = { id: "stream", category, group: "stream", fps, up, skeleton, ...joints };
    const [prediction] = await this.detector.predictWindows([window], { alpha }, 1);
    return { frame: number, ...prediction };
  }
}
