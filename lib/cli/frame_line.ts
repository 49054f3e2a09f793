/** A line of a stream, as a frame. */
import type { Frame } from "../analysis/live.ts";
import { isObject } from "../core/options.ts";

/** Numbers that Python writes and JSON does not have. */
const NOT_JSON = /(?<![\w"])(?:NaN|-?Infinity)(?![\w"])/g;

/** A frame of a stream, and the pair that it shows if the stream has several. */
export interface PairFrame extends Frame {
  /** Name or number of the pair. */
  readonly pair?: string | number;
}

/** Why a line is no frame, and the pair that it is of, if it says so. */
export interface BadLine {
  readonly why: string;
  readonly pair?: string | number;
}

/** Longest name of a pair. */
const LONGEST_NAME = 100;

/** Read a frame, `{ "x": [...], "y": [...], "t": seconds, "pair": name or number }`: joints of each person, metres, [joints, 3] flat or nested. A person who is
 * null or absent is missing, and so is a joint or coordinate that is null, NaN or infinite.
 * @returns The frame, or why it cannot be read. */
export function parseFrameLine(text: string): PairFrame | BadLine {
  const value = parse(text) ?? parse(text.replaceAll(NOT_JSON, "null"));
  if (value === undefined) return { why: "the line is not JSON" };
  if (!isObject(value)) return { why: "expected an object with x and y" };
  const { x, y, t, pair } = value, people = [["x", x], ["y", y]] as const, read: (number[] | null)[] = [];
  if (!isPair(pair)) return { why: `pair must be a number or a text of 1 to ${LONGEST_NAME} characters` };
  const of = pair !== undefined && { pair };
  for (const [name, joints] of people) {
    const values = flatten(joints);
    if (typeof values === "string") return { why: `${name} ${values}`, ...of };
    read.push(values);
  }
  return { x: read[0], y: read[1], ...(t !== undefined && { t: t as number }), ...of }; // checked by the detector
}

function isPair(pair: unknown): pair is string | number | undefined {
  if (typeof pair === "string") return pair !== "" && pair.length <= LONGEST_NAME;
  return pair === undefined || Number.isFinite(pair);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Coordinates of a person, NaN where they are missing; null if all are; text if it is no list of joints. */
function flatten(joints: unknown): number[] | null | string {
  if (joints === undefined || joints === null) return null;
  if (!Array.isArray(joints)) return "must be a list of numbers";
  const isNested = joints.some(Array.isArray), values: unknown[] = [];
  for (const [i, joint] of joints.entries()) {
    if (!isNested) values.push(joint);
    else if (joint === null) values.push(null, null, null);
    else if (Array.isArray(joint) && joint.length === 3) values.push(...joint);
    else return `must have three coordinates for each joint, joint ${i} has not`;
  }
  if (values.every((own) => own === null)) return null;
  const odd = values.find((own) => own !== null && typeof own !== "number");
  if (odd !== undefined) return `must be a list of numbers, it holds ${JSON.stringify(odd).slice(0, 40)}`;
  return values.map((own) => own === null ? NaN : own as number);
}
