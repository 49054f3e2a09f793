/**
 * Lines of a stream of bytes.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";

/** Longest line that is accepted, characters: far above a frame of two people. */
const LIMIT = 16 * 2 ** 20;

/** The lines of UTF-8 text, without their ends. A last line needs no end; an empty one is left out.
 *
 * @throws {UsageError} If a line is longer than 16 million characters.
 */
export async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop()!;
    for (const line of parts) yield line.endsWith("\r") ? line.slice(0, -1) : line;
    if (rest.length > LIMIT) throw new UsageError(`Cannot read a line of more than ${LIMIT} characters`);
  }
  if (rest !== "") yield rest;
}
