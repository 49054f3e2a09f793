import { assert, assertAlmostEquals } from "@std/assert";
import { Random } from "../../../lib/core/random.ts";
import { orthonormalised } from "../../../lib/detectors/iadnet/orthonormal.ts";

/** Columns [n, width] that all but lie along the first one. */
function nearlyParallel(n: number, width: number, apart: number, seed: number): Float32Array {
  const random = new Random(seed), first = Array.from({ length: n }, () => random.normal());
  return Float32Array.from({ length: n * width }, (_, at) => {
    return 7 * first[Math.floor(at / width)] + (at % width > 0 ? apart * random.normal() : 0);
  });
}

function product(a: Float32Array, b: Float32Array, width: number, i: number, j: number): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += width) sum += a[at + i] * b[at + j];
  return sum;
}

for (const apart of [1, 1e-2, 1e-4]) {
  Deno.test(`Columns ${apart} apart become orthonormal and span the same`, () => {
    const width = 9, y = nearlyParallel(50, width, apart, 1), q = orthonormalised(y, width);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) assertAlmostEquals(product(q, q, width, i, j), Number(i === j), 1e-5);
      let inside = 0;
      for (let j = 0; j < width; j++) inside += product(q, y, width, j, i) ** 2;
      assertAlmostEquals(inside / product(y, y, width, i, i), 1, 1e-5);
    }
  });
}

Deno.test("A column that depends on those before it, and one of zeros, become 0", () => {
  const width = 5, y = nearlyParallel(23, width, 1, 2);
  for (let at = 0; at < y.length; at += width) {
    y[at + 2] = 3 * y[at] - y[at + 1];
    y[at + 3] = 0;
  }
  const q = orthonormalised(y, width);
  for (let i = 0; i < width; i++) {
    const length = product(q, q, width, i, i);
    assertAlmostEquals(length, i === 2 || i === 3 ? 0 : 1, 1e-5);
  }
  assert(q.every(Number.isFinite));
});
