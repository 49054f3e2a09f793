/** Trace a tfjs program, gradients included, into an ONNX graph. */
import * as tf from "@tensorflow/tfjs";
import { EngineError } from "../../core/errors.ts";
import type { Tensors } from "../engine.ts";
import { TraceBackend } from "./backend.ts";
import { Graph } from "./graph.ts";
import { registerKernels } from "./kernels.ts";

/** Declares an input of the graph and returns its tensor. */
export type Placeholder = (name: string, shape: readonly number[]) => tf.Tensor;

/** Name of the recording backend in tfjs. */
const NAME = "onnx-trace";

/** Run `record` on the recording backend and return the graph and the shapes of its outputs. The backend that was active before
 * is active again afterwards.
 * @param record Declares the inputs of the graph by `placeholder`, and returns its outputs.
 * @param fused Whether operators of ONNX Runtime may be used in addition to the standard ones.
 * @throws {EngineError} If the program uses a kernel that has no ONNX form, or reads a value. */
export function trace(
  record: (placeholder: Placeholder) => Tensors,
  fused = true,
): { graph: Graph; outputs: Map<string, readonly number[]> } {
  const backend = traceBackend(), before = tf.getBackend(), graph = new Graph();
  const outputs = new Map<string, readonly number[]>();
  backend.graph = graph;
  backend.fused = fused;
  tf.setBackend(NAME);
  try {
    const placeholder: Placeholder = (name, shape) => {
      const info = backend.put({ name: graph.input(name, shape), shape, dtype: "float32" });
      return tf.engine().makeTensorFromDataId(info.dataId, info.shape, "float32", backend);
    };
    tf.tidy(() => {
      for (const [name, tensor] of Object.entries(record(placeholder))) {
        graph.output(name, backend.of(tensor).name, tensor.shape);
        outputs.set(name, tensor.shape);
      }
    });
    return { graph, outputs };
  } catch (error) {
    const kernel = /Kernel '(\w+)' not registered/.exec(String(error))?.[1];
    if (kernel) throw new EngineError(`Cannot trace program: kernel ${kernel} is not mapped to ONNX`);
    throw error;
  } finally {
    if (before && before !== NAME) tf.setBackend(before);
  }
}

/** The recording backend, registered with tfjs the first time. */
function traceBackend(): TraceBackend {
  const registered = tf.findBackend(NAME);
  if (registered) return registered as TraceBackend;
  const backend = new TraceBackend();
  tf.registerBackend(NAME, () => backend);
  registerKernels(NAME, backend);
  return backend;
}
