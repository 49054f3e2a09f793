/** PKU-MMD's text files: skeletons, labels and splits. */
import { cannotRead, DataError } from "../../../core/errors.ts";
import type { SplitSide } from "../../clip_source.ts";
import { KINECT25 } from "../../skeletons.ts";
import { parsePkummdName } from "./names.ts";

/** Numbers of a person in a frame. */
const WIDTH = KINECT25.joints.length * 3;

/** An action in a sequence. */
export interface PkummdLabel {
  /** Number of the action, 1 to 51. */
  readonly action: number;
  /** First and last frame, counted from 1. */
  readonly first: number;
  readonly last: number;
}

/** Read a label file: one action a line, `action,first frame,last frame,confidence`.
 * @throws {DataError} Naming the line, if it has other numbers, or an action ends before it starts. */
export function parseLabels(text: string, file: string): PkummdLabel[] {
  return linesOf(text).map((line, i) => {
    const fields = line.split(/[\s,]+/).map(Number), [action, start, end] = fields;
    if (
      fields.length < 3 || !fields.every((value) => Number.isSafeInteger(value)) || end < start || start < 0
    ) {
      const position = `line ${i + 1}`,
        why = `expected action,first,last,confidence, got ${line.slice(0, 60)}`;
      throw cannotRead(file, `${position}: ${why}`, position);
    }
    return { action, first: Math.max(1, start), last: end };
  });
}

/** Read some frames of a skeleton file: a line a frame, with x, y and z of 25 joints of one person, then of the other, metres, y up. A
 * person who was not seen is zeros.
 * @throws {DataError} If the file has fewer frames, or a line does not have 150 finite numbers. */
export function parseFrames(
  text: string,
  file: string,
  { first, last }: Pick<PkummdLabel, "first" | "last">,
): { readonly frames: number; readonly x: Float32Array; readonly y: Float32Array } {
  const lines = linesOf(text), end = Math.min(last, lines.length), frames = end - first + 1;
  // Labels may count from 0 or from 1: nothing says it.
  if (last > lines.length + 1 || frames < 1) {
    throw cannotRead(file, `expected frames ${first} to ${last}, it has ${lines.length}`);
  }
  const x = new Float32Array(frames * WIDTH), y = new Float32Array(frames * WIDTH);
  for (let t = 0; t < frames; t++) {
    const position = `line ${first + t}`, fields = lines[first + t - 1].split(/[\s,]+/);
    const refuse = (why: string) =>
      new DataError(`Cannot parse ${position} of ${file}: ${why}`, file, position);
    if (fields.length !== 2 * WIDTH) throw refuse(`expected ${2 * WIDTH} numbers, got ${fields.length}`);
    const values = fields.map(Number), odd = values.findIndex((value) => !Number.isFinite(value));
    if (odd >= 0) throw refuse(`number ${odd + 1} is not finite, got "${fields[odd].slice(0, 40)}"`);
    x.set(values.slice(0, WIDTH), t * WIDTH);
    y.set(values.slice(WIDTH), t * WIDTH);
  }
  return { frames, x, y };
}

/** Read a split: a heading, the names of the training sequences, a heading, those of the test sequences. */
export function parseSplit(text: string): Map<string, SplitSide> {
  const sides = new Map<string, SplitSide>();
  let side: SplitSide = "train";
  for (const line of linesOf(text)) {
    if (line.includes(":")) side = /train/i.test(line.split(":")[0]) ? "train" : "test";
    for (const name of line.split(/[\s,:]+/)) if (parsePkummdName(name)) sides.set(name, side);
  }
  return sides;
}

/** Lines without blanks around them, without blank lines at the end. */
function linesOf(text: string): string[] {
  return text.trim() === "" ? [] : text.trimEnd().split("\n").map((line) => line.trim());
}
