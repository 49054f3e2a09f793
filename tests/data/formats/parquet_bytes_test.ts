/** The Parquet reader against files put together byte by byte: what polars never writes, and every size that can be wrong. */
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { readParquet } from "../../../lib/data/formats/parquet.ts";
import {
  countOf,
  readThrift,
  structsOf,
  type ThriftStruct,
  type ThriftValue,
} from "../../../lib/data/formats/thrift.ts";
import { Random } from "../../../lib/core/random.ts";
import { text } from "../../support/own_fixtures.ts";
import {
  binary,
  type Change,
  type ColumnPlan,
  fixed,
  flag,
  int,
  type Item,
  list,
  parquetFile,
  struct,
  varint,
} from "../../support/parquet_fixtures.ts";

/** Values of a column of this physical type. */
const DRAW: Readonly<Record<number, (random: Random) => unknown>> = {
  0: (random) => random.chance(0.5),
  1: (random) => random.integer(2 ** 32) - 2 ** 31,
  2: (random) => (random.integer(2 ** 31) - 2 ** 30) * 2 ** random.integer(23),
  4: (random) => Math.fround(random.normal(0, 10)),
  5: (random) => random.normal(0, 1e6),
  6: (random) => "größe".slice(random.integer(5)).repeat(random.integer(4)),
};

/** One column of four whole numbers, in two pages. */
const FOUR: ColumnPlan = { name: "x", type: 1, values: [7, -7, 7, 300], pageRows: 2 };
const WORDS: ColumnPlan = { ...FOUR, width: 2 };
const GAPS: ColumnPlan = { ...WORDS, values: [7, null, null, 300], optional: true };
const file = (plan: Partial<ColumnPlan> = {}, change: Change = {}, groups = [4]) =>
  parquetFile([{ ...FOUR, ...plan }], groups, new Random(0), change);
const column = (bytes: Uint8Array) => readParquet(bytes).get("x");
/** The whole message with which a file is refused. */
const refusal = (bytes: Uint8Array) => assertThrows(() => readParquet(bytes), Error).message;

Deno.test("A table is read as it was written: every type, version, codec, width, page and row group, wherever its bytes lie", () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = new Random(seed),
      groups = Array.from({ length: 1 + random.integer(3) }, () => random.integer(30));
    const rows = groups.reduce((a, b) => a + b, 0);
    const columns = [0, 1, 2, 4, 5, 6].map((type): ColumnPlan => {
      const optional = random.chance(0.5), words = 1 + random.integer(40);
      const from = Array.from({ length: words }, () => DRAW[type](random));
      const values = Array.from(
        { length: rows },
        () => optional && random.chance(0.4) ? null : random.pick(from),
      );
      return {
        name: `column ${type}`,
        type,
        values,
        optional,
        codec: random.pick([0, 2, 4, 6]),
        version: random.pick([1, 2]),
        packed: random.chance(0.5),
        pageRows: 1 + random.integer(30),
        // A page's dictionary must have room for its words. Truth values have none.
        ...(type !== 0 && random.chance(0.5) && { width: 6 + random.integer(27) }),
      };
    });
    const bytes = parquetFile(columns, groups, random), moved = new Uint8Array(bytes.length + 9);
    moved.set(bytes, 5);
    assertEquals(
      Object.fromEntries(readParquet(moved.subarray(5, -4))),
      Object.fromEntries(columns.map(({ name, values }) => [name, values])),
      `seed ${seed}`,
    );
  }
});

