import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../lib/core/errors.ts";
import { falseAlarms } from "../../lib/metrics/false_alarms.ts";

const clip = fc.record({
  category: fc.constantFrom("hug", "kick", "__proto__"),
  group: fc.constantFrom("s1", "s2", "constructor"),
  p: fc.double({ min: 0.001, max: 1, noNaN: true }),
});

Deno.test("False alarms by category and by group each add up to all, and every interval holds its rate", () => {
  fc.assert(
    fc.property(
      fc.array(clip, { minLength: 1, maxLength: 60 }),
      fc.constantFrom(0.01, 0.05, 0.5),
      (clips, alpha) => {
        const { categories, groups, ...all } = falseAlarms(clips, alpha);
        assertEquals([all.normals, all.alarms], [clips.length, clips.filter(({ p }) => p <= alpha).length]);
        for (const rates of [Object.values(categories), Object.values(groups)]) {
          assertEquals(rates.reduce((sum, { normals }) => sum + normals, 0), all.normals);
          assertEquals(rates.reduce((sum, { alarms }) => sum + alarms, 0), all.alarms);
          for (const { normals, alarms, rate, ci: [low, high] } of [all, ...rates]) {
            assertEquals(rate, alarms / normals);
            assert(0 <= low && low <= rate && rate <= high && high <= 1, `${low} ${rate} ${high}`);
          }
        }
      },
    ),
    { numRuns: 300, seed: 5 },
  );
});

Deno.test("The interval of false alarms is where Wilson's test of the rate turns: |rate - end| = 1.96 standard errors of the end", () => {
  for (const [alarms, normals] of [[1, 20], [5, 20], [0, 7], [7, 7], [30, 900]]) {
    const clips = Array.from(
      { length: normals },
      (_, i) => ({ category: "hug", group: "a", p: i < alarms ? 0.01 : 1 }),
    );
    const { rate, ci } = falseAlarms(clips, 0.05);
    for (const end of ci) {
      if (end === rate) continue; // 0 of n, and n of n
      assertAlmostEquals(Math.abs(rate - end), 1.959964 * Math.sqrt(end * (1 - end) / normals), 1e-6);
    }
  }
  assertThrows(() => falseAlarms([], 0.05), UsageError, "got none");
  assertThrows(() => falseAlarms([{ category: "a", group: "b", p: 1 }], 1), UsageError, "alpha");
});
