import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { Random } from "../../../lib/core/random.ts";
import { checkClip, type Clip } from "../../../lib/data/clip.ts";
import { SBU15 } from "../../../lib/data/skeletons.ts";
import {
  drawFamily,
  type MutantKind,
  mutantKinds,
  mutateScript,
} from "../../../lib/data/synthetic/families.ts";
import type {
  InteractionScript,
  PersonScript,
  ReachScript,
} from "../../../lib/data/synthetic/random_script.ts";
import { delayRole, type Role } from "../../../lib/data/synthetic/person.ts";
import { generateCorpus, performScript } from "../../../lib/data/synthetic/takes.ts";
import { largestDifference } from "../../support/data_fixtures.ts";

Deno.test("A corpus has every take of every member, all different", () => {
  const corpus = generateCorpus({ families: 4, mutants: 2, takes: 3, seed: 1 });
  assertEquals(corpus.length, 4 * 3 * 3);
  for (const { clip, family, member } of corpus) {
    checkClip(clip);
    assertEquals(clip.skeleton, SBU15);
    assert(clip.frames >= 24 && clip.frames <= 64);
    assertEquals(clip.category, `f000${family}-m${member}`);
  }
  assertEquals(new Set(corpus.map(({ clip }) => clip.id)).size, corpus.length);
  assertEquals(new Set(corpus.map(({ clip }) => clip.x[0])).size, corpus.length);
});

Deno.test("A clip of a corpus depends on the seed and its own numbers alone", () => {
  const few = generateCorpus({ families: 2, mutants: 1, takes: 2, seed: 7 });
  const many = generateCorpus({ families: 3, mutants: 3, takes: 3, seed: 7 });
  for (const item of few) assertEquals(many.find(({ clip }) => clip.id === item.clip.id), item);
  const other = generateCorpus({ families: 2, mutants: 1, takes: 2, seed: 8 });
  assertNotEquals(other[0].clip.x[0], few[0].clip.x[0]);
});

Deno.test("A mutant is seen in one person, and the other moves as before", () => {
  const change = (kind: MutantKind, seed: number): [number, number] | undefined => {
    const [parent] = drawFamily(seed, 0, 0);
    if (!mutantKinds(parent).includes(kind)) return undefined;
    const mutant = mutateScript(parent, kind, new Random(seed));
    const [a, b]: Clip[] = [parent, mutant].map((script) => performScript(script, seed, "a", "a"));
    const both = [largestDifference(a.x, b.x), largestDifference(a.y, b.y)].sort((p, q) => p - q);
    return [both[0], both[1]];
  };
  for (const kind of ["delay", "path", "height", "timing", "place"] as const) {
    let visible = 0, count = 0;
    for (let seed = 0; seed < 40; seed++) {
      const changed = change(kind, seed);
      if (!changed) continue;
      assertEquals(changed[0], 0);
      count++;
      if (changed[1] > 0.05) visible++;
    }
    assert(visible >= 0.85 * count, `${kind}: ${visible} of ${count}`);
  }
});

/** A script in which both people do what `reaches` says, and nothing else. */
function scriptOf(reaches: readonly ReachScript[]): InteractionScript {
  const person: PersonScript = {
    path: { walkIn: 0, leave: 0, retreat: 0 },
    lean: 0,
    crouch: { depth: 0, rises: false },
    turn: 0,
    delay: 0,
    shift: 0,
    displaced: [0, 0],
    reaches,
  };
  return { near: 0.3, begin: 0.2, drift: [0, 0], exchanged: false, people: [person, person] };
}

const REACH: ReachScript = {
  limb: "left_hand",
  to: "middle",
  height: 1.2,
  offset: [0, 0],
  kind: "hold",
  amplitude: 0,
  turns: 0,
  start: 0,
  hold: 0.4,
};

/** Places of both left hands in the frame in which they are nearest to each other. */
function handsTogether({ x, y, frames }: Clip): [number[], number[]] {
  const hand = SBU15.joints.indexOf("left_hand") * 3;
  const at = (person: Float32Array, t: number) => [0, 1, 2].map((k) => person[t * 45 + hand + k]);
  const apart = (t: number) => Math.hypot(...at(x, t).map((value, k) => value - at(y, t)[k]));
  const best = Array.from({ length: frames }, (_, t) => t).reduce((a, b) => apart(b) < apart(a) ? b : a);
  return [at(x, best), at(y, best)];
}

Deno.test("The people of every take use the hand of the script", () => {
  const script = scriptOf([{ ...REACH, to: "air", height: 1.7 }]);
  for (let seed = 0; seed < 30; seed++) {
    const { x } = performScript(script, seed, "a", "a");
    const [left, right] = ["left_hand", "right_hand"].map((name) => {
      const joint = SBU15.joints.indexOf(name) * 3 + 1;
      return Math.max(...x.filter((_, p) => p % 45 === joint));
    });
    assert(left > right + 0.3);
  }
});

Deno.test("The people of a take meet in one point, which differs from take to take", () => {
  const script = scriptOf([REACH]), meetings: number[][] = [];
  for (let seed = 0; seed < 60; seed++) {
    const [one, two] = handsTogether(performScript(script, seed, "a", "a"));
    assert(Math.hypot(...one.map((value, k) => value - two[k])) < 0.15);
    meetings.push(one.map((value, k) => (value + two[k]) / 2));
  }
  [0.07, 0.08, 0.05].forEach((expected, k) => {
    const mean = meetings.reduce((sum, meeting) => sum + meeting[k], 0) / 60;
    const deviation = Math.sqrt(meetings.reduce((sum, meeting) => sum + (meeting[k] - mean) ** 2, 0) / 60);
    assertAlmostEquals(deviation, expected, 0.025);
  });
});

Deno.test("A delayed role does the same things later", () => {
  const role: Role = {
    path: (t) => t,
    lean: (t) => 2 * t,
    crouch: (t) => t * t,
    reaches: [{ limb: "left_hand", amount: (t) => t, place: (t) => [t, 0, 1] }],
  };
  const late = delayRole(role, 0.25);
  for (const t of [0, 0.3, 1]) {
    assertEquals(late.path(t), role.path(t - 0.25));
    assertEquals(late.reaches[0].amount(t), role.reaches[0].amount(t - 0.25));
    assertEquals(late.reaches[0].place(t), role.reaches[0].place(t - 0.25));
    assertAlmostEquals(late.crouch(t), (t - 0.25) ** 2, 1e-12);
    assertEquals(late.lean(t), 2 * (t - 0.25));
  }
});