Deno.test("Whole numbers, a dictionary's place and what is packed are read at their limits", () => {
  const limits = [-(2 ** 31), 2 ** 31 - 1, -1, 0];
  assertEquals(column(file({ values: limits })), limits);
  const wide = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, -(2 ** 32), 2 ** 32];
  assertEquals(column(file({ type: 2, values: wide })), wide);
  // Some writers put 0 where there is no dictionary, and leave out that a page of version 2 is packed.
  assertEquals(column(file({}, { meta: { 11: int(0) } })), FOUR.values);
  assertEquals(column(file({ version: 2, codec: 2 }, { inner: { 7: flag(true) } })), FOUR.values);
  // Version 1 of the format has another number for a dictionary's words.
  assertEquals(column(file(WORDS, { inner: { 2: int(2) } })), FOUR.values);
  // A dictionary may have as many words as its row group has rows.
  assertEquals(column(file({ values: [4, 3, 2, 1], width: 2 })), [4, 3, 2, 1]);
  assertEquals(
    refusal(file(WORDS, { dictionary: { 1: int(5) } })),
    "the page at byte 4 declares 5 values, 4 are left",
  );
});

Deno.test("A run repeats a word whose number has more than one byte", () => {
  const words = Array.from({ length: 300 }, (_, k) => k * 3);
  const values = [...words, ...words.slice(250).flatMap((word) => Array(9).fill(word))];
  for (let width = 9; width <= 32; width++) {
    assertEquals(column(file({ values, width, pageRows: 50 }, {}, [values.length])), values);
  }
});

Deno.test("A page of which nothing is there needs no width and no words", () => {
  for (const version of [1, 2] as const) {
    const empty = Array(4).fill(null);
    assertEquals(column(file({ ...GAPS, version, values: empty })), empty);
    assertEquals(column(file({ ...GAPS, version, values: [...empty.slice(1), 9] })), [null, null, null, 9]);
    assertEquals(column(file({ ...GAPS, version, width: undefined, values: empty })), empty);
  }
});

Deno.test("A page that is cut anywhere is refused with its place", () => {
  const plans: Partial<ColumnPlan>[] = [FOUR, WORDS, { ...GAPS, width: undefined }, {
    type: 0,
    values: [true, false, true, true],
  }, {
    type: 6,
    values: ["a", "", "bc", "d"],
  }, GAPS];
  for (const plan of plans.flatMap((plan) => [plan, { ...plan, version: 2 as const }])) {
    const whole = { ...plan, pageRows: 4 };
    let length = 0;
    assertEquals(
      column(file(whole, { body: (bytes) => bytes.slice(0, length = bytes.length) })),
      plan.values,
    );
    for (let cut = 0; cut < length; cut++) {
      let message = "";
      try {
        const read = column(file(whole, { body: (bytes) => bytes.slice(0, cut) }));
        assertEquals([read, cut], [plan.values, length - 1], "only bits that fill up a byte may be missing");
      } catch (cause) {
        message = (cause as Error).message;
      }
      const place = plan.width === undefined ? "4" : "\\d+";
      const why = "(it ends too soon|it has no width|a run does not end)";
      assertMatch(message, new RegExp(`^(the page at byte ${place} cannot be read: ${why})?$`));
    }
  }
});

Deno.test("A page's numbers have at most 32 bits, and a run a length of at most 5 bytes that is not 0", () => {
  const read = (body: readonly number[]) =>
    column(file({ ...WORDS, values: [7, 7, 7, 7], pageRows: 4 }, { body: () => body }));
  const refused = (body: readonly number[], why: string) => {
    const { message } = assertThrows(() => read(body), Error);
    assertEquals(message.replace(/byte \d+/, "byte N"), `the page at byte N cannot be read: ${why}`);
  };
  const same = [7, 7, 7, 7];
  assertEquals(read([32, 8, ...fixed(0, 4)]), same);
  refused([33, 8, ...fixed(0, 5)], "it has no width");
  assertEquals(read([0, 8]), same); // a dictionary of one word needs no bits
  // Runs of any length up to 2^34 are believed, as far as there are rows.
  assertEquals(read([1, 0x80, 0x80, 0x80, 0x80, 0x7e, 0]), same);
  refused([1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 0], "a run does not end");
  refused([1, 0x80, 0x80, 0x80, 0x80], "a run does not end");
  refused([1, 8], "it ends too soon");
  refused([9, 8, 0], "it ends too soon");
  refused([1, 0, 0], "a run is empty");
  refused([1, 1, 0], "a run is empty");
  for (const [width, number] of [[1, 1], [9, 511], [24, 70_000], [32, 2 ** 32 - 1]]) {
    const repeated = [width, 8, ...fixed(number, Math.ceil(width / 8))];
    refused(repeated, `${number} is beyond its dictionary`);
    const packed = [width, 3, ...fixed(BigInt(number) << BigInt(3 * width), width)];
    refused(packed, `${number} is beyond its dictionary`);
  }
  // Packed bits may end with the last value that is wanted: 4 values of 2 bits are one byte, though a run has 8.
  assertEquals(read([2, 3, 0]), same);
  refused([2, 3], "it ends too soon");
});

