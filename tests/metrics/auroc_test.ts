import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { auroc, midRanks } from "../../lib/metrics/auroc.ts";
import { averagePrecision, equalErrorRate, fprAtTpr, rocCurve } from "../../lib/metrics/curve.ts";
import { delong } from "../../lib/metrics/delong.ts";
import { pairedDelong } from "../support/metrics.ts";

Deno.test("mid-ranks share the mean rank between equal values", () => {
  assertEquals([...midRanks([Infinity, 2, -Infinity, 2, 0, -0])], [6, 4.5, 1, 4.5, 2.5, 2.5]);
});

Deno.test("an empty class, a NaN and unequal numbers of clips are refused", () => {
  for (const metric of [auroc, delong, averagePrecision, fprAtTpr, equalErrorRate, rocCurve]) {
    assertThrows(() => metric([], [1]), UsageError, "got 0 normal and 1 anomalous");
    assertThrows(() => metric([1], []), UsageError, "got 1 normal and 0 anomalous");
    assertThrows(() => metric([1, NaN], [1]), UsageError, "normal score 1 is NaN");
    assertThrows(() => metric([1, 2], [NaN]), UsageError, "anomalous score 0 is NaN");
  }
  const two = { normal: [1, 2], anomalous: [1, 2] };
  assertThrows(() => pairedDelong(two, { ...two, normal: [1] }), UsageError, "the other 1 normal");
  const one = { normal: [1], anomalous: [1, 2] };
  assertThrows(() => pairedDelong(one, one), UsageError, "two clips per class");
});
