import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { learningRate, SCHEDULES } from "../../lib/training/loop.ts";

Deno.test("Every schedule starts and ends at its rates and never rises", () => {
  for (const schedule of SCHEDULES) {
    for (const epochs of [2, 3, 7, 50]) {
      const rates = Array.from({ length: epochs }, (_, e) => learningRate(e, epochs, 1e-3, 1e-5, schedule));
      assertAlmostEquals(rates[0], 1e-3, 1e-12);
      assertAlmostEquals(rates[epochs - 1], 1e-5, 1e-12);
      rates.slice(1).forEach((rate, e) => assert(rate <= rates[e] + 1e-15));
    }
    assertEquals(learningRate(0, 1, 1e-3, 1e-5, schedule), 1e-3);
  }
});

Deno.test("The geometric rate has equal ratios; the other is constant for a fifth, then has equal differences", () => {
  const rates = (schedule: typeof SCHEDULES[number]) =>
    Array.from({ length: 50 }, (_, e) => learningRate(e, 50, 1e-3, 1e-5, schedule));
  const geometric = rates("geometric"), linear = rates("constant-linear");
  for (let e = 1; e < 49; e++) {
    assertAlmostEquals(geometric[e + 1] / geometric[e], geometric[e] / geometric[e - 1], 1e-9);
    const [before, after] = [linear[e - 1] - linear[e], linear[e] - linear[e + 1]];
    if (e < 9) assertEquals(after, 0);
    if (e > 10) assertAlmostEquals(before, after, 1e-15);
  }
});