Deno.test("What a page declares is compared with what is there, and the message says which page", () => {
  const cases: [Partial<ColumnPlan>, Change, string][] = [
    [{ pageRows: 4 }, { page: { 3: int(17) } }, "the page at byte 4 declares 17 bytes"],
    [{}, { page: { 3: int(-1) } }, "a page's size is -1"],
    [{}, { page: { 1: int(1), 5: int(0) } }, "the page at byte 4 is of kind 1"],
    [{ pageRows: 4 }, { inner: { 1: int(5) } }, "the page at byte 4 declares 5 values, 4 are left"],
    [{}, { inner: { 1: int(3) } }, "the page at byte 29 declares 3 values, 1 are left"],
    [{ version: 2 }, { inner: { 1: int(3) } }, "the page at byte 34 declares 3 values, 1 are left"],
    [{}, { inner: { 1: int(0) } }, "the page at byte 4 declares 0 values, 4 are left"],
    [{}, { page: { 2: int(9) } }, "the page at byte 4 cannot be read: expected 9 bytes, got 8"],
    [{}, { page: { 2: int(7) } }, "the page at byte 4 cannot be read: expected 7 bytes, got 8"],
    [{ codec: 3 }, {}, "the page at byte 4 cannot be read: its codec 3 is unknown"],
    [{ type: 3 }, {}, "the page at byte 4 cannot be read: its type 3 is not supported"],
    [{}, { inner: { 2: int(8) } }, "the page at byte 4 cannot be read: there is no dictionary before it"],
    [
      {},
      { inner: { 2: int(5) } },
      "the page at byte 4 cannot be read: its encoding 5 is not supported, write the table with plain or dictionary columns",
    ],
    [{ version: 2 }, { inner: { 6: int(1) } }, "the page at byte 4 cannot be read: its levels do not fit"],
    [{ version: 2 }, { inner: { 5: int(9) } }, "the page at byte 4 cannot be read: its levels do not fit"],
    [{}, { column: { 3: int(1) } }, "column x has no metadata"],
    [{}, { meta: { 1: int(2) } }, "column x has two types"],
    [{}, { meta: { 9: int(3), 7: int(9) } }, "column x lies at bytes 3 to 12"],
    [{}, { meta: { 11: int(1) } }, "column x lies at bytes 1 to 51"],
    [{}, { schema: { 5: int(2) } }, "column x is nested"],
    [{}, { schema: { 3: int(2) } }, "column x is nested"],
    [{}, { schema: { 4: int(2) } }, "a column has no name"],
    [{}, { file: { 3: int(3) } }, "its row groups declare more than its 3 rows"],
    [{}, { file: { 3: int(5) } }, "it declares 5 rows, its row groups 4"],
    [{}, { file: { 3: binary(text("4")) } }, "its number of rows is 52"],
    [{}, { group: { 1: list([]) } }, "a row group has 0 columns"],
    [{}, { group: { 1: list([int(1)]) } }, "a row group's columns is missing"],
  ];
  for (const [plan, change, expected] of cases) assertEquals(refusal(file(plan, change)), expected);
  // The second page: behind the 4 bytes of PAR1, and the first page's 17 bytes of header and two numbers.
  const second = file({}, { body: (bytes) => bytes[4] === 44 ? [] : bytes });
  assertEquals(refusal(second), "the page at byte 29 cannot be read: it ends too soon");
  assertEquals(refusal(parquetFile([FOUR, FOUR], [4], new Random(0))), "it has column x twice");
});

