/** The readers of bytes, NumPy, pickle and zip: exact values, exact limits, and where a fault lies. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { strToU8, type Zippable, zipSync } from "fflate";
import { openArchive } from "../../../lib/data/formats/archive.ts";
import { readNpy, readNpyFloats } from "../../../lib/data/formats/npy.ts";
import { readPickledIntegers } from "../../../lib/data/formats/pickle.ts";
import { DataError } from "../../../lib/core/errors.ts";
import { Random } from "../../../lib/core/random.ts";
import { withFolder } from "../../support/data_fixtures.ts";
import { text } from "../../support/custom_fixtures.ts";
import { writeNpy } from "../../support/write_npy.ts";

/** An integer of `size` bytes, the lowest first. */
const fixed = (value: number | bigint, size: number): number[] =>
  Array.from(
    { length: size },
    (_, k) => Number(BigInt.asUintN(8 * size, BigInt(value)) >> BigInt(8 * k) & 255n),
  );

/** The refusal of what throws one: its message behind the file's name, and its position. */
function refusal(read: () => unknown): [string, string | undefined] {
  const { message, position } = assertThrows(read, DataError);
  return [message.replace(/^Cannot read \S+: /, ""), position];
}

/** Bytes in the middle of a larger buffer, where a view that forgets its offset reads others. */
function within(bytes: ArrayLike<number>, offset = 3): Uint8Array {
  const all = new Uint8Array(bytes.length + offset + 5).fill(0xa5);
  all.set(bytes, offset);
  return all.subarray(offset, offset + bytes.length);
}

const pickled = (...bytes: number[]) => readPickledIntegers(within(bytes), "a.pkl");
/** The value under "k" of a dictionary with this one item. */
const item = (...value: number[]) => pickled(0x80, 2, 0x7d, 0x8c, 1, 0x6b, ...value, 0x73, 0x2e).get("k");

Deno.test("An integer of a pickle has its sign and its size, in every form that Python writes", () => {
  const edges = [
    0,
    1,
    127,
    128,
    129,
    255,
    256,
    32767,
    32768,
    65535,
    65536,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32,
    2 ** 40,
    2 ** 47 - 1,
  ];
  for (const value of [...edges, ...edges.slice(1).map((edge) => -edge), -(2 ** 47)]) {
    if (value >= 0 && value < 256) assertEquals(item(0x4b, value), value);
    if (value >= 0 && value < 65536) assertEquals(item(0x4d, ...fixed(value, 2)), value);
    if (value >= -(2 ** 31) && value < 2 ** 31) assertEquals(item(0x4a, ...fixed(value, 4)), value);
    for (let size = 1; size <= 6; size++) {
      // Two's complement, in as few bytes as hold it and in more.
      if (value < -(2 ** (8 * size - 1)) || value >= 2 ** (8 * size - 1)) continue;
      assertEquals(item(0x8a, size, ...fixed(value, size)), value, `${value} in ${size} bytes`);
    }
  }
  assertEquals([item(0x8a, 0), item(0x88), item(0x89)], [0, 1, 0]);
  assertEquals(refusal(() => item(0x8a, 7, ...fixed(1, 7))), [
    "expected an integer of at most 6 bytes at byte 6",
    "byte 6",
  ]);
});

Deno.test("A dictionary is read whatever instructions wrote it: one by one or in batches, stored and recalled", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ maxLength: 300 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })), {
        maxLength: 20,
      }),
      fc.integer(),
      (items, seed) => {
        const random = new Random(seed), bytes = [0x80, 4, 0x95, ...fixed(99, 8), 0x7d, 0x94];
        let stored = 1, open = false;
        for (const [key, value] of items) {
          const batch = random.chance(0.5);
          if (batch && !open) bytes.push(0x28);
          if (!batch && open) bytes.push(0x75);
          open = batch;
          const name = text(key), short = name.length < 256 && random.chance(0.8);
          bytes.push(...(short ? [0x8c, name.length] : [0x58, ...fixed(name.length, 4)]), ...name);
          if (random.chance(0.7)) {
            bytes.push(...random.pick([[0x94], [0x71, stored], [0x72, ...fixed(stored, 4)]]));
            // What is recalled takes the place of the key itself.
            if (!batch && random.chance(0.5)) {
              bytes.push(0x4b, 0, 0x73, ...random.pick([[0x68, stored], [0x6a, ...fixed(stored, 4)]]));
            }
            stored++;
          }
          bytes.push(0x4a, ...fixed(value, 4), ...(batch ? [] : [0x73]));
        }
        if (open) bytes.push(0x75);
        assertEquals(pickled(...bytes, 0x2e), new Map(items));
      },
    ),
    { numRuns: 300, seed: 5 },
  );
});

