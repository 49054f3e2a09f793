/** ONNX graphs (opset 18) and their protobuf encoding (ModelProto). Field numbers are those of onnx.proto3. */
import { PbfWriter } from "pbf";
import type { Values } from "../../core/tensors.ts";

/** An attribute of a node: an integer, a list of integers, a string, a float, or a graph. */
export type Attribute = number | readonly number[] | string | { readonly float: number } | {
  readonly graph: Graph;
};

/** The length of an axis, or the name of a length that is open until the model is run. */
export type Size = number | string;

/** Element type of a value in the graph. */
export type ElementType = "float32" | "int8" | "int32" | "bool" | "int64";

const ELEMENT: Record<ElementType, number> = { float32: 1, int8: 3, int32: 6, int64: 7, bool: 9 };
const OPSET = 18;

interface ValueInfo {
  name: string;
  shape: readonly Size[];
}
/** One operator call. */
export interface Node {
  /** The operator. */
  readonly op: string;
  /** Names of the values it reads. */
  readonly inputs: readonly string[];
  /** Name of the value it writes. */
  readonly output: string;
  /** Its attributes. */
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Operator set: empty for ONNX itself. */
  readonly domain: string;
}
interface Constant {
  name: string;
  shape: readonly number[];
  type: ElementType;
  bytes: Uint8Array;
}

/** The ONNX number of an element type (TensorProto.DataType). */
export function elementCode(type: ElementType): number {
  return ELEMENT[type];
}

/** A graph under construction. */
export class Graph {
  #nodes: Node[] = [];
  #constants: Constant[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #known = new Map<string, string>();
  readonly #calls = new Map<string, Node>();
  readonly #producers = new Map<string, Node>();
  /** Output names of values. */
  readonly #renamed = new Map<string, string>();
  readonly #metadata = new Map<string, string>();
  #next = 0;

  /** Add a node with one output and return the output's name. An equal node is reused. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Record<string, Attribute> = {},
    domain = "",
  ): string {
    const key = JSON.stringify([op, inputs, attributes, domain]);
    const known = op === "Scan" ? undefined : this.#calls.get(key); // graphs in attributes are not compared
    if (known) return known.output;
    const node = { op, inputs, output: `t${this.#next++}`, attributes, domain };
    this.#nodes.push(node);
    this.#calls.set(key, node);
    this.#producers.set(node.output, node);
    return node.output;
  }

  /** The node that writes a value; undefined for inputs and constants. */
  producer(value: string): Node | undefined {
    return this.#producers.get(value);
  }

  /** Add a float constant. Equal scalars are shared. */
  floats(values: Float32Array, shape: readonly number[]): string {
    const make = () => this.#constant("float32", new Uint8Array(values.slice().buffer), shape);
    return shape.length === 0 ? this.#shared(`f${values[0]}`, make) : make();
  }

  /** Add an int8 constant. */
  int8(values: Int8Array, shape: readonly number[]): string {
    return this.#constant("int8", new Uint8Array(values.slice().buffer), shape);
  }

  /** The values of a float constant; undefined if the value is none. */
  valuesOf(value: string): Values | undefined {
    const constant = this.#constants.find(({ name, type }) => name === value && type === "float32");
    return constant && { shape: constant.shape, values: new Float32Array(constant.bytes.buffer) };
  }

  /** Replace each node. Nodes that the replacement needs are added before it. */
  rewrite(replace: (node: Node) => Node): void {
    const before = this.#nodes;
    this.#nodes = [];
    this.#calls.clear(); // a node of before comes after what is added now
    for (const node of before) this.#nodes.push(replace(node));
  }

  /** Add a scalar float constant. */
  scalar(value: number): string {
    return this.floats(Float32Array.of(value), []);
  }

  /** Add a list of int64, such as a shape. Equal lists are shared. */
  integers(values: readonly number[]): string {
    const make = () =>
      this.#constant("int64", new Uint8Array(BigInt64Array.from(values, BigInt).buffer), [values.length]);
    return this.#shared(`i${values}`, make);
  }

  /** Declare a float32 input. */
  input(name: string, shape: readonly Size[]): string {
    this.#inputs.push({ name, shape });
    return name;
  }

