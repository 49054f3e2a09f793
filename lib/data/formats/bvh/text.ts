/** Text of BVH files: the hierarchy of joints and the values of their channels. Case, blanks and line ends do not matter. */
import { cannotRead, type DataError } from "../../../core/errors.ts";

/** A joint of the hierarchy. */
export interface BvhJoint {
  /** Its name; blanks within it count as one. */
  readonly name: string;
  /** Index of its parent; -1 for the root. */
  readonly parent: number;
  /** Offset from its parent at rest, in the file's unit. */
  readonly offset: readonly number[];
  /** Channels in the file's order, in lower case, such as `zrotation`. */
  readonly channels: readonly string[];
}

/** Content of a BVH file. */
export interface BvhFile {
  /** Joints in the file's order, each after its parent; without end sites. */
  readonly joints: readonly BvhJoint[];
  /** Number of frames. */
  readonly frames: number;
  /** Frames per second. */
  readonly fps: number;
  /** Values of the channels, [frames, channels of all joints]. */
  readonly values: Float64Array;
}

const CHANNEL = /^[xyz](position|rotation|scale)$/;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const MOST_JOINTS = 1000, MOST_CHANNELS = 9;

/** Read the text of a BVH file. Text that is not UTF-8 is Windows-1252.
 * @param file Path to name in errors.
 * @throws {DataError} If it is not a BVH file, ends too early, has a value that is not a number, a frame time of a second or more, or
 * scales; the message names the line. */
