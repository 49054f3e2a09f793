/** A tfjs backend that records instead of computing: each kernel call becomes a node of an ONNX graph. */
import * as tf from "@tensorflow/tfjs";
import { EngineError } from "../../core/errors.ts";
import { Graph } from "./graph.ts";

/** A tensor of the traced program, as a value of the graph. */
export interface TracedValue {
  /** Name of the value. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
  /** The value before a chain of reshapes; the next reshape starts from it. */
  readonly root?: { readonly name: string; readonly shape: readonly number[] };
  /** The value of all elements, if they are equal: x * 1 is then dropped, and x + c takes a scalar. */
  readonly uniform?: number;
}

/** The recording backend. A process has one; each trace gives it a new graph. */
export class TraceBackend extends tf.KernelBackend {
  graph: Graph = new Graph();
  /** Whether ONNX Runtime's own operators may be used beside the standard ones. */
  fused = true;
  #values = new WeakMap<object, TracedValue>();

  /** The graph's value of a tensor.
   * @throws {EngineError} If the tensor was not made in this trace. */
  of(tensor: tf.TensorInfo): TracedValue {
    const value = this.#values.get(tensor.dataId);
    if (!value) throw new EngineError("Cannot trace program: it uses a tensor from outside the trace");
    return value;
  }

  /** A new tensor for a value of the graph. */
  put(value: TracedValue): tf.TensorInfo {
    const dataId = {};
    this.#values.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: value.dtype };
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
    this.#values.set(dataId, { name, shape, dtype, uniform });
  }

  override readSync(): never {
    throw new EngineError("Cannot trace program: it reads a value during the trace");
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
