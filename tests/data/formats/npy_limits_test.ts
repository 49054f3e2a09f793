/** The NumPy reader: exact limits, and the byte of a fault. */
import { assertEquals, assertThrows } from "@std/assert";
import { readNpy, readNpyFloats } from "../../../lib/data/formats/npy.ts";
import { DataError } from "../../../lib/core/errors.ts";
import { text } from "../../support/custom_fixtures.ts";
import { writeNpy } from "../../support/write_npy.ts";
import { fixed, within } from "../../support/data_fixtures.ts";

/** The refusal of what throws one: its message behind the file's name, and its position. */
function refusal(read: () => unknown): [string, string | undefined] {
  const { message, position } = assertThrows(read, DataError);
  return [message.replace(/^Cannot read \S+: /, ""), position];
}

/** A `.npy` file with this header. */
const npy = (header: string, data: readonly number[] = [], version = 1) =>
  within([
    0x93,
    ...text("NUMPY"),
    version,
    0,
    ...fixed(header.length, version === 1 ? 2 : 4),
    ...text(header),
    ...data,
  ]);
const header = (shape: string, descr = "<f4") =>
  `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape})}`;

Deno.test("A header of NumPy has at most 10,000 bytes, 32 axes and 15 digits a size", () => {
  for (const version of [1, 2, 3]) {
    const longest = header("1,").padEnd(9_999) + "\n", data = [0, 0, 0x80, 0x3f];
    assertEquals(readNpy(npy(longest, data, version), "a.npy"), { shape: [1], data: Float32Array.of(1) });
    assertEquals(refusal(() => readNpy(npy(`${longest} `, data, version), "a.npy")), [
      "its header of 10001 bytes is longer than the file or 10000",
      "byte 8",
    ]);
  }
  const ones = (axes: number) => npy(header("1,".repeat(axes), "|u1").padEnd(200), [7]);
  assertEquals(readNpy(ones(32), "a.npy"), { shape: Array(32).fill(1), data: Uint8Array.of(7) });
  const [why, at] = refusal(() => readNpy(ones(33), "a.npy"));
  assertEquals([why, at], [
    `cannot parse its header ${header("1,".repeat(33), "|u1").slice(0, 120)}`,
    "byte 10",
  ]);
  assertEquals(
    refusal(() => readNpy(npy(header(`0, ${"9".repeat(16)}`)), "a.npy"))[0].slice(0, 12),
    "cannot parse",
  );
  assertEquals(readNpy(npy(header(`0, ${"9".repeat(15)}`)), "a.npy").shape, [0, 999_999_999_999_999]);
});

Deno.test("A header of NumPy that is written ends with its line, at the next multiple of 64 bytes", () => {
  for (let axes = 1; axes <= 32; axes++) {
    const shape = Array(axes).fill(1), bytes = writeNpy(Float64Array.of(2), shape), start = bytes.length - 8;
    const words = new TextDecoder("latin1").decode(bytes.subarray(10, start));
    assertEquals([start % 64, start - 10, words.at(-1)], [0, bytes[8] + 256 * bytes[9], "\n"]);
    assertEquals(10 + words.trimEnd().length + 1 > start - 64, true);
    assertEquals(readNpy(bytes, "a.npy"), { shape, data: Float64Array.of(2) });
  }
});

Deno.test("What is wrong with a file of NumPy is said with its byte", () => {
  const good = [...writeNpy(Float32Array.of(1, 2), [2])];
  const cases: [ArrayLike<number>, string, string | undefined][] = [
    [good.slice(0, 9), "expected a .npy file, its first bytes are others", "byte 0"],
    [[0x92, ...good.slice(1)], "expected a .npy file, its first bytes are others", "byte 0"],
    [good.with(5, 0x5a), "expected a .npy file, its first bytes are others", "byte 0"],
    [good.with(6, 0), "expected version 1, 2 or 3 of .npy, got 0", "byte 6"],
    [good.with(6, 4), "expected version 1, 2 or 3 of .npy, got 4", "byte 6"],
    [good.slice(0, 11).with(6, 2), "it ends inside its header", "byte 11"],
    [good.slice(0, 12).with(6, 2).fill(0, 8), "cannot parse its header ", "byte 12"],
    [good.slice(0, 10), "its header of 118 bytes is longer than the file or 10000", "byte 8"],
    [good.slice(0, 127), "its header of 118 bytes is longer than the file or 10000", "byte 8"],
    [good.slice(0, 128), "expected 8 bytes for shape [2] of <f4, got 0", "byte 128"],
    [[...good, 1], "expected 8 bytes for shape [2] of <f4, got 9", "byte 128"],
    [
      npy(header("1,", ">f3"), [0, 0, 0]),
      "expected real numbers of at most 8 bytes, got >f3",
      undefined,
    ],
    [npy("[1]"), "cannot parse its header [1]", "byte 10"],
    [npy("x".repeat(121)), `cannot parse its header ${"x".repeat(120)}`, "byte 10"],
  ];
  for (const [bytes, ...expected] of cases) {
    assertEquals(refusal(() => readNpy(within(bytes), "a.npy")), expected);
  }
});

Deno.test("Values of NumPy are a view of the bytes where they can be, whatever the order of an array of one axis", () => {
  const bytes = writeNpy(Float32Array.of(3, 4), [2]), fortran = bytes.slice();
  fortran.set(text("True "), new TextDecoder().decode(bytes).indexOf("False"));
  for (const file of [bytes, fortran]) {
    const { data } = readNpy(file, "a.npy");
    assertEquals([[...data], data.buffer === file.buffer, data.byteOffset], [[3, 4], true, 128]);
  }
  for (let offset = 0; offset < 9; offset++) {
    assertEquals([...readNpy(within(bytes, offset), "a.npy").data], [3, 4]);
  }
  const small = [Int32Array.of(-5), Int8Array.of(-5), Float64Array.of(-5), BigInt64Array.of(-5n)];
  for (const data of small) {
    assertEquals(readNpyFloats(writeNpy(data, [1]), "a.npy").values, Float32Array.of(-5));
  }
});

Deno.test("An array without values ends with its header, and its file is read", () => {
  assertEquals(readNpy(writeNpy(new Float32Array(0), [0, 3]), "a.npy").shape, [0, 3]);
});
