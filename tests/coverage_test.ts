import { assertAlmostEquals, assertEquals } from "@std/assert";
import { describeCoverage, parseCoverage } from "./coverage.ts";

Deno.test("Coverage counts the lines of the library alone, and names those that were missed", () => {
  const record = (file: string, counts: number[]) =>
    `SF:${file}\n${counts.map((count, i) => `DA:${i + 1},${count}\n`).join("")}end_of_record\n`;
  const lcov = record("/r/lib/a.ts", [1, 0, 0, 5, 0]) + record("/r/tests/b.ts", [0]) +
    record("/r/lib/c.ts", [2, 2]);
  const files = parseCoverage(lcov, "/r/");
  assertEquals(files, [{ file: "lib/a.ts", lines: 5, missed: [2, 3, 5] }, {
    file: "lib/c.ts",
    lines: 2,
    missed: [],
  }]);
  const { percent, missed } = describeCoverage(files);
  assertAlmostEquals(percent, 100 * 4 / 7);
  assertEquals(missed, ["lib/a.ts: 2-3, 5"]);
});
