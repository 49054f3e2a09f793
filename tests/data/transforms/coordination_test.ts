import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/errors.ts";
import { checkClip, type Clip } from "../../../lib/data/clip.ts";
import { generateDataset } from "../../../lib/data/synthetic/mod.ts";
import {
  COORDINATION_KINDS,
  coordinationClips,
  type CoordinationKind,
} from "../../../lib/data/transforms/coordination.ts";
import { meanJoint, prepareClip, sampleFrames } from "../../../lib/data/transforms/prepare.ts";
import { distanceMaps } from "../../../lib/data/transforms/distance.ts";
import { largestDifference, moveClip, randomClip } from "../../support/data_fixtures.ts";

const clips = generateDataset({ seed: 3, clipsPerCategory: 9, categories: ["handshake"], groups: 3 });

/** Distances between the joints of one person: what a rigid motion keeps. */
const shape = (person: Float32Array, frames: number) =>
  distanceMaps(person, person, person.length / frames / 3);
const pelvis = (clip: Clip, person: "x" | "y") => meanJoint(clip[person], clip.skeleton.pelvis);
const source = (clip: Clip, among: readonly Clip[] = clips) =>
  among.find(({ id }) => id === clip.id.split("~")[0])!;
const text = (values: Float32Array) => values.join(" ");

Deno.test("All kinds give valid clips with ids of their own, the same for the same seed", () => {
  for (const kind of COORDINATION_KINDS) {
    const made = coordinationClips(clips, kind, 1), all = [...made.normal, ...made.anomalous];
    for (const clip of all) {
      checkClip(clip);
      assertEquals([clip.up, clip.category], ["y", "handshake"]);
      assert(clips.some(({ group }) => group === clip.group));
    }
    assertEquals(new Set(all.map(({ id }) => id)).size, all.length);
    assertEquals(made, coordinationClips(clips, kind, 1));
    assert(made.anomalous.length >= 7, kind);
  }
});

Deno.test("Place and heading in the room, and the up axis, change nothing", () => {
  const moved = clips.map((clip) => moveClip(clip, 1.1, [2, 0.5, -3]));
  const tilted = clips.map((clip): Clip => {
    const turn = (person: Float32Array) =>
      person.map((_, p) => p % 3 === 0 ? person[p] : p % 3 === 1 ? -person[p + 1] : person[p - 1]);
    return { ...clip, up: "z", x: turn(clip.x), y: turn(clip.y) };
  });
  for (const kind of COORDINATION_KINDS) {
    const expected = coordinationClips(clips, kind, 0);
    for (const other of [moved, tilted]) {
      const made = coordinationClips(other, kind, 0);
      for (const side of ["normal", "anomalous"] as const) {
        made[side].forEach((clip, k) => {
          assertEquals(clip.id, expected[side][k].id);
          assert(largestDifference(clip.x, expected[side][k].x) < 1e-4);
          assert(largestDifference(clip.y, expected[side][k].y) < 1e-4);
        });
      }
    }
  }
});

Deno.test("A normal clip that was not cut is the prepared pair, on the floor", () => {
  const { normal } = coordinationClips(clips, "roles", 0);
  normal.forEach((clip, k) => {
    const prepared = prepareClip(clips[k], { frames: clip.frames, align: "pair-yaw", scale: "none" });
    const lift = clip.x[1] - prepared.x[1];
    const apart = clip.x.map((value, p) => value - prepared.x[p] - (p % 3 === 1 ? lift : 0));
    assert(Math.max(...apart.map(Math.abs)) < 1e-5);
    assert(Math.min(...clip.x, ...clip.y) < 0.5 && clip.x[1] > 1.2);
  });
});

Deno.test("Shift, slow: normal and anomalous clips hold the same movements of each person, bit for bit", () => {
  for (const kind of ["shift-0.3", "shift-0.5", "shift-1", "slow"] as const) {
    const { normal, anomalous } = coordinationClips(clips, kind, 0);
    assertEquals(normal.length, anomalous.length);
    for (const person of ["x", "y"] as const) {
      const movements = (side: readonly Clip[]) => side.map((clip) => text(clip[person])).sort();
      assertEquals(movements(anomalous), movements(normal));
    }
    const pairs = (side: readonly Clip[]) => side.map((clip) => text(clip.x) + text(clip.y));
    assertEquals(pairs(anomalous).filter((pair) => pairs(normal).includes(pair)), []);
  }
});

