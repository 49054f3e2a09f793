/** Run a program over any number of rows. */
import type { Named, Runner } from "./engine.ts";

/** Rows per call of a forward program. */
export const CHUNK = 32;

/** Run a program in chunks of rows and return one of its outputs, [count, width]. The last chunk is padded with copies of its last
 * row, so that all chunks share one compiled shape and no row's result depends on the number of rows.
 * @param output Name of the output. @param width Values per row of the output. @param count Number of rows.
 * @param chunk Rows per call. @param inputs Returns the inputs of these rows. */
export async function runInChunks(
  runner: Runner,
  output: string,
  width: number,
  count: number,
  chunk: number,
  inputs: (rows: readonly number[]) => Named,
): Promise<Float32Array> {
  const out = new Float32Array(count * width);
  for (let at = 0; at < count; at += chunk) {
    const rows = Array.from({ length: chunk }, (_, i) => Math.min(at + i, count - 1));
    const values = (await runner.run(inputs(rows)))[output];
    out.set(values.subarray(0, Math.min(chunk, count - at) * width), at * width);
  }
  return out;
}
