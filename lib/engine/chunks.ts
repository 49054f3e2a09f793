/** Run a program over any number of rows. */
import type { Named, Runner } from "./engine.ts";

/** Rows per call of a forward program. One clip alone costs as much as so many; more rows at once are slower, too, because their
 * values leave the cache of the processor. */
export const CHUNK = 8;

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
  return (await outputsInChunks(runner, { [output]: width }, count, chunk, inputs))[output];
}

/** As `runInChunks`, for several outputs.
 * @param widths Values per row of each output. */
export async function outputsInChunks<Name extends string>(
  runner: Runner,
  widths: Readonly<Record<Name, number>>,
  count: number,
  chunk: number,
  inputs: (rows: readonly number[]) => Named,
): Promise<Record<Name, Float32Array>> {
  const entries = Object.entries<number>(widths).map(([name, width]) => ({
    name,
    width,
    values: new Float32Array(count * width),
  }));
  for (let at = 0; at < count; at += chunk) {
    const rows = Array.from({ length: chunk }, (_, i) => Math.min(at + i, count - 1));
    const outputs = await runner.run(inputs(rows));
    for (const { name, width, values } of entries) {
      values.set(outputs[name].subarray(0, Math.min(chunk, count - at) * width), at * width);
    }
  }
  return Object.fromEntries(entries.map(({ name, values }) => [name, values])) as Record<Name, Float32Array>;
}
