/** Lines of a byte stream. */
import { UsageError } from "./errors.ts";

/** Most characters of a line: far more than a frame of two people takes. */
const LIMIT = 16 * 2 ** 20;

/** Read UTF-8 text line by line, without line ends. The last line needs no line end.
 * @throws {UsageError} If a line is longer than 16 million characters. */
export async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = pieces.pop()!;
    for (const line of pieces) yield line.endsWith("\r") ? line.slice(0, -1) : line;
    if (rest.length > LIMIT) throw new UsageError(`Cannot read a line of more than ${LIMIT} characters`);
  }
  if (rest !== "") yield rest;
}