Deno.test("A column may lie up to the end of the file, and not beyond it", () => {
  const sound = file({ pageRows: 4 }),
    place = (more: number) => file({ pageRows: 4 }, { meta: { 7: int(sound.length - 4 + more) } });
  // The size's own bytes make the file longer.
  const grown = place(0).length - sound.length;
  assertEquals(column(place(grown)), FOUR.values);
  assertEquals(refusal(place(grown + 1)), `column x lies at bytes 4 to ${sound.length + grown + 1}`);
});

Deno.test("A footer lies between the two PAR1, which any file must have", () => {
  const frame = (size: number, middle: readonly number[] = [], [begin, end] = ["PAR1", "PAR1"]) =>
    Uint8Array.from([...text(begin), ...middle, ...fixed(size, 4), ...text(end)]);
  const none = "it does not begin and end with PAR1";
  assertEquals(refusal(text("PAR1PAR1")), none);
  assertEquals(refusal(text("PAR1___PAR1")), none);
  assertEquals(refusal(frame(0)), "the header ends at byte 4");
  assertEquals(refusal(frame(1)), "its footer declares 1 bytes");
  assertEquals(refusal(frame(1, [0])), "its schema is missing");
  assertEquals(refusal(frame(1, [0], ["PAR1", "PARE"])), none);
  assertEquals(refusal(frame(1, [0], ["PARE", "PAR1"])), none);
});

Deno.test("Ten cells a byte and 4 million more may be declared, and 8 bytes for each and 48 million more", () => {
  const declare = (rows: number) =>
    parquetFile([FOUR, { ...FOUR, name: "y" }], [], new Random(0), { file: { 3: int(rows) } });
  const cells = (10 * declare(2e6).length + 4e6) / 2;
  assertEquals(refusal(declare(cells)), `it declares ${cells} rows, its row groups 0`);
  assertEquals(refusal(declare(cells + 1)), `it declares ${cells + 1} rows`);
  // Each of the two pages alone would be within the bound.
  const unpacks = (size: number) => file({}, { page: { 2: int(size) } });
  const half = (8 * unpacks(24e6).length + 48e6) / 2;
  assertEquals(refusal(unpacks(half)), `the page at byte 4 cannot be read: expected ${half} bytes, got 8`);
  assertEquals(refusal(unpacks(half + 1)), `its pages declare ${2 * half + 2} bytes or more`);
});

/** Values of Thrift, each with what the reader makes of it. */
const leaf: fc.Arbitrary<[Item, ThriftValue]> = fc.oneof(
  fc.boolean().map((value): [Item, ThriftValue] => [flag(value), value ? 1 : 2]),
  fc.nat(255).map((value): [Item, ThriftValue] => [{ type: 3, bytes: [value] }, value]),
  fc.tuple(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), fc.integer({ min: 4, max: 6 }))
    .map(([value, type]): [Item, ThriftValue] => [int(value, type), value]),
  fc.uint8Array({ minLength: 8, maxLength: 8 }).map((
    value,
  ): [Item, ThriftValue] => [{ type: 7, bytes: [...value] }, value]),
  fc.uint8Array({ maxLength: 200 }).map((value): [Item, ThriftValue] => [binary(value), value]),
);
const thing: fc.Memo<[Item, ThriftValue]> = fc.memo((depth) =>
  depth <= 1 ? leaf : fc.oneof(leaf, structs(depth - 1), lists(depth - 1))
);
const lists: fc.Memo<[Item, ThriftValue]> = fc.memo((depth) =>
  fc.tuple(thing(depth), fc.nat(40), fc.constantFrom(9, 10)).map((
    [[item, value], count, type],
  ): [Item, ThriftValue] =>
    // Truth values in a list are a byte each.
    item.type <= 2
      ? [list(Array(count).fill({ type: item.type, bytes: [item.type] }), type), Array(count).fill(item.type)]
      : [list(Array(count).fill(item), type), Array(count).fill(value)]
  )
);
const structs: fc.Memo<[Item, ThriftValue]> = fc.memo((depth) =>
  fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 300 }), thing(depth)), {
    maxLength: 6,
    selector: ([field]) => field,
  })
    .map((entries): [Item, ThriftValue] => [
      struct(
        Object.fromEntries(entries.map(([field, [item]]) => [field, item])),
        entries.map(([field]) => field),
      ),
      new Map(entries.map(([field, [, value]]) => [field, value])),
    ])
);