Deno.test("A shift is by so many seconds", () => {
  const long = clips.map((clip) => source(clip, coordinationClips(clips, "roles", 0).normal));
  for (const [kind, seconds] of [["shift-0.3", 0.3], ["shift-0.5", 0.5], ["shift-1", 1]] as const) {
    const late = coordinationClips(clips, kind, 0).anomalous.filter(({ id }) => id.endsWith("late"));
    for (const clip of late) {
      const whole = source(clip, long), frames = Math.round(seconds * clip.fps);
      assertEquals(clip.frames, whole.frames - frames);
      const width = 45;
      assertEquals(clip.x, whole.x.slice(frames * width));
      assertEquals(clip.y, whole.y.slice(0, clip.frames * width));
    }
  }
});

Deno.test("Clips that are too short are left out and listed", () => {
  const short = clips.map((clip, k): Clip =>
    k > 3 ? clip : {
      ...clip,
      frames: 29,
      x: clip.x.slice(0, 29 * 45),
      y: clip.y.slice(0, 29 * 45),
    }
  );
  const made = coordinationClips(short, "shift-0.5", 0);
  assertEquals(made.skipped.map(({ file }) => file), short.slice(0, 4).map(({ id }) => id));
  assertEquals(made.anomalous.length, 10);
  assertEquals(coordinationClips(short, "slow", 0).skipped, []);
  assertEquals(coordinationClips(short.slice(0, 1), "partner", 0).skipped.length, 1);
});

Deno.test("Distance: the pelvises are 20 cm farther apart or nearer, and nothing else changes", () => {
  const { normal, anomalous } = coordinationClips(clips, "distance", 2);
  const changes = anomalous.map((clip, k) => {
    assertEquals(clip.x, normal[k].x);
    assert(largestDifference(shape(clip.y, clip.frames), shape(normal[k].y, clip.frames)) < 1e-5);
    const apart = (one: Clip) => pelvis(one, "y")[0] - pelvis(one, "x")[0];
    assertAlmostEquals(pelvis(clip, "y")[2], pelvis(clip, "x")[2], 1e-5);
    return apart(clip) - apart(normal[k]);
  });
  for (const change of changes) assertAlmostEquals(Math.abs(change), 0.2, 1e-5);
  assertEquals(new Set(changes.map(Math.sign)).size, 2);
});

Deno.test("Partner: each person 2 is used once, in another group's clip, stretched in time", () => {
  for (let seed = 0; seed < 5; seed++) {
    const { normal, anomalous } = coordinationClips(clips, "partner", seed);
    const partners = anomalous.map(({ id }) => normal.find((clip) => clip.id === id.split("~partner ")[1])!);
    assertEquals(new Set(partners).size, clips.length);
    anomalous.forEach((clip, k) => {
      assertEquals(clip.x, normal[k].x);
      assert(partners[k].group !== clip.group);
      const at = (t: number) => t * (partners[k].frames - 1) / (clip.frames - 1);
      const stretched = sampleFrames(partners[k].y, partners[k].frames, clip.frames, at);
      assertEquals(clip.y, stretched);
    });
  }
  const alone = clips.filter(({ group }) => group === "g01");
  const { anomalous } = coordinationClips(alone, "partner", 0);
  for (const { id } of anomalous) assert(id.split("~partner ")[1] !== id.split("~")[0]);
});

Deno.test("Roles: the people are exchanged", () => {
  const { normal, anomalous } = coordinationClips(clips, "roles", 0);
  anomalous.forEach((clip, k) => assertEquals([clip.x, clip.y], [normal[k].y, normal[k].x]));
});

Deno.test("Mixed categories, no clips and unknown kinds are refused", () => {
  assertThrows(() => coordinationClips([], "slow", 0), UsageError);
  assertThrows(() => coordinationClips([...clips, randomClip(0)], "slow", 0), UsageError, "categories");
  assertThrows(() => coordinationClips(clips, "fast" as CoordinationKind, 0), UsageError, "known are");
});