export function parseBvh(bytes: Uint8Array, file: string): BvhFile {
  const words = new Words(decode(bytes), file), joints: BvhJoint[] = [];
  words.expect("HIERARCHY");
  words.expect("ROOT");
  readJoint(words, joints, -1);
  if (words.peek()?.toUpperCase() === "ROOT") {
    throw words.refuse("expected one ROOT, found another: write a file for each person");
  }
  words.expect("MOTION");
  words.label("Frames");
  const frames = words.number();
  words.label("Frame Time");
  const time = words.next(), seconds = words.parse(time);
  if (!(seconds > 0)) throw words.refuse(`the frame time must be positive, got ${seconds}`);
  if (seconds >= 1) {
    const why = `the frame time ${time} is probably a rate`;
    throw words.refuse(`${why}: expected seconds, such as 0.0333 for 30 frames per second`);
  }
  const channels = joints.reduce((sum, joint) => sum + joint.channels.length, 0);
  if (!(Number.isInteger(frames) && frames > 0) || frames * channels > words.left) {
    throw words.refuse(`expected ${frames} frames of ${channels} values, found ${words.left} values`);
  }
  return { joints, frames, fps: rateOf(time, seconds), values: readValues(words, joints, frames, channels) };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Frames per second: the usual rate whose period is the written frame time, rounded or cut at its last digit (30 for 0.0333 and
 * 0.033333); else one over the frame time. */
function rateOf(time: string, seconds: number): number {
  const whole = Math.round(1 / seconds), digits = /^\d*\.(\d+)$/.exec(time)?.[1].length ?? 0;
  const isUsual = whole % 5 === 0 || whole % 12 === 0;
  const isWritten = isUsual && digits > 2 && Math.abs(1 / whole - seconds) < 10 ** -digits;
  return isWritten ? whole : Math.round(1e6 / seconds) / 1e6;
}

function readJoint(words: Words, joints: BvhJoint[], parent: number): void {
  const name = words.name();
  if (name === "") throw words.refuse("expected the name of a joint, found {");
  words.expect("OFFSET");
  const offset = [words.number(), words.number(), words.number()];
  const channels = words.peek()?.toUpperCase() === "CHANNELS" ? readChannels(words) : [];
  const own = joints.push({ name, parent, offset, channels }) - 1;
  if (joints.length > MOST_JOINTS) throw words.refuse(`expected at most ${MOST_JOINTS} joints`);
  for (let word = words.next(); word !== "}"; word = words.next()) {
    const keyword = word.toUpperCase();
    if (keyword === "JOINT") readJoint(words, joints, own);
    else if (keyword === "END") {
      words.expect("Site");
      words.name(); // some writers name end sites
      words.expect("OFFSET");
      for (let axis = 0; axis < 3; axis++) words.number();
      words.expect("}");
    } else throw words.refuse(`expected JOINT, End or }, found ${word.slice(0, 40)}`);
  }
}

function readChannels(words: Words): string[] {
  words.expect("CHANNELS");
  const count = words.number();
  if (!(Number.isInteger(count) && count >= 0 && count <= MOST_CHANNELS)) {
    throw words.refuse(`expected 0 to ${MOST_CHANNELS} channels, got ${count}`);
  }
  const channels: string[] = [];
  for (let k = 0; k < count; k++) {
    const channel = words.next(), known = channel.toLowerCase();
    if (!CHANNEL.test(known)) throw words.refuse(`unknown channel ${channel.slice(0, 40)}`);
    if (!known.endsWith("rotation") && channels.includes(known)) {
      throw words.refuse(`channel ${channel} exists twice`);
    }
    channels.push(known);
  }
  return channels;
}

/** The values of all frames. A file with a line for each frame has all values of the frame in that line. */
function readValues(
  words: Words,
  joints: readonly BvhJoint[],
  frames: number,
  channels: number,
): Float64Array {
  const values = new Float64Array(frames * channels);
  const places = joints.flatMap(({ name, channels }) => channels.map((channel) => ({ name, channel })));
  words.checkLines(frames, channels);
  for (let at = 0; at < values.length; at++) {
    values[at] = words.number();
    const { name, channel } = places[at % channels];
    if (channel.endsWith("scale") && values[at] !== 1) {
      throw words.refuse(`${channel} of ${name} is ${values[at]}: joints that are scaled are not supported`);
    }
  }
  if (words.left > 0) {
    words.next();
    throw words.refuse(`expected its end after ${frames} frames, found more values`);
  }
  return values;
}

/** Reads the words of a text one by one. Braces are words. */
class Words {
  readonly #words: readonly string[];
  /** Number of words up to the end of each line. */
  readonly #ends: readonly number[];
  #at = 0;

  constructor(text: string, readonly file: string) {
    const words: string[] = [], ends: number[] = [];
    for (const line of text.split(/\r\n|\r|\n/)) {
      for (const word of line.match(/[{}]|[^{}\s]+/g) ?? []) words.push(word);
      ends.push(words.length);
    }
    this.#words = words;
    this.#ends = ends;
  }

  get left(): number {
    return this.#words.length - this.#at;
  }

  /** Error at the word that was read last. */
  refuse(why: string, at: number = this.#at): DataError {
    const found = this.#ends.findIndex((end) => end >= at), line = found < 0 ? this.#ends.length : found + 1;
    return cannotRead(this.file, `line ${line}: ${why}`, `line ${line}`);
  }

  next(): string {
    const word = this.#words[this.#at++];
    if (word === undefined) throw this.refuse("it ends too early");
    return word;
  }

  /** The next word, which stays the next one; undefined at the end. */
  peek(): string | undefined {
    return this.#words[this.#at];
  }

  expect(word: string): void {
    const found = this.next();
    if (found.toUpperCase() !== word.toUpperCase()) {
      throw this.refuse(`expected ${word}, found ${found.slice(0, 40)}`);
    }
  }

  /** Read a name up to its brace; it may have blanks. */
  name(): string {
    const parts: string[] = [];
    for (let word = this.next(); word !== "{"; word = this.next()) {
      if (word === "}" || word.toUpperCase() === "OFFSET") throw this.refuse(`expected {, found ${word}`);
      parts.push(word);
    }
    return parts.join(" ");
  }

  /** Read a label such as `Frame Time:`; what stands behind its colon without a blank stays the next word. */
  label(label: string): void {
    const wanted = `${label}:`.replace(" ", "").toUpperCase();
    let found = "";
    while (found.length < wanted.length) {
      const word = this.next(), need = wanted.length - found.length;
      const part = word.slice(0, need);
      found += part.toUpperCase();
      if (!wanted.startsWith(found)) throw this.refuse(`expected ${label}:, found ${word.slice(0, 40)}`);
      if (word.length > need) this.#split(word.slice(need));
    }
  }

  number(): number {
    return this.parse(this.next());
  }

  /** The number that a word is. */
  parse(word: string): number {
    const value = DECIMAL.test(word) ? Number(word) : NaN;
    if (!Number.isFinite(value)) throw this.refuse(`expected a number, found ${word.slice(0, 40)}`);
    return value;
  }

  /** If as many lines are left as there are frames, each must have as many words. */
  checkLines(frames: number, count: number): void {
    const first = this.#ends.findIndex((end) => end > this.#at);
    const sizes: [size: number, end: number][] = [];
    let start = this.#at;
    for (const end of this.#ends.slice(Math.max(0, first))) {
      if (end > start) sizes.push([end - start, end]);
      start = end;
    }
    const odd = sizes.length === frames ? sizes.find(([size]) => size !== count) : undefined;
    if (odd) throw this.refuse(`expected ${count} values, got ${odd[0]}`, odd[1]);
  }

  /** Replace the word that was read last by a part of it, which becomes the next word. */
  #split(rest: string): void {
    this.#at--;
    (this.#words as string[])[this.#at] = rest;
  }
}
