/** Lines of a byte stream. */
import { UsageError } from "./errors.ts";

/** Most characters of a line: far more than a frame of two people takes. */
export const LONGEST_LINE = 16 * 2 ** 20;

/** Read UTF-8 text line by line, without line ends. The last line needs no line end.
 * @param options `longest`: most characters of a line. `cut`: give the first characters of a longer line, and skip the others.
 * @throws {UsageError} If a line is longer, and is not to be cut. */
export async function* readLines(
  stream: ReadableStream<Uint8Array>,
  { cut = false, longest = LONGEST_LINE }: { readonly cut?: boolean; readonly longest?: number } = {},
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  const limited = (line: string) => {
    if (line.length <= longest) return line;
    if (cut) return line.slice(0, longest);
    throw new UsageError(`Cannot read a line of more than ${longest} characters`);
  };
  let rest = "";
  for await (const chunk of stream) {
    const [first, ...pieces] = decoder.decode(chunk, { stream: true }).split("\n");
    rest = limited(rest + first);
    for (const piece of pieces) {
      yield withoutReturn(rest);
      rest = limited(piece);
    }
  }
  if (rest !== "") yield rest;
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
