import { assertEquals, assertRejects } from "@std/assert";
import { readLines } from "../../lib/core/lines.ts";
import { UsageError } from "../../lib/core/errors.ts";

/** Lines of a text that comes in parts of so many bytes. */
function linesOf(
  text: string,
  size: number,
  options: Parameters<typeof readLines>[1] = {},
): Promise<string[]> {
  const bytes = new TextEncoder().encode(text);
  const parts = Array.from(
    { length: Math.ceil(bytes.length / size) },
    (_, i) => bytes.slice(i * size, (i + 1) * size),
  );
  return Array.fromAsync(readLines(ReadableStream.from(parts), options));
}

const SIZES = [1, 2, 3, 100];

Deno.test("Lines of a stream do not depend on how its bytes are cut", async () => {
  for (const size of SIZES) {
    assertEquals(await linesOf("one\r\ntwo\n\nthrée", size), ["one", "two", "", "thrée"]);
  }
});

Deno.test("A line over the limit is refused, or cut to it, and the next one is read", async () => {
  for (const size of SIZES) {
    for (const text of ["four\n12345\nsix6\n", "12345\n", "four\n12345", "1234567890"]) {
      await assertRejects(() => linesOf(text, size, { longest: 4 }), UsageError, "more than 4 characters");
      const expected = text.trim().split("\n").map((line) => line.slice(0, 4));
      assertEquals(await linesOf(text, size, { longest: 4, cut: true }), expected);
    }
    assertEquals(await linesOf("1234\n5678", size, { longest: 4 }), ["1234", "5678"]);
  }
});
