import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { Random } from "../../lib/core/random.ts";
import { balancedFolds } from "../../lib/data/balanced_folds.ts";
import { expandSplit, parseSplit, splitDataset } from "../../lib/data/split.ts";
import { syntheticDataset } from "../../lib/data/synthetic/mod.ts";

/** Clips of some groups, each group with clips of random categories. */
function draw(seed: number, groups: number) {
  const random = new Random(seed);
  return Array.from(
    { length: groups },
    (_, g) =>
      Array.from(
        { length: 1 + random.integer(8) },
        () => ({ group: `g${g}`, category: `k${random.integer(4)}` }),
      ),
  ).flat();
}

/** Sum over categories of the variance of their numbers of clips over the folds. */
function imbalance(clips: ReturnType<typeof draw>, foldOf: (group: string) => number, folds: number): number {
  return ["k0", "k1", "k2", "k3"].reduce((sum, category) => {
    const counts = Array.from(
      { length: folds },
      (_, fold) =>
        clips.filter((clip) => clip.category === category && foldOf(clip.group) === fold + 1).length,
    );
    const mean = counts.reduce((a, b) => a + b, 0) / folds;
    return sum + counts.reduce((a, count) => a + (count - mean) ** 2, 0);
  }, 0);
}

Deno.test("Folds hold whole groups, none is empty, and their order of clips does not matter", () => {
  for (let seed = 0; seed < 60; seed++) {
    const clips = draw(seed, 5 + seed % 12), folds = 2 + seed % 4, foldOf = balancedFolds(clips, folds);
    assertEquals(new Set(foldOf.values()).size, folds);
    assertEquals(foldOf.size, new Set(clips.map(({ group }) => group)).size);
    assertEquals(balancedFolds(new Random(seed).shuffle(clips), folds), foldOf);
  }
});

Deno.test("Categories are spread more evenly than by dealing groups in turn, on average by far", () => {
  let balanced = 0, dealt = 0;
  for (let seed = 0; seed < 60; seed++) {
    const clips = draw(seed, 20), foldOf = balancedFolds(clips, 5);
    balanced += imbalance(clips, (group) => foldOf.get(group)!, 5);
    dealt += imbalance(clips, (group) => Number(group.slice(1)) % 5 + 1, 5);
  }
  assert(balanced < 0.6 * dealt, `${balanced} ${dealt}`);
});

Deno.test("fold:k/n tests each clip once, with disjoint groups; one group is left out after the other", () => {
  const dataset = syntheticDataset({ seed: 1, clipsPerCategory: 12, groups: 6, categories: ["hug", "kick"] });
  const tested: string[] = [];
  for (const k of [1, 2, 3]) {
    const { train, test } = splitDataset(dataset, `fold:${k}/3`, 0),
      groups = new Set(train.map(({ group }) => group));
    assert(test.every(({ group }) => !groups.has(group)));
    tested.push(...test.map(({ id }) => id));
  }
  assertEquals(tested.sort(), dataset.clips.map(({ id }) => id).sort());
  const names = expandSplit(dataset, "leave-one-group-out");
  assertEquals(names.length, 6);
  for (const name of names) {
    assertEquals(new Set(splitDataset(dataset, name, 0).test.map(({ group }) => group)).size, 1);
  }
  assertEquals(expandSplit(dataset, "fold:2"), ["fold:2"]);
  assertThrows(() => splitDataset(dataset, "leave-one-group-out", 0), UsageError, "one split per group");
  assertThrows(() => splitDataset(dataset, "fold:1/7", 0), UsageError, "6 groups give at most 6 folds");
  for (const bad of ["fold:0/3", "fold:4/3", "fold:1/1"]) assertThrows(() => parseSplit(bad), UsageError);
});
