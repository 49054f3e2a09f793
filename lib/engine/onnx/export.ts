/**
 * A program with fixed parameters as one standard ONNX model, for other runtimes.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Named, Program } from "../engine.ts";
import { Graph } from "./graph.ts";
import { constants } from "./session.ts";
import { trace } from "./trace.ts";

/** What to export. */
export interface ExportSpec {
  /** The program; each of its outputs has one element a row of the batch. */
  readonly program: Program;
  /** Its parameters, which become constants. */
  readonly parameters: Named;
  /** Shape of each input without its batch axis. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** Which output to give. */
  readonly output: string;
  /** Entries of the model's metadata. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The model's bytes: inputs [batch, ...shape] and one output [batch], any batch, standard operators (opset 18) only.
 *
 * The program is traced for one row and run over the batch by `Scan`, so that a row's result cannot depend on the others.
 */
export function exportOnnx({ program, parameters, inputs, output, metadata }: ExportSpec): Uint8Array {
  const row = trace((placeholder, declare) => {
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, shape]) => [
        name,
        tf.reshape(placeholder(`row_${name}`, shape), [1, ...shape]),
      ]),
    );
    declare("row_score", tf.reshape(program(constants(parameters), tensors)[output], []));
  }, false);
  const model = new Graph();
  const names = Object.entries(inputs).map(([name, shape]) => model.input(name, ["batch", ...shape]));
  const scores = model.node("Scan", names, { body: { graph: row }, num_scan_inputs: names.length });
  model.output("score", scores, ["batch"]);
  for (const [key, value] of Object.entries(metadata)) model.describe(key, value);
  return model.build();
}
