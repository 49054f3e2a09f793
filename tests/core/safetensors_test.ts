import { assertThrows } from "@std/assert";
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
