import { assertEquals, assertThrows } from "@std/assert";
import { DataError } from "../../lib/core/errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../../lib/core/safetensors.ts";

Deno.test("Every flipped bit of a small file is detected", () => {
  const bytes = encodeSafetensors({ a: { shape: [2], values: Float32Array.of(1, 2) } }, { format: "x" });
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3] ^= 1 << (bit & 7);
    assertThrows(() => decodeSafetensors(flipped, "f"), DataError, "f");
  }
});

Deno.test("A header of more tensors than any model has is refused before one of them is made", () => {
  const nothing = { shape: [0], values: new Float32Array() };
  const file = (count: number) =>
    encodeSafetensors(Object.fromEntries(Array.from({ length: count }, (_, i) => [`t${i}`, nothing])), {});
  assertEquals(Object.keys(decodeSafetensors(file(1000), "f").tensors).length, 1000);
  const message = "Cannot read f as safetensors: expected at most 100000 tensors, got 100001";
  assertThrows(() => decodeSafetensors(file(100_001), "f"), DataError, message);
});
