/** The rule by which the page raises alarms, and what it computes from it. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { falseAlarms } from "../../../lib/metrics/false_alarms.ts";
import {
  alarmLine,
  alarmRate,
  meanPValues,
  raisesAlarm,
  silentCategories,
  verdictOf,
} from "../../../lib/report/page/rule.js";

const p = fc.integer({ min: 1, max: 20 }).map((k) => k / 20);
const alpha = fc.integer({ min: 1, max: 99 }).map((k) => k / 100);

Deno.test("The page's rates of alarms and their intervals are those of the metrics", () => {
  fc.assert(fc.property(fc.array(p, { minLength: 1, maxLength: 30 }), alpha, (values, alpha) => {
    const { alarms, normals, ci } = falseAlarms(
      values.map((p) => ({ category: "hug", group: "a", p })),
      alpha,
    );
    const own = alarmRate(values.map((p) => ({ p })), alpha);
    assertEquals([own.alarms, own.clips], [alarms, normals]);
    own.ci.forEach((end, i) => assert(Math.abs(end - ci[i]) < 1e-12));
  }));
});

Deno.test("No clip below the alarm line raises the alarm, and every clip from it on does", () => {
  const row = fc.record({ score: fc.integer({ min: -9, max: 9 }), p });
  fc.assert(fc.property(fc.array(row, { maxLength: 20 }), alpha, (rows, alpha) => {
    const line = alarmLine(rows, alpha);
    assertEquals(line !== null, rows.some(({ p }) => p <= alpha));
    if (!line) return;
    assert(line.low <= line.high);
    for (const { score, p } of rows) {
      if (score < line.low) assert(!raisesAlarm(p, alpha));
      if (score > line.high) assert(raisesAlarm(p, alpha));
    }
  }));
});

Deno.test("An alarm is right or wrong by the clip's side, and a detector without p-values has none", () => {
  const of = (p: number | undefined, anomalous: boolean) => verdictOf({ p, anomalous }, 0.05);
  assertEquals([of(0.05, true), of(0.05, false)], ["found", "false alarm"]);
  assertEquals([of(0.06, true), of(0.06, false)], ["miss", "quiet"]);
  assertEquals([of(undefined, true), raisesAlarm(undefined, 0.9)], ["", false]);
});

Deno.test("A detector whose smallest p-value is above alpha is said to be silent", () => {
  const categories = [{ category: "hug", smallestP: 0.1 }, { category: "kick", smallestP: 0.05 }, {
    category: "wave",
  }];
  assertEquals(silentCategories(categories, 0.05), [["hug", 0.1]]);
});

Deno.test("The matrix has the mean p-value of each category's clips, and nothing where there are none", () => {
  const row = (model: string, category: string, p: number) => ({
    ...{ id: "", group: "", score: 0, anomalous: model !== category, model, category, p },
  });
  const rows = [row("hug", "hug", 0.5), row("hug", "kick", 0.25), row("hug", "kick", 0.75)];
  assertEquals(meanPValues(rows, ["hug", "kick"], ["hug", "kick"]), [[0.5, 0.5], [NaN, NaN]]);
});
