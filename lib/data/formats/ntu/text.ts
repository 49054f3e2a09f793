/** `.skeleton` files of NTU RGB+D: text of the Kinect v2, parsed from bytes.
 *
 * Line by line: the number of frames; for each frame the number of bodies; for each body a line of 10 fields that begins
 * with its id, the number of joints (25), and for each joint a line of 12 fields: x, y, z in metres, eight of depth,
 * colour and orientation, and the tracking state. */
import { DataError } from "../../../core/errors.ts";
import { KINECT25 } from "../../skeletons.ts";

/** One tracked body: all frames in which its id occurs. */
export interface NtuBody {
  /** The sensor's id. It exceeds 2^53, so it stays text. */
  readonly id: string;
  /** The frames in which it occurs, counted from 0, ascending. */
  readonly at: readonly number[];
  /** Joints in those frames, [at.length, 25, 3], metres, y up, z away from the camera. A joint may be NaN. */
  readonly joints: Float32Array;
}

/** Content of a `.skeleton` file. */
export interface NtuRecording {
  /** Number of frames, with and without bodies. */
  readonly frames: number;
  /** Bodies in the order of their first occurrence. */
  readonly bodies: readonly NtuBody[];
}

const JOINTS = KINECT25.joints.length;
/** Most frames, more than five minutes. The data set's clips have at most some hundred. */
const MOST_FRAMES = 10_000;
/** Most bodies in a frame. The sensor tracks no more. */
const MOST_BODIES = 6;
/** Most ids in a recording. People who come and go get new ids; no recording has nearly as many. */
const MOST_IDS = 100;
/** Greatest distance from the sensor, metres. No sensor sees further. */
const FARTHEST = 100;
const NEWLINE = 10, RETURN = 13, SPACE = 32, TAB = 9;
const POWERS = Float64Array.from({ length: 23 }, (_, k) => 10 ** k);

/** Parse a `.skeleton` file that is already in memory.
 * @param bytes Content of the file. @param file Path to name in errors.
 * @throws {DataError} Naming file and line, if a line has another number of fields, a number cannot be read or is out of
 * range, or the file ends before or continues after its last frame. */
export function parseNtuRecording(bytes: Uint8Array, file: string): NtuRecording {
  const reader = new Reader(bytes, file);
  const frames = reader.count("number of frames", 0, MOST_FRAMES);
  const bodies = new Map<string, { at: number[]; values: number[] }>();
  for (let frame = 0; frame < frames; frame++) {
    const present = reader.count("number of bodies", 0, MOST_BODIES);
    for (let k = 0; k < present; k++) {
      const id = reader.bodyId();
      const body = bodies.get(id) ?? { at: [], values: [] };
      bodies.set(id, body);
      if (bodies.size > MOST_IDS) throw reader.refuse(`expected at most ${MOST_IDS} bodies, got another`);
      if (body.at.at(-1) === frame) throw reader.refuse(`body ${id} occurs twice in frame ${frame}`);
      reader.count("number of joints", JOINTS, JOINTS);
      body.at.push(frame);
      reader.joints(body.values);
    }
  }
  reader.end();
  const found = [...bodies].map(([id, { at, values }]) => ({ id, at, joints: Float32Array.from(values) }));
  return { frames, bodies: found };
}

