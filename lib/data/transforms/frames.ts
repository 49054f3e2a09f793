/** Frames of a recording in the order of their numbers or time stamps, at a constant rate. */
import { DataError } from "../../core/errors.ts";
import type { Recording } from "../clip.ts";

/** Most frames that a recording may have for each frame that it holds: a number or time stamp beyond that is wrong. */
const MOST_GAPS = 100;

/** A distance of time stamps up to this many frames is jitter, a larger one a gap. */
const LONGEST_STEP = 1.5;

/** A recording whose frames have a constant rate. */
export interface OrderedFrames {
  /** Without numbers and times; frames that do not exist are NaN. */
  readonly recording: Omit<Recording, "numbers" | "times">;
  /** Words for a frame, such as `frame 12`, by its number or time in the file. */
  nameOf(frame: number): string;
}

/** Give a recording's frames a constant rate, and remove their numbers and times. Frames that do not exist are NaN.
 *
 * - Frames with numbers are sorted by them. The step is the greatest common divisor of their distances; if it is more than 1, such as
 *   in 0, 4, 8, the frame rate is divided by it, and `frameStep` says so.
 * - Frames with time stamps are sorted by them, and interpolated at the rate of the recording: sensors jitter. Between two time
 *   stamps that are more than 1.5 frames apart there is a gap, but for the frame nearest to each of them.
 * @param file Path to name in errors.
 * @throws {DataError} If a number or time stamp exists twice, or they span more than 100 times the frames that exist. */
export function orderFrames(recording: Recording, file: string): OrderedFrames {
  const { numbers, times, ...rest } = recording;
  if (numbers) return byNumber(rest, numbers, file);
  return times ? byTime(rest, times, file) : { recording: rest, nameOf: (frame) => `frame ${frame}` };
}

function byNumber(recording: Recording, numbers: ArrayLike<number>, file: string): OrderedFrames {
  const order = sorted(numbers, "frame", file), first = numbers[order[0]];
  let step = 0;
  for (let i = 1; i < order.length; i++) {
    step = greatestDivisor(numbers[order[i]] - numbers[order[i - 1]], step);
  }
  step = Math.max(1, step);
  const frames = (numbers[order[order.length - 1]] - first) / step + 1;
  refuseSpan(frames, order.length, file);
  const nameOf = (frame: number) => `frame ${first + frame * step}`;
  if (step === 1 && frames === order.length && order.every((from, to) => from === to)) {
    return { recording, nameOf };
  }
  const { x, y } = place(recording, frames, (values, width, out) => {
    for (const from of order) {
      out.set(
        values.subarray(from * width, (from + 1) * width),
        (numbers[from] - first) / step * width,
      );
    }
  });
  const fps = recording.fps / step;
  return { recording: { ...recording, fps, frames, x, y, ...(step > 1 && { frameStep: step }) }, nameOf };
}

function byTime(recording: Recording, times: ArrayLike<number>, file: string): OrderedFrames {
  const order = sorted(times, "time", file), start = times[order[0]], { fps } = recording;
  const at = order.map((from) => (times[from] - start) * fps), end = at[at.length - 1];
  const frames = Math.floor(end + 0.5) + 1;
  refuseSpan(
    frames,
    order.length,
    file,
    `; its times span ${times[order.at(-1)!] - start}, taken as seconds`,
  );
  const { x, y } = place(recording, frames, (values, width, out) => {
    for (let t = 0, left = 0; t < frames; t++) {
      while (left + 1 < at.length && at[left + 1] <= t) left++;
      const right = Math.min(left + 1, at.length - 1), span = at[right] - at[left];
      const near = t - at[left] <= 0.5 ? left : at[right] - t < 0.5 ? right : -1;
      if (span > LONGEST_STEP && near < 0) continue;
      const weight = span > LONGEST_STEP || span === 0 ? Number(near === right) : (t - at[left]) / span;
      const a = order[left] * width, b = order[right] * width;
      for (let k = 0; k < width; k++) {
        // A weight of 0 or 1 must not turn a missing neighbour into a missing joint.
        const value = weight <= 0
          ? values[a + k]
          : weight >= 1
          ? values[b + k]
          : values[a + k] * (1 - weight) + values[b + k] * weight;
        out[t * width + k] = value;
      }
    }
  });
  const nameOf = (frame: number) => `the frame at ${(start + frame / fps).toFixed(3)} s`;
  return { recording: { ...recording, frames, x, y }, nameOf };
}

/** Both people in `frames` frames of NaN, filled by `fill`. */
function place(
  { frames: from, x, y }: Recording,
  frames: number,
  fill: (values: Float32Array, width: number, out: Float32Array) => void,
): Pick<Recording, "x" | "y"> {
  const [first, second] = [x, y].map((values) => {
    const width = values.length / from, out = new Float32Array(frames * width).fill(NaN);
    fill(values, width, out);
    return out;
  });
  return { x: first, y: second };
}

/** Indices of some numbers in their order.
 * @throws {DataError} If one is not finite or exists twice. */
function sorted(values: ArrayLike<number>, name: string, file: string): number[] {
  const order = Array.from(values, (_, i) => i);
  const refuse = (why: string, index: number) =>
    new DataError(`Cannot use ${file}: ${why}`, file, `${name} ${values[index]}`);
  const odd = order.find((i) => !Number.isFinite(values[i]));
  if (odd !== undefined) throw refuse(`${name} ${values[odd]} is not a number`, odd);
  order.sort((a, b) => values[a] - values[b]);
  const twice = order.find((index, i) => i > 0 && values[index] === values[order[i - 1]]);
  if (twice !== undefined) throw refuse(`${name} ${values[twice]} exists twice`, twice);
  return order;
}

function refuseSpan(frames: number, held: number, file: string, more = ""): void {
  if (frames <= held * MOST_GAPS) return;
  const why = `its ${held} frames span ${
    Math.floor(frames)
  }: expected at most ${MOST_GAPS} times as many${more}`;
  throw new DataError(`Cannot use ${file}: ${why}`, file);
}

function greatestDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
