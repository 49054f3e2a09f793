import { assertAlmostEquals } from "@std/assert";
import { normalTail } from "../../lib/metrics/normal.ts";

const fixture = JSON.parse(Deno.readTextFileSync(new URL("../fixtures/metrics.json", import.meta.url)));

Deno.test("the tail of the normal distribution is right to 12 digits, far out too", () => {
  for (const [z, expected] of fixture.tails) assertAlmostEquals(normalTail(z), expected, 1e-12 * expected);
});
