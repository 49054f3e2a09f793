/** Products in int8, for scoring: rows are quantised when they come, weights once, column by column. */
import type { Values } from "../../core/tensors.ts";
import type { Graph, Node } from "./graph.ts";

/** Weights are rounded to whole numbers up to this. With seven bits, no sum of two products exceeds 16 bits: processors without
 * instructions for int8 products (VNNI) would cut it off there, and all give the same result. */
const GREATEST = 63;

/** Weights with fewer values than this stay in float32: there is little to gain. */
const LEAST = 4096;

/** Replace the products with constant weights by ONNX Runtime's `DynamicQuantizeMatMul`, but for those that read inputs which no
 * product has been applied to: coordinates in metres lose more than hidden values do. All rows of a product are quantised on one
 * scale: a result depends on all rows of the call. */
export function multiplyInInt8(graph: Graph): void {
  const hidden = new Set<string>();
  graph.rewrite((node) => {
    const [x, w, bias] = node.inputs, { transA, transB } = node.attributes;
    const weights = node.op === "Gemm" && !transA && !transB ? graph.valuesOf(w) : undefined;
    if (weights || node.inputs.some((input) => hidden.has(input))) hidden.add(node.output);
    if (!weights || weights.values.length < LEAST || !hidden.has(x)) return node;
    const width = weights.shape[1], { integers, scales } = quantiseColumns(weights);
    const inputs = [
      x,
      graph.int8(integers, weights.shape),
      graph.floats(scales, [width]),
      graph.int8(new Int8Array(width), [width]), // zero points
      ...(bias ? [graph.node("Reshape", [bias, graph.integers([width])])] : []),
    ];
    return {
      ...node,
      op: "DynamicQuantizeMatMul",
      inputs,
      attributes: {},
      domain: "com.microsoft",
    } satisfies Node;
  });
}

/** Weights, [in, out], as whole numbers times a scale for each column. */
function quantiseColumns(
  { shape: [rows, columns], values }: Values,
): { integers: Int8Array; scales: Float32Array } {
  const scales = new Float32Array(columns), integers = new Int8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    scales[i % columns] = Math.max(scales[i % columns], Math.abs(values[i]) / GREATEST);
  }
  for (let i = 0; i < rows * columns; i++) {
    const scale = scales[i % columns];
    integers[i] = scale === 0 ? 0 : Math.round(values[i] / scale);
  }
  return { integers, scales };
}
