/**
 * Running a program over any number of rows.
 *
 * @module
 */
import type { Named, Runner } from "./engine.ts";

/** Rows of one call where nothing is trained. */
export const CHUNK = 32;

/** One output of a program, [count, width], a chunk of rows at a time. The last chunk is padded with copies of its last row, so
 * that one compiled shape serves all and a row's result does not depend on how many rows follow.
 *
 * @param output Name of the output. @param width Values of a row of it. @param inputs Inputs of these rows.
 */
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