/** Walks over the bytes. Line ends are added after the last byte, so that no look-ahead leaves the array. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #line = 0;
  #lineStart = 0;

  constructor(bytes: Uint8Array, readonly file: string) {
    this.#bytes = new Uint8Array(bytes.length + 2);
    this.#bytes.set(bytes);
    this.#bytes.fill(NEWLINE, bytes.length);
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.#at = 3;
  }

  /** Error at the current line. */
  refuse(why: string): DataError {
    const position = `line ${this.#line}`;
    return new DataError(`Cannot parse ${position} of ${this.file}: ${why}`, this.file, position);
  }

  /** Read a line that is one integer in a range. */
  count(what: string, low: number, high: number): number {
    this.#begin();
    const value = this.#number();
    if (!(Number.isInteger(value) && value >= low && value <= high) || !this.#lineEnds()) {
      const expected = low === high ? `${low}` : `${low} to ${high}`;
      throw this.refuse(`expected the ${what}, ${expected}, got "${this.#text().slice(0, 40)}"`);
    }
    return value;
  }

  /** Read the line of a body: its id, and nine fields that are not used. */
  bodyId(): string {
    this.#begin();
    const start = this.#at;
    this.#skipToken();
    const id = new TextDecoder().decode(this.#bytes.subarray(start, this.#at));
    if (!/^\d{1,20}$/.test(id)) throw this.refuse(`expected the id of a body, got "${id.slice(0, 40)}"`);
    this.#skipFields(9, 10);
    return id;
  }

  /** Read the lines of all joints of a body, and append their positions to `values`. */
  joints(values: number[]): void {
    for (let joint = 0; joint < JOINTS; joint++) {
      this.#begin();
      for (let k = 0; k < 3; k++) {
        const value = this.#number();
        if (value > FARTHEST || value < -FARTHEST) throw this.#fieldError(k);
        values.push(value);
      }
      this.#skipFields(9, 12);
    }
  }

  /** Check that nothing but blank lines follows. */
  end(): void {
    this.#line++;
    for (const byte of this.#bytes.subarray(this.#at)) {
      if (byte > SPACE) throw this.refuse("expected the end of the file after its last frame");
      if (byte === NEWLINE) this.#line++;
    }
  }

  #begin(): void {
    this.#line++;
    this.#lineStart = this.#at;
    if (this.#at >= this.#bytes.length - 2) throw this.refuse("the file ends before its last frame");
  }

  /** Read a number; Infinity if the token is not one, NaN where the file says so. Digits are summed exactly while they fit 53
   * bits, and one division by a power of ten rounds once, as the language's own parser does. */
  #number(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    while (bytes[at] === SPACE || bytes[at] === TAB) at++;
    const start = at;
    const negative = bytes[at] === 45;
    if (negative) at++;
    let value = 0, digit = bytes[at] - 48;
    const first = at;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digit = bytes[++at] - 48;
    }
    let digits = at - first, places = 0;
    if (digit === -2) { // a point
      const point = at;
      digit = bytes[++at] - 48;
      while (digit >= 0 && digit <= 9) {
        value = value * 10 + digit;
        digit = bytes[++at] - 48;
      }
      places = at - point - 1;
      digits += places;
    }
    if (digits === 0 || digits > 15 || bytes[at] > SPACE) return this.#unusualNumber(start);
    this.#at = at;
    if (places > 0) value /= POWERS[places];
    return negative ? -value : value;
  }

  /** Read a number with an exponent or many digits, or NaN. */
  #unusualNumber(start: number): number {
    this.#at = start;
    this.#skipToken();
    if (this.#at - start > 40) return Infinity;
    const text = new TextDecoder().decode(this.#bytes.subarray(start, this.#at));
    if (/^[-+]?nan$/i.test(text)) return NaN;
    return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : Infinity;
  }

  #skipToken(): void {
    while (this.#bytes[this.#at] > SPACE) this.#at++;
  }

  #skipBlanks(): void {
    for (let byte = this.#bytes[this.#at]; byte === SPACE || byte === TAB || byte === RETURN;) {
      byte = this.#bytes[++this.#at];
    }
  }

  /** Go to the next line; false if this one has more fields. */
  #lineEnds(): boolean {
    this.#skipBlanks();
    if (this.#bytes[this.#at] !== NEWLINE) return false;
    this.#at++;
    return true;
  }

  /** Skip the last `count` of the line's `total` fields, and the line's end. */
  #skipFields(count: number, total: number): void {
    const bytes = this.#bytes;
    let at = this.#at, found = 0;
    // The usual form, one space before each field, goes fast.
    while (found < count && bytes[at] === SPACE && bytes[at + 1] > SPACE) {
      at += 2;
      while (bytes[at] > SPACE) at++;
      found++;
    }
    for (let byte = bytes[at]; byte !== NEWLINE;) {
      if (byte > SPACE) {
        found++;
        while (bytes[++at] > SPACE);
      } else at++;
      byte = bytes[at];
    }
    this.#at = at + 1;
    if (found !== count) throw this.refuse(`expected ${total} fields, got ${total - count + found}`);
  }

  #fieldError(k: number): DataError {
    const fields = this.#text().split(/\s+/);
    if (fields.length !== 12) return this.refuse(`expected 12 fields, got ${fields.length}`);
    const isNumber = Number.isFinite(Number(fields[k]));
    const why = isNumber ? `is more than ${FARTHEST} m from the sensor` : "is not a finite number";
    return this.refuse(`field ${k + 1} ${why}, got "${fields[k].slice(0, 40)}"`);
  }

  /** The current line, at most 2000 bytes of it. */
  #text(): string {
    const start = this.#lineStart, end = Math.min(this.#bytes.indexOf(NEWLINE, start), start + 2000);
    return new TextDecoder().decode(this.#bytes.subarray(start, end)).trim();
  }
}