Deno.test("Any struct of Thrift is read as written, its fields in any order, and is refused where it is cut", () => {
  fc.assert(
    fc.property(structs(3), fc.nat(20), ([{ bytes }, value], offset) => {
      const all = Uint8Array.from([...Array(offset).fill(255), ...bytes, 255]);
      assertEquals(readThrift(all, offset), { value: value as ThriftStruct, end: all.length - 1 });
      for (let end = offset; end < all.length - 1; end += 1 + Math.floor(bytes.length / 20)) {
        assertThrows(() => readThrift(all.subarray(0, end), offset), Error, " at byte ");
      }
    }),
    { numRuns: 300, seed: 3 },
  );
});

Deno.test("A number of Thrift may have 10 bytes, and what is wrong with a header is said with its place", () => {
  const read = (...bytes: number[]) => readThrift(Uint8Array.from(bytes), 0).value.get(1);
  const nines = Array(9).fill(0x80);
  assertEquals(read(0x16, ...nines, 0, 0), 0);
  assertEquals(read(0x16, ...nines, 1, 0), 2 ** 62);
  const cases: [number[], string][] = [
    [[0x16, ...nines, 0x80, 0, 0], "a number of the header does not end at byte 11"],
    [[0x16], "the header ends at byte 1"],
    [[0x18, 4, 1, 2, 3], "the header declares 4 bytes, 3 are left at byte 2"],
    [[0x17, 1, 2, 3], "the header declares 8 bytes, 3 are left at byte 1"],
    [[0x19, 0x33, 1, 2, 3], "the header ends at byte 5"],
    [[0x18, 3, 1, 2, 3], "the header ends at byte 5"],
    [[0x19, 0x43, 1, 2, 3], "a list of the header declares 4 entries at byte 2"],
    [[0x19, 0xf3, ...varint(300), 0], "a list of the header declares 300 entries at byte 4"],
    [[0x1d, 0], "the header has type 13 at byte 1"],
    [[0x1b, 0], "the header has type 11 at byte 1"],
  ];
  for (const [bytes, expected] of cases) {
    assertEquals(assertThrows(() => read(...bytes), Error).message, expected);
  }
  assertEquals(read(0x18, 3, 1, 2, 3, 0), Uint8Array.of(1, 2, 3));
  assertEquals(read(0x19, 0x33, 1, 2, 3, 0), [1, 2, 3]);
});

Deno.test("A count is a safe integer that is not negative, a list of structs holds nothing else", () => {
  const most = Number.MAX_SAFE_INTEGER;
  const fields: ThriftStruct = new Map<number, ThriftValue>([
    [0, 0],
    [1, most],
    [2, -1],
    [3, most + 1],
    [4, 0.5],
    [5, [new Map()]],
    [6, []],
    [7, [new Map(), 1]],
    [8, new Map()],
  ]);
  assertEquals([countOf(fields, 0, "it"), countOf(fields, 1, "it")], [0, most]);
  for (const [field, says] of [[2, "-1"], [3, String(most + 1)], [4, "0.5"], [9, "missing"]] as const) {
    assertEquals(assertThrows(() => countOf(fields, field, "it"), Error).message, `it is ${says}`);
  }
  assertEquals([structsOf(fields, 5, "it").length, structsOf(fields, 6, "it").length], [1, 0]);
  for (const field of [0, 7, 8, 9]) {
    assertThrows(() => structsOf(fields, field, "it"), Error, "it is missing");
  }
});
