import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../../../lib/core/random.ts";
import type { PreparedClip } from "../../../../lib/data/transforms/prepare.ts";
import { pretrainingCorpus } from "../../../../lib/detectors/iadnet/pretraining/corpus.ts";
import {
  drawPlan,
  type Mismatch,
  SYNCHRONY_PAIRS,
  synchronyBatch,
  synchronyPair,
  type SynchronyPlan,
} from "../../../../lib/detectors/iadnet/pretraining/synchrony.ts";

const CORPUS = pretrainingCorpus(4, 1), FRAMES = 12;

const random = new Random(3);
const PLANS: readonly SynchronyPlan[] = Array.from({ length: 20_000 }, () => drawPlan(random));

function planOf(kind: Mismatch): SynchronyPlan {
  return PLANS.find((plan) => plan.kind === kind)!;
}

/** A person's movement whatever its place and direction: distances of all joints from three joints of the first frame. */
function movement(values: Float32Array): number[] {
  return [0, 9, 12].flatMap((joint) =>
    Array.from(
      { length: values.length / 3 },
      (_, p) => Math.hypot(...[0, 1, 2].map((k) => values[p * 3 + k] - values[joint * 3 + k])),
    )
  );
}

function isSameMovement(a: Float32Array, b: Float32Array): boolean {
  const other = movement(b);
  return movement(a).every((value, i) => Math.abs(value - other[i]) < 1e-4);
}

const moves = ({ x, y }: PreparedClip) => [x, y];

Deno.test("Each person's windows have one distribution in matched and mismatched pairs", () => {
  for (const kind of ["partner", "shift", "slow", "distance", "aside"] as const) {
    const plans = PLANS.filter((plan) => plan.kind === kind);
    assert(plans.length > 1000);
    for (const person of [0, 1]) {
      for (const value of ["from", "length"] as const) {
        for (const power of [1, 2]) {
          const [one, two] = (["matched", "mismatched"] as const).map((which) =>
            plans.reduce((sum, plan) => sum + plan[which][person][value] ** power, 0) / plans.length
          );
          assertAlmostEquals(one, two, 0.01, `${kind}, person ${person}, ${value}`);
        }
      }
    }
  }
});

Deno.test("Windows lie within the recording; people who belong together have the same", () => {
  for (const { kind, matched, mismatched, displaced } of PLANS) {
    assertEquals(matched[0], matched[1]);
    const differ = kind === "shift" || kind === "slow";
    assertEquals(mismatched[0] !== mismatched[1], differ);
    if (differ) assert(mismatched.includes(matched[0]));
    assertEquals(displaced.some((value) => value !== 0), kind === "distance" || kind === "aside");
    for (const { from, length } of [...matched, ...mismatched]) {
      assert(from >= 0 && length > 0.25 && from + length <= 1 + 1e-9);
    }
  }
});

Deno.test("A displaced partner moves as before: each person's movement is the same in both pairs", () => {
  for (const kind of ["distance", "aside"] as const) {
    for (let clip = 0; clip < 20; clip++) {
      const [one, two] = synchronyPair(CORPUS, clip, planOf(kind), FRAMES, new Random(clip));
      moves(one).forEach((person, i) => assert(isSameMovement(person, moves(two)[i])));
    }
  }
});

Deno.test("With the partner of another take one person moves as before, and the other does not", () => {
  for (let clip = 0; clip < 20; clip++) {
    const [one, two] = synchronyPair(CORPUS, clip, planOf("partner"), FRAMES, new Random(clip));
    const same = moves(one).map((person, i) => isSameMovement(person, moves(two)[i]));
    assertEquals(same.filter(Boolean).length, 1);
  }
});

Deno.test("A late or slow person: one of the two moves as in the matched pair", () => {
  for (const kind of ["shift", "slow"] as const) {
    for (let clip = 0; clip < 20; clip++) {
      const [one, two] = synchronyPair(CORPUS, clip, planOf(kind), FRAMES, new Random(clip));
      const same = moves(one).map((person, i) => isSameMovement(person, moves(two)[i]));
      assertEquals(same.filter(Boolean).length, 1);
    }
  }
});

Deno.test("A batch holds the matched pairs and then as many mismatched ones, all aligned", () => {
  const clips = synchronyBatch(CORPUS, FRAMES, new Random(5));
  assertEquals(clips.length, 2 * SYNCHRONY_PAIRS);
  for (const { x, y, frames } of clips) {
    assertEquals([frames, x.length, y.length], [FRAMES, FRAMES * 45, FRAMES * 45]);
    for (let k = 0; k < 3; k++) { // hips are joints 9 and 12
      const middle = [x, y].reduce((sum, own) => sum + own[27 + k] + own[36 + k], 0) / 4;
      assertAlmostEquals(middle, 0, 1e-5);
    }
  }
});
