import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { auroc } from "../../lib/metrics/auroc.ts";
import { averagePrecision, equalErrorRate, fprAtTpr } from "../../lib/metrics/curve.ts";

const fixture = JSON.parse(Deno.readTextFileSync(new URL("../fixtures/statistics.json", import.meta.url)));

Deno.test("metrics read from the curve agree with scikit-learn", () => {
  for (const { normal, anomalous, ...expected } of fixture.curves) {
    const own = { auroc, averagePrecision, fprAtTpr, equalErrorRate };
    for (const [name, metric] of Object.entries(own)) {
      assertAlmostEquals(metric(normal, anomalous), expected[name], 1e-12, name);
    }
  }
});

Deno.test("the default true-positive rate is 95 %", () => {
  const random = new Random(2), normal = Array.from({ length: 50 }, () => random.normal());
  const anomalous = Array.from({ length: 60 }, () => random.normal(1));
  assertEquals(fprAtTpr(normal, anomalous), fprAtTpr(normal, anomalous, 0.95));
  assert(fprAtTpr(normal, anomalous, 0.5) < fprAtTpr(normal, anomalous));
});
