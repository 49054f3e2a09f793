/** The ONNX form of each tfjs kernel. A trace fails with the kernel's name if it has none here. */
import * as tf from "@tensorflow/tfjs";
import { elementCode } from "./graph.ts";
import type { TraceBackend } from "./backend.ts";

type Info = tf.TensorInfo;
type Inputs = Record<string, Info>;
// Attributes differ from kernel to kernel; tfjs itself does not type them.
// deno-lint-ignore no-explicit-any
type Attributes = Record<string, any>;

/** Register all kernels of the recording backend. */
export function registerKernels(backendName: string, trace: TraceBackend): void {
  const register = (kernelName: string, map: (inputs: Inputs, attributes: Attributes) => Info | Info[]) =>
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => map(inputs as Inputs, (attrs ?? {}) as Attributes),
    });
  const name = (tensor: Info) => trace.of(tensor).name;
  const node = (...call: Parameters<typeof trace.graph.node>) => trace.graph.node(...call);
  const put = (value: string, shape: readonly number[], dtype: tf.DataType = "float32") =>
    trace.put({ name: value, shape, dtype });

  // Shapes: a chain of reshapes becomes one, or none if it ends in the first shape.
  const reshape = (x: Info, shape: readonly number[]): Info => {
    const before = trace.of(x), { dtype, uniform } = before;
    const root = before.root ?? { name: before.name, shape: before.shape };
    if (String(root.shape) === String(shape)) return trace.put({ name: root.name, shape, dtype, uniform });
    const value = node("Reshape", [root.name, trace.graph.integers(shape)]);
    return trace.put({ name: value, shape, dtype, root, uniform });
  };
  register(
    "Reshape",
    ({ x }, { shape }) => reshape(x, tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape(x.shape))),
  );
  register("ExpandDims", ({ input }, { dim }) => {
    const shape = [...input.shape];
    shape.splice(dim < 0 ? input.shape.length + dim + 1 : dim, 0, 1);
    return reshape(input, shape);
  });
  register("Identity", ({ x }) => trace.put({ ...trace.of(x), shape: x.shape }));

  // A row added to a matrix product and a factor of one are fused into the product.
  const withBias = (product: Info, row: Info): string | undefined => {
    const made = trace.graph.producer(name(product));
    const fits = made?.op === "Gemm" && made.inputs.length === 2 && row.shape.at(-1) === product.shape[1] &&
      tf.util.sizeFromShape(row.shape) === product.shape[1];
    return fits ? node("Gemm", [...made.inputs, name(row)], made.attributes) : undefined;
  };
  const scaled = (product: Info, factor: Info): string | undefined => {
    const made = trace.graph.producer(name(product)), { uniform } = trace.of(factor);
    const fits = trace.fused && made && ["MatMul", "FusedMatMul"].includes(made.op) &&
      uniform !== undefined &&
      !("alpha" in made.attributes);
    return fits
      ? node("FusedMatMul", made.inputs, { ...made.attributes, alpha: { float: uniform } }, "com.microsoft")
      : undefined;
  };

  // Elementwise, two operands.
  const binary = (kernel: string, op: string, dtype: tf.DataType = "float32") =>
    register(kernel, ({ a, b }) => {
      const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
      const whole = (x: Info) => String(x.shape) === String(shape);
      if (kernel === "Multiply" && trace.of(b).uniform === 1 && whole(a)) return trace.put(trace.of(a));
      if (kernel === "Multiply" && trace.of(a).uniform === 1 && whole(b)) return trace.put(trace.of(b));
      const merge = { Add: withBias, Multiply: scaled }[kernel];
      const merged = merge?.(a, b) ?? merge?.(b, a);
      if (merged) return put(merged, shape, dtype);
      const operand = (x: Info, other: Info) => {
        const { uniform } = trace.of(x);
        return uniform !== undefined && whole(other) ? trace.graph.scalar(uniform) : name(x);
      };
      return put(node(op, [operand(a, b), operand(b, a)]), shape, dtype);
    });
  binary("Add", "Add");
  binary("Sub", "Sub");
  binary("Multiply", "Mul");
  binary("RealDiv", "Div");
  binary("Maximum", "Max");
  binary("Minimum", "Min");
  binary("Pow", "Pow");
  binary("Greater", "Greater", "bool");
  binary("GreaterEqual", "GreaterOrEqual", "bool");
  binary("Less", "Less", "bool");
  binary("LessEqual", "LessOrEqual", "bool");
  binary("Equal", "Equal", "bool");
  binary("LogicalAnd", "And", "bool");

  // Elementwise, one operand.
  const same = "Sqrt Exp Neg Relu Log Tanh Sigmoid Erf Abs Reciprocal Softplus Sin Cos".split(" ");
  for (const op of same) register(op, ({ x }) => put(node(op, [name(x)]), x.shape));
  register("Square", ({ x }) => put(node("Mul", [name(x), name(x)]), x.shape));
  register("Rsqrt", ({ x }) => put(node("Reciprocal", [node("Sqrt", [name(x)])]), x.shape));
  const cast = (value: string, dtype: "float32" | "bool" | "int32") =>
    node("Cast", [value], { to: elementCode(dtype) });
  register("Sign", ({ x }) => { // ONNX Runtime's WebGPU provider has no Sign
    const zero = trace.graph.scalar(0);
    const above = cast(node("Greater", [name(x), zero]), "float32");
    return put(node("Sub", [above, cast(node("Less", [name(x), zero]), "float32")]), x.shape);
  });
  register("LogicalNot", ({ x }) => put(node("Not", [name(x)]), x.shape, "bool"));
  register("Step", ({ x }, { alpha }) => {
    const positive = cast(node("Greater", [name(x), trace.graph.scalar(0)]), "float32");
    if (!alpha) return put(positive, x.shape);
    const scaled = node("Mul", [positive, trace.graph.scalar(1 - alpha)]); // 1 above 0, alpha below
    return put(node("Add", [scaled, trace.graph.scalar(alpha)]), x.shape);
  });
  register(
    "Cast",
    ({ x }, { dtype }) =>
      x.dtype === dtype ? put(name(x), x.shape, dtype) : put(cast(name(x), dtype), x.shape, dtype),
  );
  register(
    "Fill",
    (_, { shape, value }) => tf.tensor(new Float32Array(tf.util.sizeFromShape(shape)).fill(value), shape),
  );
  register("ZerosLike", ({ x }) => tf.zeros(x.shape));
  register("OnesLike", ({ x }) => tf.ones(x.shape));
  register("Prelu", ({ x, alpha }) => put(node("PRelu", [name(x), name(alpha)]), x.shape));
  register("Select", ({ condition, t, e }) => {
    const test = condition.dtype === "bool" ? name(condition) : cast(name(condition), "bool");
    return put(node("Where", [test, name(t), name(e)]), t.shape);
  });
  register(
    "Softmax",
    ({ logits }, { dim }) => put(node("Softmax", [name(logits)], { axis: dim }), logits.shape),
  );

  // Reductions.
  const reduce = (kernel: string, op: string) =>
    register(kernel, ({ x }, attributes) => {
      const axes = tf.util.parseAxisParam(attributes.axis ?? attributes.reductionIndices, x.shape);
      const kept = x.shape.map((size, i) => axes.includes(i) ? 1 : size);
      const shape = attributes.keepDims ? kept : x.shape.filter((_, i) => !axes.includes(i));
      const inputs = [name(x), trace.graph.integers(axes)];
      return put(node(op, inputs, { keepdims: attributes.keepDims ? 1 : 0 }), shape);
    });
  reduce("Sum", "ReduceSum");
  reduce("Mean", "ReduceMean");
  reduce("Max", "ReduceMax");
  reduce("Min", "ReduceMin");

  // Data movement.
  register(
    "Transpose",
    ({ x }, { perm }) =>
      put(node("Transpose", [name(x)], { perm }), perm.map((axis: number) => x.shape[axis])),
  );
  register("Concat", (inputs, { axis }) => {
    const tensors = Object.values(inputs);
    const at = tf.util.parseAxisParam(axis, tensors[0].shape)[0];
    const shape = [...tensors[0].shape];
    shape[at] = tensors.reduce((sum, tensor) => sum + tensor.shape[at], 0);
    return put(node("Concat", tensors.map(name), { axis: at }), shape);
  });
  const slice = (x: Info, begin: readonly number[], size: readonly number[]) => {
    const cut = begin.map((_, i) => i).filter((i) => begin[i] !== 0 || size[i] !== x.shape[i]);
    if (cut.length === 0) return trace.put(trace.of(x));
    const lists = [cut.map((i) => begin[i]), cut.map((i) => begin[i] + size[i]), cut];
    return put(node("Slice", [name(x), ...lists.map((list) => trace.graph.integers(list))]), size);
  };
  register("Slice", ({ x }, { begin, size }) => {
    const [from, sizes] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size);
    return slice(x, from, sizes);
  });
  register("SplitV", ({ x }, { numOrSizeSplits, axis }) => {
    const at = tf.util.parseAxisParam(axis, x.shape)[0];
    const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits, at);
    let offset = 0;
    return sizes.map((size) => {
      const begin = x.shape.map((_, i) => i === at ? offset : 0);
      offset += size;
      return slice(x, begin, x.shape.with(at, size));
    });
  });
  register("PadV2", ({ x }, { paddings, constantValue }) => {
    const before = paddings.map((pad: number[]) => pad[0]), after = paddings.map((pad: number[]) => pad[1]);
    const inputs = [name(x), trace.graph.integers([...before, ...after]), trace.graph.scalar(constantValue)];
    return put(node("Pad", inputs), x.shape.map((size, i) => before[i] + size + after[i]));
  });
  register(
    "Tile",
    ({ x }, { reps }) =>
      put(node("Tile", [name(x), trace.graph.integers(reps)]), x.shape.map((size, i) => size * reps[i])),
  );

  // Matrix products: Gemm for single matrices, FusedMatMul for batches with a transpose, MatMul otherwise. ONNX Runtime's
  // WebGPU provider has no FusedMatMul and would move the product to the CPU, so there the transpose is a node of its own.
  const transposed = (x: Info) => {
    const axes = x.shape.map((_, axis) => axis);
    return node("Transpose", [name(x)], { perm: [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!] });
  };
  register("BatchMatMul", ({ a, b }, { transposeA, transposeB }) => {
    const [rows, columns] = [a.shape.at(transposeA ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!];
    const batchA = a.shape.slice(0, -2), batchB = b.shape.slice(0, -2);
    const batch = tf.util.sizeFromShape(batchA) >= tf.util.sizeFromShape(batchB) ? batchA : batchB;
    const flags = { transA: Number(transposeA), transB: Number(transposeB) };
    if (tf.util.sizeFromShape(batch) === 1) {
      const flatA = reshape(a, a.shape.slice(-2)), flatB = reshape(b, b.shape.slice(-2));
      const product = put(node("Gemm", [name(flatA), name(flatB)], flags), [rows, columns]);
      return reshape(product, [...batch, rows, columns]);
    }
    const fused = trace.fused && (transposeA || transposeB);
    const value = fused
      ? node("FusedMatMul", [name(a), name(b)], flags, "com.microsoft")
      : node("MatMul", [transposeA ? transposed(a) : name(a), transposeB ? transposed(b) : name(b)]);
    return put(value, [...batch, rows, columns]);
  });
}
