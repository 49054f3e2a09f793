/** Records and fields of CSV text, as in RFC 4180 but with any separator and line end. */
import type { DataError } from "../../../core/errors.ts";

const QUOTE = 34, LF = 10, CR = 13;

/** Error at an offset of the text. */
export type Refuse = (offset: number, why: string) => DataError;

/** Reads the fields of a text one after the other. Fields may stand in quotes; lines end with LF, CR LF or CR; an empty line is not a
 * record. */
export class Scanner {
  /** Where the next field begins. */
  at = 0;
  /** The last field lies from `start` to `end`, without its quotes. */
  start = 0;
  /** Behind the last field's content. */
  end = 0;
  /** Whether the last field stood in quotes: two quotes in it are one. */
  quoted = false;

  /** Whether a field may stand in quotes. */
  readonly hasQuotes: boolean;

  readonly #newline: number;

  /** @param bytes The text, UTF-8, of one table. @param separator The byte between two fields. @param refuse Makes the errors of `field`. */
  constructor(
    readonly bytes: Uint8Array,
    readonly separator: number,
    readonly refuse: Refuse,
  ) {
    this.#newline = newlineOf(bytes);
    this.hasQuotes = bytes.includes(QUOTE);
  }

  /** Go on to the next record, past empty lines. @returns Whether there is one. */
  next(): boolean {
    const { bytes } = this;
    for (; this.at < bytes.length; this.at++) {
      const byte = bytes[this.at];
      if (byte === this.#newline) continue;
      const behind = this.at + 1;
      if (byte !== CR || (behind < bytes.length && bytes[behind] !== this.#newline)) return true;
    }
    return false;
  }

  /** Read a field: `start`, `end` and `quoted` are about it.
   * @returns Whether it is the last of its record.
   * @throws {DataError} If a quote is misplaced or not closed. */
  field(): boolean {
    const { bytes, separator } = this, size = bytes.length, newline = this.#newline;
    let at = this.at;
    this.quoted = bytes[at] === QUOTE;
    if (this.quoted) {
      this.start = at + 1;
      at = this.#endOfQuoted(at);
      this.end = at - 1;
      if (at < size && bytes[at] === CR && newline === LF) at++;
    } else {
      this.start = at;
      let byte = 0;
      for (; at < size; at++) {
        byte = bytes[at];
        if (byte === separator || byte === newline) break;
        if (byte === QUOTE) throw this.refuse(at, "unexpected quote in a field without quotes");
      }
      this.end = at > this.start && byte !== separator && bytes[at - 1] === CR ? at - 1 : at;
    }
    this.at = at + 1;
    return at >= size || bytes[at] !== separator;
  }

  /** Pass over a record. @returns The number of its fields. @throws {DataError} As `field`. */
  record(): number {
    let fields = 1;
    if (this.hasQuotes) {
      for (; !this.field(); fields++);
      return fields;
    }
    const { bytes, separator } = this, newline = this.#newline, size = bytes.length;
    let at = this.at;
    for (; at < size; at++) {
      const byte = bytes[at];
      if (byte === separator) fields++;
      else if (byte === newline) break;
    }
    this.at = at + 1;
    return fields;
  }

  /** The text of the last field. */
  text(): string {
    const text = decoder.decode(this.bytes.subarray(this.start, this.end));
    return this.quoted ? text.replaceAll('""', '"') : text;
  }

  /** Where a field in quotes ends, behind its closing quote. */
  #endOfQuoted(start: number): number {
    const { bytes, separator } = this, newline = this.#newline;
    let at = start + 1;
    for (;; at += 2) {
      at = bytes.indexOf(QUOTE, at);
      if (at < 0) throw this.refuse(start, "a quote is not closed");
      if (bytes[at + 1] !== QUOTE) break;
    }
    const endsAt = (offset: number) => offset >= bytes.length || bytes[offset] === newline;
    if (bytes[++at] === separator || endsAt(at) || (bytes[at] === CR && endsAt(at + 1))) return at;
    throw this.refuse(at, "expected a separator or a line end after a closing quote");
  }
}

/** The byte that ends a line. A carriage return before a line feed is part of the line end. */
export function newlineOf(bytes: Uint8Array): number {
  return bytes.includes(LF) ? LF : CR;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Numbers of lines, by offset: it counts no byte twice if the offsets come in order. */
export class LineCounter {
  readonly #newline: number;
  readonly #known: { offset: number; line: number }[] = [{ offset: 0, line: 1 }];

  /** @param bytes The text. */
  constructor(readonly bytes: Uint8Array) {
    this.#newline = newlineOf(bytes);
  }

  /** Line of an offset, 1-based. */
  at(offset: number): number {
    let near = this.#known.length - 1;
    while (this.#known[near].offset > offset) near--;
    let { offset: at, line } = this.#known[near];
    for (; at < offset; at++) if (this.bytes[at] === this.#newline) line++;
    if (near === this.#known.length - 1 && offset > this.#known[near].offset + 2 ** 16) {
      this.#known.push({ offset, line });
    }
    return line;
  }
}