  /** Declare `value` as the float32 output `name`. */
  output(name: string, value: string, shape: readonly Size[]): void {
    if (this.#producers.has(value) && !this.#renamed.has(value)) this.#renamed.set(value, name);
    else this.#nodes.push({ op: "Identity", inputs: [value], output: name, attributes: {}, domain: "" });
    this.#outputs.push({ name, shape });
  }

  /** Add an entry to the model's metadata. */
  describe(key: string, value: string): void {
    this.#metadata.set(key, value);
  }

  /** The finished model as protobuf bytes. */
  build(): Uint8Array {
    const pbf = new PbfWriter();
    pbf.writeVarintField(1, 9); // ir_version
    pbf.writeStringField(2, "iadnet"); // producer_name
    pbf.writeMessage(7, (_, graph) => this.write(graph), null);
    const domains = [["", OPSET], ["com.microsoft", 1]] as const;
    for (const [domain, version] of domains) {
      if (domain !== "" && !this.#nodes.some((node) => node.domain === domain)) continue;
      pbf.writeMessage(8, (_, opset) => {
        opset.writeStringField(1, domain);
        opset.writeVarintField(2, version);
      }, null);
    }
    for (const entry of this.#metadata) {
      pbf.writeMessage(14, ([key, value], property) => {
        property.writeStringField(1, key);
        property.writeStringField(2, value);
      }, entry);
    }
    return pbf.finish();
  }

  /** Rename the outputs, and remove all nodes and constants that no output needs. */
  #prune(): void {
    const named = (value: string) => this.#renamed.get(value) ?? value;
    const needed = new Set(this.#outputs.map(({ name }) => name));
    const kept: Node[] = [];
    for (const node of this.#nodes.toReversed()) {
      const output = named(node.output), inputs = node.inputs.map(named);
      if (!needed.has(output)) continue;
      for (const input of inputs) needed.add(input);
      kept.push({ ...node, inputs, output });
    }
    this.#nodes = kept.reverse();
    this.#constants = this.#constants.filter(({ name }) => needed.has(name));
  }

  #shared(key: string, make: () => string): string {
    let name = this.#known.get(key);
    if (name === undefined) this.#known.set(key, name = make());
    return name;
  }

  #constant(type: ElementType, bytes: Uint8Array, shape: readonly number[]): string {
    const name = `c${this.#next++}`;
    this.#constants.push({ name, shape, type, bytes });
    return name;
  }

  /** Write the graph (GraphProto), without the nodes and constants that no output needs. */
  write(pbf: PbfWriter): void {
    this.#prune();
    for (const node of this.#nodes) pbf.writeMessage(1, writeNode, node);
    pbf.writeStringField(2, "program");
    for (const { name, shape, type, bytes } of this.#constants) {
      pbf.writeMessage(5, (_, tensor) => {
        for (const size of shape) tensor.writeVarintField(1, size);
        tensor.writeVarintField(2, ELEMENT[type]);
        tensor.writeStringField(8, name);
        tensor.writeBytesField(9, bytes);
      }, null);
    }
    for (const value of this.#inputs) pbf.writeMessage(11, writeValueInfo, value);
    for (const value of this.#outputs) pbf.writeMessage(12, writeValueInfo, value);
  }
}

function writeNode(node: Node, pbf: PbfWriter): void {
  for (const name of node.inputs) pbf.writeStringField(1, name);
  pbf.writeStringField(2, node.output);
  pbf.writeStringField(3, node.output);
  pbf.writeStringField(4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    pbf.writeMessage(5, (_, attribute) => {
      attribute.writeStringField(1, name);
      if (typeof value === "number") {
        attribute.writeVarintField(3, value);
        attribute.writeVarintField(20, 2);
      } else if (typeof value === "string") {
        attribute.writeStringField(4, value);
        attribute.writeVarintField(20, 3);
      } else if ("graph" in value) {
        attribute.writeMessage(6, (_, graph) => value.graph.write(graph), null);
        attribute.writeVarintField(20, 5);
      } else if ("float" in value) {
        attribute.writeFloatField(2, value.float);
        attribute.writeVarintField(20, 1);
      } else {
        for (const item of value) attribute.writeVarintField(8, item);
        attribute.writeVarintField(20, 7);
      }
    }, null);
  }
  if (node.domain) pbf.writeStringField(7, node.domain);
}

function writeValueInfo({ name, shape }: ValueInfo, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, (_, type) => {
    type.writeMessage(1, (_, tensor) => {
      tensor.writeVarintField(1, ELEMENT.float32);
      tensor.writeMessage(2, (_, dims) => {
        for (const size of shape) dims.writeMessage(1, writeSize, size);
      }, null);
    }, null);
  }, null);
}

function writeSize(size: Size, pbf: PbfWriter): void {
  if (typeof size === "number") pbf.writeVarintField(1, size);
  else pbf.writeStringField(2, size);
}