Deno.test("A pickle's fault is named with the byte at which its instruction begins", () => {
  const key = [0x8c, 1, 0x6b];
  const cases: [number[], string, number][] = [
    [[], "the file ends before its STOP", 0],
    [[0x80, 2, 0x7d], "the file ends before its STOP", 3],
    [[0x80, 2, 0x7d, 0x58, 2, 0, 0, 0, 97], "the file ends inside the instruction", 3],
    [[0x7d, 0x4d, 1], "the file ends inside the instruction", 1],
    [[0x7d, 0x7d], "expected one dictionary, found another", 1],
    [[0x7d, 0x68, 0], "nothing is stored as 0", 1],
    [[0x28, 0x94], "nothing is on the stack", 1],
    [[0x28, 0x2e], "nothing is on the stack", 1],
    [[0x28, 0x75], "nothing is on the stack", 1],
    [[0x73], "nothing is on the stack", 0],
    [[0x7d, 0x75], "no batch was begun", 1],
    [[...key, 0x28, 0x75], "expected a dictionary and its items", 4],
    [[0x7d, 0x28, ...key, 0x75], "expected a dictionary and its items", 5],
    [[0x7d, 0x4b, 1, 0x4b, 1, 0x73], "expected items of text and integer", 5],
    [[0x7d, ...key, ...key, 0x73], "expected items of text and integer", 7],
    [[...key, 0x2e], "expected a dictionary", 3],
    [[0x7d, 0x09], "expected a plain dictionary of text to integers, found instruction 0x09", 1],
    // As many values may be stored as there are texts and dictionaries.
    [[0x7d, 0x94, ...key, 0x94, 0x94], "expected no more stored values than there are texts", 6],
    [[0x7d, 0x71, 9, ...key, 0x71, 8, 0x71, 7], "expected no more stored values than there are texts", 8],
  ];
  for (const [bytes, why, at] of cases) {
    assertEquals(refusal(() => pickled(...bytes)), [`${why} at byte ${at}`, `byte ${at}`]);
  }
  assertEquals(pickled(0x7d, 0x28, 0x75, 0x2e), new Map());
});

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
      npy(header("1,", ">f4"), [0, 0, 0, 0]),
      "expected values of type <f4, <f8, <i4, <i8, |i1, |u1, got >f4",
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

const withZip = (bytes: Uint8Array, use: (path: string) => Promise<void>) =>
  withFolder({}, async (root) => {
    await Deno.writeFile(`${root}/a.zip`, bytes as Uint8Array<ArrayBuffer>);
    await use(`${root}/a.zip`);
  });

Deno.test("Members lie where their local headers end, names and extra fields of any length before them", () => {
  const random = new Random(1), files: Record<string, Uint8Array> = {}, zippable: Zippable = {};
  // Over 64 KiB of directory: it is read in several blocks.
  for (let k = 0; k < 700; k++) {
    const name = `${k}/${"n".repeat(1 + random.integer(200))}`;
    files[name] = strToU8("word ".repeat(random.integer(30)) + k);
    const extra = { 0x7777: new Uint8Array(random.integer(60)) };
    zippable[name] = [files[name], random.chance(0.5) ? { level: 0, extra } : { extra }];
  }
  return withZip(zipSync(zippable), async (path) => {
    const archive = await openArchive(path, 0);
    assertEquals(archive.members, Object.keys(files).sort());
    for (const name of archive.members) assertEquals(await archive.read(name), files[name]);
  });
});

Deno.test("A member may lie up to the end of the zip file, and its fault is named with its header's byte", async () => {
  const zip = zipSync({
    "a.bin": [strToU8("first"), { level: 0 }],
    "b.bin": [strToU8("12345"), { level: 0 }],
  });
  const view = new DataView(zip.buffer, zip.byteOffset), local = 30 + 5, second = local + 5;
  const central = second + local + 5 + 46 + 5;
  assertEquals([view.getUint32(second, true), view.getUint32(central, true)], [0x04034b50, 0x02014b50]);
  const declare = (size: number) => {
    const out = zip.slice(), to = new DataView(out.buffer);
    for (const field of [20, 24]) to.setUint32(central + field, size, true);
    return out;
  };
  const from = second + local, rest = zip.length - from;
  for (
    const [size, why] of [
      [rest, "its checksum does not match its content"],
      [rest + 1, `expected ${rest + 1} bytes at byte ${from} of PATH, it has ${zip.length}`],
    ] as const
  ) {
    await withZip(declare(size), async (path) => {
      const archive = await openArchive(path, 0);
      assertEquals(await archive.read("a.bin"), strToU8("first"));
      const { message, position } = await assertRejects(() => archive.read("b.bin"), DataError);
      assertEquals([message, position], [
        `Cannot read ${path}/b.bin: ${why.replace("PATH", path)}`,
        `byte ${second}`,
      ]);
    });
  }
});

Deno.test("A member of no bytes, or of one, is read", async () => {
  await withZip(zipSync({ none: new Uint8Array(0), one: Uint8Array.of(5) }), async (path) => {
    const archive = await openArchive(path, 0);
    assertEquals([await archive.read("none"), await archive.read("one")], [
      new Uint8Array(0),
      Uint8Array.of(5),
    ]);
  });
});
