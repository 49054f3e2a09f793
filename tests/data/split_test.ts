import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Clip } from "../../lib/data/clip.ts";
import type { Dataset } from "../../lib/data/dataset.ts";
import { holdOutFolds, parseSplit, PUBLISHED_SPLITS, splitDataset } from "../../lib/data/split.ts";
import { UsageError } from "../../lib/core/errors.ts";
import { randomClip } from "../support/data_fixtures.ts";

const SHAPE = randomClip(0, 1);

/** `count` clips in `groups` groups, with folds that cut across the groups. */
function dataset(count: number, groups: number): Dataset {
  const clips = Array.from({ length: count }, (_, i): Clip => {
    const group = `p${i % groups + 10}`;
    return { ...SHAPE, id: `${group}/${i + 100}`, group, category: i % 2 ? "hug" : "kick" };
  });
  const folds = new Map(clips.map((clip, i) => [clip.id, i % 3 + 1]));
  return { format: "test", clips, folds, skipped: [], hash: "", categories: ["hug", "kick"] };
}

const ids = (clips: readonly Clip[]) => clips.map((clip) => clip.id);
const groupsOf = (clips: readonly Clip[]) => new Set(clips.map((clip) => clip.group));

function assertPartition(whole: readonly Clip[], a: readonly Clip[], b: readonly Clip[]): void {
  assertEquals([...ids(a), ...ids(b)].sort(), ids(whole).toSorted());
}

Deno.test("a split puts every clip on exactly one side, and a group split every group", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 40 }),
      fc.integer({ min: 2, max: 12 }),
      fc.integer(),
      fc.constantFrom("fold:2", "group:p10", "group:p11,p10", "group:0.2", "group:.7"),
      (count, groups, seed, name) => {
        const data = dataset(count, Math.min(groups, count));
        if (groups === 2 && name === "group:p11,p10") return;
        const { train, test } = splitDataset(data, name, seed);
        assertPartition(data.clips, train, test);
        assert(train.length > 0 && test.length > 0);
        if (name.startsWith("group")) assert(groupsOf(train).isDisjointFrom(groupsOf(test)));
      },
    ),
    { numRuns: 200, seed: 1 },
  );
});

Deno.test("fold:K tests on the clips of fold K, group:a,b on those of a and b, in the data set's order", () => {
  const data = dataset(12, 4);
  assertEquals(ids(splitDataset(data, "fold:3", 0).test), ids(data.clips.filter((_, i) => i % 3 === 2)));
  assertEquals(
    ids(splitDataset(data, "group:p13,p10", 0).test),
    ids(data.clips.filter((clip) => clip.group === "p10" || clip.group === "p13")),
  );
});

Deno.test("a split's name is understood without a data set", () => {
  assertEquals(parseSplit("fold:5"), { kind: "fold", fold: 5 });
  assertEquals(parseSplit("group:.25"), { kind: "fraction", fraction: 0.25 });
  assertEquals(parseSplit("group:s01s02"), { kind: "groups", groups: ["s01s02"] });
  for (const name of PUBLISHED_SPLITS) assertEquals(parseSplit(name), { kind: "published", name });
});

Deno.test("a published split takes the clips that it names, each on its side, and is an error where there is none", () => {
  const data = dataset(12, 4), [a, b, c] = data.clips;
  const splits = new Map([["official", new Map([[a.id, "train" as const], [c.id, "test" as const]])]]);
  const { train, test } = splitDataset({ ...data, splits }, "official", 0);
  assertEquals([ids(train), ids(test), ids([b]).length], [ids([a]), ids([c]), 1]);
  assertThrows(() => splitDataset({ ...data, splits }, "paper", 0), UsageError, "known are official");
  assertThrows(
    () => splitDataset(data, "paper", 0),
    UsageError,
    "test publishes no such split, known are none",
  );
});

Deno.test("a part of the groups is drawn by the seed alone, not by the order of the clips", () => {
  const data = dataset(40, 10), reversed = { ...data, clips: data.clips.toReversed() };
  const draw = (from: Dataset, seed: number) => ids(splitDataset(from, "group:0.3", seed).test).sort();
  assertEquals(draw(data, 4), draw(reversed, 4));
  assertEquals(groupsOf(splitDataset(data, "group:0.3", 4).test).size, 3);
  assertNotEquals(draw(data, 4), draw(data, 5));
});

Deno.test("a split that is not understood, or leaves a side empty, is a usage error", () => {
  const data = dataset(12, 4);
  const cases: [string, string][] = [
    ["fold:9", "known are 1, 2, 3"],
    ["fold:", "expected fold:"],
    ["fold:0x1", "expected fold:"],
    ["fold:1.0", "expected fold:"],
    ["group:p99", "known are p10, p11, p12, p13"],
    ["group:", "expected fold:"],
    ["group:p10,", "known are"],
    ["group:0.0", "more than 0"],
    ["group:p10,p11,p12,p13", "0 training"],
    ["random", "expected fold:"],
    ["", "expected fold:"],
  ];
  for (const [name, expected] of cases) assertThrows(() => splitDataset(data, name, 0), UsageError, expected);
  assertThrows(() => splitDataset(dataset(5, 1), "group:0.5", 0), UsageError, "0 training");
});

Deno.test("calibration folds hold out every clip once, and no group stands on both sides where there are three", () => {
  for (
    const [count, groups, folds] of [[30, 10, 5], [12, 3, 5], [9, 1, 4], [8, 2, 2], [40, 20, 3], [7, 7, 2]]
  ) {
    const { clips } = dataset(count, groups);
    const parts = holdOutFolds(clips, folds, 3);
    assertEquals(parts.flatMap(([, held]) => ids(held)).sort(), ids(clips).toSorted());
    for (const [kept, held] of parts) {
      assertPartition(clips, kept, held);
      assert(kept.length > 0 && held.length > 0);
      if (groups >= 3) assert(groupsOf(kept).isDisjointFrom(groupsOf(held)));
    }
  }
  const none = [[1, 1, 5], [9, 3, 0], [9, 3, 1]].map(([count, groups, folds]) =>
    holdOutFolds(dataset(count, groups).clips, folds, 0)
  );
  assertEquals(none, [[], [], []]);
});

Deno.test("few clips have more calibration folds, up to leave-one-out, at no more than the cost of 30 clips", () => {
  const folds = (count: number, groups: number, asked = 3) =>
    holdOutFolds(dataset(count, groups).clips, asked, 1).length;
  assertEquals([folds(60, 20), folds(30, 10), folds(20, 10), folds(9, 9), folds(5, 1)], [3, 3, 5, 9, 5]);
  assertEquals([folds(9, 4), folds(60, 3, 10)], [4, 3], "at most one for each group");
  for (let count = 2; count < 60; count++) {
    for (const [kept, held] of holdOutFolds(dataset(count, 1).clips, 3, count)) {
      assert(held.length === 1 || held.length <= Math.ceil(count / 3), `${kept.length}/${held.length}`);
    }
    assert(folds(count, 1) * count <= Math.max(3 * count, 3.5 * 30), `${count} clips`);
  }
});
