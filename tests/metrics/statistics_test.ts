import { assertAlmostEquals } from "@std/assert";
import { percentileInterval } from "../../lib/metrics/statistics.ts";

Deno.test("the interval of a bootstrap is numpy's percentiles 2.5 and 97.5", () => {
  const cases: [number[], number, number][] = [
    [[1, 2, 4, 8, 16], 1.1, 15.2],
    [[0, 10], 0.25, 9.75],
    [Array.from({ length: 41 }, (_, i) => i), 1, 39],
    [[3], 3, 3],
    [[], NaN, NaN],
  ];
  for (const [values, low, high] of cases) {
    const interval = percentileInterval(Float64Array.from(values));
    assertAlmostEquals(interval.low, low, 1e-12);
    assertAlmostEquals(interval.high, high, 1e-12);
  }
});
