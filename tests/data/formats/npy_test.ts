import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type NpyData, readNpy, readNpyFloats } from "../../../lib/data/formats/npy.ts";
import { DataError } from "../../../lib/core/errors.ts";
import { writeNpy } from "../../support/write_npy.ts";

const FILE = "a.npy";
const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });
const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** A file with a header of our choice. */
function npy(header: string, data: Uint8Array = new Uint8Array(0), version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const prefix = version === 1 ? 10 : 12;
  const out = new Uint8Array(prefix + text.length + data.length);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(out.buffer);
  if (version === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  out.set(text, prefix);
  out.set(data, prefix + text.length);
  return out;
}

const header = (shape: string, descr = "'<f4'", order = "False") =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
const bytesOf = (...values: number[]) => new Uint8Array(new Float32Array(values).buffer);

Deno.test("what is written as .npy is read back bit for bit, for every type and shape", () => {
  fc.assert(
    fc.property(shapes, fc.nat(10), fc.infiniteStream(fc.double()), (shape, type, stream) => {
      const numbers = Array.from({ length: size(shape) }, () => stream.next().value);
      const integers = numbers.map((value) => Math.trunc(value % 1e9) || 0);
      const data: NpyData = [
        () => new Float32Array(numbers),
        () => new Float64Array(numbers),
        () => new Int32Array(integers),
        () => BigInt64Array.from(integers, BigInt),
        () => new Int8Array(integers),
        () => new Uint8Array(integers),
        () => new Float16Array(numbers),
        () => new Int16Array(integers),
        () => new Uint16Array(integers),
        () => new Uint32Array(integers),
        () => BigUint64Array.from(integers, (value) => BigInt.asUintN(64, BigInt(value))),
      ][type]();
      assertEquals(readNpy(writeNpy(data, shape), FILE), { shape, data });
    }),
    { numRuns: 300, seed: 1 },
  );
  assertThrows(() => writeNpy(new Float32Array(3), [2]), RangeError, "expected 2 values, got 3");
});

Deno.test("aligned float32 values are read without a copy, all others become float32", () => {
  const bytes = writeNpy(new Float32Array([1, 2.5]), [2]);
  const { values } = readNpyFloats(bytes, FILE);
  assertEquals([values.buffer === bytes.buffer, ...values], [true, 1, 2.5]);
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  assertEquals([...readNpyFloats(shifted.subarray(1), FILE).values], [1, 2.5]);
  assertEquals([...readNpyFloats(writeNpy(new Float64Array([0.1, NaN]), [2]), FILE).values], [
    Math.fround(0.1),
    NaN,
  ]);
  assertEquals([...readNpyFloats(writeNpy(BigInt64Array.of(-3n), []), FILE).values], [-3]);
});

Deno.test("every real type of numpy is read exactly, in every byte order", () => {
  const cases: [string, number, (view: DataView, little: boolean) => void, number][] = [
    ["f2", 2, (view, little) => view.setUint16(0, 0x3c01, little), 1 + 2 ** -10],
    ["f4", 4, (view, little) => view.setFloat32(0, 1.1, little), Math.fround(1.1)],
    ["f8", 8, (view, little) => view.setFloat64(0, -0.3449, little), Math.fround(-0.3449)],
    ["i2", 2, (view, little) => view.setInt16(0, -2, little), -2],
    ["u2", 2, (view, little) => view.setUint16(0, 65535, little), 65535],
    ["i4", 4, (view, little) => view.setInt32(0, -70_000, little), -70_000],
    ["u4", 4, (view, little) => view.setUint32(0, 2 ** 32 - 2 ** 9, little), 2 ** 32 - 2 ** 9],
    ["i8", 8, (view, little) => view.setBigInt64(0, -(2n ** 40n), little), -(2 ** 40)],
    ["u8", 8, (view, little) => view.setBigUint64(0, 2n ** 63n, little), 2 ** 63],
  ];
  for (const [type, size, write, expected] of cases) {
    for (const order of ["<", ">", "="]) {
      const view = new DataView(new ArrayBuffer(size));
      write(view, order !== ">");
      const file = npy(header("()", `'${order}${type}'`), new Uint8Array(view.buffer)), before = file.slice();
      assertEquals([...readNpyFloats(file, FILE).values], [expected], order + type);
      assertEquals(file, before, "the file's bytes must not change");
    }
  }
  for (const type of ["|i1", ">i1", "|u1"]) {
    const { values } = readNpyFloats(npy(header("(1,)", `'${type}'`), Uint8Array.of(200)), FILE);
    assertEquals([...values], [type === "|u1" ? 200 : -56]);
  }
});

Deno.test("Fortran order becomes C order", () => {
  const values = bytesOf(1, 4, 2, 5, 3, 6);
  assertEquals([...readNpyFloats(npy(header("(2, 3)", "'<f4'", "True"), values), FILE).values], [
    1,
    2,
    3,
    4,
    5,
    6,
  ]);
  fc.assert(
    fc.property(shapes, (shape) => {
      const count = size(shape), index = shape.map(() => 0);
      const file = npy(
        header(`(${shape.map((n) => `${n},`).join("")})`, "'<f4'", "True"),
        bytesOf(...Array(count).keys()),
      );
      const { data } = readNpy(file, FILE);
      for (let at = 0; at < count; at++) {
        let rest = at;
        for (let axis = shape.length - 1; axis >= 0; axis--) {
          index[axis] = rest % shape[axis];
          rest = Math.floor(rest / shape[axis]);
        }
        assertEquals(data[at], index.reduceRight((sum, i, axis) => sum * shape[axis] + i, 0));
      }
    }),
    { numRuns: 100, seed: 2 },
  );
});

Deno.test("headers of versions 1 to 3, in any order of keys, quotes and spaces, mean the same", () => {
  const values = bytesOf(1, 2);
  const headers = [
    header("(2,)"),
    header("(2L,)"),
    header("( 2 , )", '"<f4"'),
    "{'shape': (2,), 'descr': '<f4', 'fortran_order': False}",
    " {'fortran_order':False,'shape':(2,),'descr':'<f4'} \n",
  ];
  for (const version of [1, 2, 3]) {
    for (const text of headers) {
      assertEquals(readNpy(npy(text, values, version), FILE), { shape: [2], data: new Float32Array([1, 2]) });
    }
  }
});

Deno.test("a .npy file that is damaged, of another type or order, or claims another size is refused by name", () => {
  const good = writeNpy(new Float32Array(6), [2, 3]);
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(0), "expected a .npy file"],
    [new TextEncoder().encode("PK\x03\x04 and more"), "expected a .npy file"],
    [good.slice(0, 40), "longer than the file"],
    [good.slice(0, -1), "expected 24 bytes for shape [2,3] of <f4, got 23"],
    [npy(header("(2,)"), bytesOf(1, 2, 3)), "expected 8 bytes for shape [2] of <f4, got 12"],
    [npy(header("(999999999999999, 999999999999999)")), "e+30 bytes"],
    [npy(header("(4000000000,)")), "expected 16000000000 bytes"],
    [npy(header("(1,)", "'<f16'"), bytesOf(1)), "expected real numbers of at most 8 bytes, got <f16"],
    [npy(header("(1,)", "'|b1'"), bytesOf(1)), "got |b1 (truth values)"],
    [npy(header("(1,)", "'<c8'"), bytesOf(1)), "got <c8 (complex numbers)"],
    [npy(header("(1,)", "'|O'"), bytesOf(1)), "got |O (Python objects)"],
    [npy(header("(1,)", "'<U4'"), bytesOf(1)), "got <U4 (text)"],
    [npy(header("(1,)", "'constructor'"), bytesOf(1)), "got constructor"],
    [npy(header("(1,)", "[('x', '<f4')]"), bytesOf(1)), "got a list of fields"],
    [npy(header("(-1,)"), bytesOf(1)), "cannot parse its header"],
    [npy(header("(1 2)"), bytesOf(1)), "cannot parse its header"],
    [npy("{}"), "cannot parse its header"],
    [npy(header("(1,)"), bytesOf(1), 4), "expected version 1, 2 or 3"],
    [npy(" ".repeat(20_000), new Uint8Array(0), 2), "longer than the file or 10000"],
    [new Uint8Array([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, 0, 0]), "ends inside its header"],
  ];
  for (const [bytes, expected] of cases) {
    const error = assertThrows(() => readNpy(bytes, FILE), DataError, expected);
    assertEquals([error.file, error.message.startsWith(`Cannot read ${FILE}: `)], [FILE, true]);
  }
});
