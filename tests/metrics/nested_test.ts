import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { Random } from "../../lib/core/random.ts";
import { nestedReplicates } from "../../lib/metrics/nested.ts";
import { mean, variance } from "../../lib/metrics/statistics.ts";

const random = new Random(1);
const values = Array.from({ length: 5 }, () => Array.from({ length: 4 }, () => random.normal()));

Deno.test("Equal values give replicates that are equal; a shift and a factor of the values are those of the replicates", () => {
  assertEquals([...new Set(nestedReplicates([[0.5, 0.5], [0.5]], { seed: 0 }))], [0.5]);
  const plain = nestedReplicates(values, { seed: 3 });
  const changed = nestedReplicates(values.map((own) => own.map((value) => 2 * value + 1)), { seed: 3 });
  plain.forEach((value, k) => assertAlmostEquals(changed[k], 2 * value + 1, 1e-12));
});

Deno.test("Replicates of differences are the differences of replicates", () => {
  const other = values.map((own) => own.map((value) => value ** 2));
  const [a, b] = [values, other].map((own) => nestedReplicates(own, { seed: 0 }));
  const gaps = nestedReplicates(values.map((own, i) => own.map((value, k) => value - other[i][k])), {
    seed: 0,
  });
  gaps.forEach((gap, k) => assertAlmostEquals(gap, a[k] - b[k], 1e-12));
});

Deno.test("Mean and variance of the replicates are those of two-stage sampling", () => {
  const replicates = nestedReplicates(values, { seed: 0, replicates: 40_000 });
  const means = values.map(mean), C = values.length, n = values[0].length;
  const between = variance(means) * (C - 1) / C / C;
  const within = mean(values.map((own) => variance(own) * (n - 1) / n / n)) / C;
  assertAlmostEquals(mean(replicates), mean(means), 0.01);
  assert(Math.abs(variance(replicates) / (between + within) - 1) < 0.05);
});

Deno.test("A number of replicates that is not positive is refused", () => {
  assertThrows(() => nestedReplicates(values, { seed: 0, replicates: 0 }), UsageError, "replicates");
});
