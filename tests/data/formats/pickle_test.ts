/** The pickle reader: exact values, exact limits, and the byte of a fault. */
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { readPickledIntegers } from "../../../lib/data/formats/pickle.ts";
import { DataError } from "../../../lib/core/errors.ts";
import { Random } from "../../../lib/core/random.ts";
import { text } from "../../support/custom_fixtures.ts";
import { fixed, within } from "../../support/data_fixtures.ts";

/** The refusal of what throws one: its message behind the file's name, and its position. */
function refusal(read: () => unknown): [string, string | undefined] {
  const { message, position } = assertThrows(read, DataError);
  return [message.replace(/^Cannot read \S+: /, ""), position];
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
