/** Export a program with its parameters as one standard ONNX model for other runtimes. */
import * as tf from "@tensorflow/tfjs";
import type { Named, Program } from "../engine.ts";
import { upload } from "../tfjs.ts";
import { Graph } from "./graph.ts";
import { trace } from "./trace.ts";

/** Options for `exportOnnx`. */
export interface ExportSpec {
  /** The program. Its outputs have one element per row of the batch. */
  readonly program: Program;
  /** Its parameters; they become constants of the model. */
  readonly parameters: Named;
  /** Shape of each input without the batch axis. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** Name of the output to export. */
  readonly output: string;
  /** Entries of the model's metadata. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes of an ONNX model with inputs [batch, ...shape] and one output `score`, [batch], for any batch size. It uses
 * standard operators (opset 18) only.
 *
 * The program is traced for one row and applied to each row of the batch by `Scan`: no row's score depends on the others. */
export function exportOnnx({ program, parameters, inputs, output, metadata }: ExportSpec): Uint8Array {
  const { graph: row } = trace((placeholder) => {
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, shape]) => [
        name,
        tf.reshape(placeholder(`row_${name}`, shape), [1, ...shape]),
      ]),
    );
    return { row_score: tf.reshape(program(upload(parameters), tensors)[output], []) };
  }, false);
  const model = new Graph();
  const names = Object.entries(inputs).map(([name, shape]) => model.input(name, ["batch", ...shape]));
  const scores = model.node("Scan", names, { body: { graph: row }, num_scan_inputs: names.length });
  model.output("score", scores, ["batch"]);
  for (const [key, value] of Object.entries(metadata)) model.describe(key, value);
  return model.build();
}
