/**
 * A tfjs backend that does not compute: it records the kernels that a tfjs program calls, gradients included, as an
 * ONNX graph.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { EngineError } from "../../core/errors.ts";
import { Graph } from "./graph.ts";
import { registerKernels } from "./kernels.ts";

/** What the trace knows of one tensor. */
export interface Recorded {
  /** Name of the value in the graph. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
  /** The value before a chain of reshapes: the next reshape starts from it. */
  readonly root?: { readonly name: string; readonly shape: readonly number[] };
  /** All elements have this value: lets x * 1 vanish and x + c use a scalar. */
  readonly uniform?: number;
}

const NAME = "onnx-trace";

/** The recording backend. One exists per process; each trace gives it a fresh graph. */
export class TraceBackend extends tf.KernelBackend {
  graph: Graph = new Graph();
  /** Whether ONNX Runtime's own operators may be used beside the standard ones. */
  fused = true;
  #records = new WeakMap<object, Recorded>();

  /** What is known of a tensor. */
  of(tensor: tf.TensorInfo): Recorded {
    const record = this.#records.get(tensor.dataId);
    if (!record) throw new EngineError("Cannot trace program: it uses a tensor from outside the trace");
    return record;
  }

  /** Make the tensor that stands for a value of the graph. */
  put(record: Recorded): tf.TensorInfo {
    const dataId = {};
    this.#records.set(dataId, record);
    return { dataId, shape: [...record.shape], dtype: record.dtype };
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    const dataId = {};
    this.move(dataId, values, shape, dtype);
    return dataId;
  }

  override move(
    dataId: object,
    values: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
  ): void {
    const size = tf.util.sizeFromShape(shape);
    const floats = values ? Float32Array.from(values as ArrayLike<number>) : new Float32Array(size);
    const uniform = size > 0 && floats.every((value) => value === floats[0]) ? floats[0] : undefined;
    const name = uniform !== undefined && size > 1
      ? this.graph.node("Expand", [this.graph.scalar(uniform), this.graph.integers(shape)])
      : this.graph.floats(floats, shape);
    this.#records.set(dataId, { name, shape, dtype, uniform });
  }

  override readSync(): never {
    throw new EngineError("Cannot trace program: it reads a value while it is being traced");
  }
  override read(): never {
    return this.readSync();
  }
  override numDataIds(): number {
    return 0;
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override timerAvailable(): boolean {
    return false;
  }
  override incRef(): void {}
  override disposeData(): boolean {
    return true;
  }
  override refCount(): number {
    return 1;
  }
  override dispose(): void {}
}

let backend: TraceBackend | undefined;

/** Run `record` with the recording backend active; whatever backend was active before is restored.
 *
 * @param record Gets `placeholder(name, shape)`, which declares an input, and `output(name, tensor)`.
 * @param fused Whether ONNX Runtime's own operators may be used beside the standard ones.
 * @throws {EngineError} If the program uses a kernel that is not mapped, or reads a value.
 */
export function trace(
  record: (
    placeholder: (name: string, shape: readonly number[]) => tf.Tensor,
    output: (name: string, tensor: tf.Tensor) => void,
  ) => void,
  fused = true,
): Graph {
  if (!backend) {
    backend = new TraceBackend();
    const made = backend;
    tf.registerBackend(NAME, () => made);
    registerKernels(NAME, made);
  }
  const tracing = backend;
  const before = tf.getBackend();
  tracing.graph = new Graph();
  tracing.fused = fused;
  tf.setBackend(NAME);
  try {
    tf.tidy(() => {
      const placeholder = (name: string, shape: readonly number[]) => {
        const info = tracing.put({ name: tracing.graph.input(name, shape), shape, dtype: "float32" });
        return tf.engine().makeTensorFromDataId(info.dataId, info.shape, "float32", tracing);
      };
      record(
        placeholder,
        (name, tensor) => tracing.graph.output(name, tracing.of(tensor).name, tensor.shape),
      );
    });
    return tracing.graph;
  } catch (error) {
    const kernel = /Kernel '(\w+)' not registered/.exec(String(error))?.[1];
    if (kernel) throw new EngineError(`Cannot trace program: kernel ${kernel} is not mapped to ONNX`);
    throw error;
  } finally {
    if (before && before !== NAME) tf.setBackend(before);
  }
}
