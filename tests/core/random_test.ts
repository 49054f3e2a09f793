import { assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";

Deno.test("A generator resumes from its state", () => {
  const random = new Random(3);
  random.normal();
  const state = random.state, expected = [random.uniform(), random.integer(1000), random.normal()];
  const other = new Random(9);
  other.state = state;
  assertEquals([other.uniform(), other.integer(1000), other.normal()], expected);
});
