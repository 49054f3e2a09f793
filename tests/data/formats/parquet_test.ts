/** The Parquet reader against polars, which writes the files. */
import { assertEquals, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import { readParquet } from "../../../lib/data/formats/parquet.ts";
import { readThrift } from "../../../lib/data/formats/thrift.ts";

const COUNT = 5003;
const each = <T>(value: (i: number) => T) => Array.from({ length: COUNT }, (_, i) => value(i));
const COLUMNS = {
  text: each((i) => `größe ${i % 7}`),
  whole: each((i) => i * 1001 - 40_000),
  real: each((i) => Math.sin(i)),
  flag: each((i) => i % 3 === 0),
  gaps: each((i) => i % 5 === 0 ? null : i / 4),
  words: each((i) => i % 2 === 0 ? null : `w${i}`),
  constant: each(() => 4),
  empty: each(() => null as number | null),
};

for (const compression of ["uncompressed", "snappy", "gzip", "brotli", "lz4", "zstd"] as const) {
  Deno.test(`Columns of every kind come back as polars wrote them: ${compression}`, () => {
    const frame = pl.DataFrame(COLUMNS, { schema: { ...SCHEMA } });
    const bytes = frame.writeParquet({ compression }) as unknown as Uint8Array;
    assertEquals(Object.fromEntries(readParquet(new Uint8Array(bytes))), COLUMNS);
  });
}

Deno.test("A table of several row groups comes back in order", () => {
  const count = 600_000, values = Float64Array.from({ length: count }, (_, i) => Math.cos(i));
  const bytes = pl.DataFrame({ values }).writeParquet() as unknown as Uint8Array;
  const [[name, read]] = readParquet(new Uint8Array(bytes));
  assertEquals([name, read.length], ["values", count]);
  assertEquals(read.findIndex((value, i) => value !== values[i]), -1);
});

Deno.test("Runs of every length come back: packed ones between repeated ones, and numbers of more than 8 bits", () => {
  for (const repeated of [8, 63, 64, 65, 127, 128, 8192]) {
    const packed = Array.from({ length: 400 }, (_, i) => `w${i * 7 % 397}`),
      same = Array(repeated).fill("w300");
    const words = [...same, ...packed, ...same, ...packed.slice(0, 11), ...same];
    const bytes = pl.DataFrame({ words, gaps: words.map((word) => word === "w300" ? null : 1) })
      .writeParquet() as unknown as Uint8Array;
    const read = readParquet(new Uint8Array(bytes));
    assertEquals(read.get("words"), words);
    assertEquals(read.get("gaps"), words.map((word) => word === "w300" ? null : 1));
  }
});

const SCHEMA = {
  text: pl.Utf8,
  whole: pl.Int64,
  real: pl.Float64,
  flag: pl.Bool,
  gaps: pl.Float64,
  words: pl.Utf8,
  constant: pl.Int32,
  empty: pl.Float32,
};

Deno.test("Sizes that a file declares beyond what it holds are refused before anything is made of them", () => {
  const bytes = new Uint8Array(pl.DataFrame({ x: [1, 2, 3] }).writeParquet() as unknown as Uint8Array);
  const footer = bytes.slice();
  new DataView(footer.buffer).setUint32(bytes.length - 8, 0xfffffff0, true);
  assertThrows(() => readParquet(footer), Error, "its footer declares 4294967280 bytes");
  assertThrows(() => readParquet(bytes.slice(0, -1)), Error, "PAR1");
  assertThrows(() => readParquet(bytes.slice(0, 8)), Error, "PAR1");
});

Deno.test("A header of Thrift may be nested 12 deep, and no deeper, however deep a file goes on", () => {
  const nested = (lists: number) => Uint8Array.from([0x19, ...Array(lists).fill(0x19), 0x05, 0x00]);
  assertEquals(readThrift(nested(12), 0).end, 15);
  for (const lists of [13, 100_000]) {
    assertThrows(() => readThrift(nested(lists), 0), Error, "nested too deep at byte 14");
  }
  const structs = (count: number) =>
    Uint8Array.from([...Array(count).fill(0x1c), ...Array(count + 1).fill(0)]);
  assertEquals(readThrift(structs(13), 0).end, 27);
  for (const count of [14, 100_000]) {
    assertThrows(() => readThrift(structs(count), 0), Error, "nested too deep");
  }
});
