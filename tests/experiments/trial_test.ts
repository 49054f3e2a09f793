import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import type { Clip } from "../../lib/data/clip.ts";
import { splitDataset } from "../../lib/data/split.ts";
import { syntheticDataset } from "../../lib/data/synthetic/mod.ts";
import { VARIATIONS } from "../../lib/data/synthetic/variations.ts";
import { COORDINATION_KINDS } from "../../lib/data/transforms/coordination.ts";
import { meanJoint, sampleFrames } from "../../lib/data/transforms/prepare.ts";
import type { Detector } from "../../lib/detectors/detector.ts";
import { createDetector } from "../../lib/detectors/registry.ts";
import { type Cell, makeCells, nameOf, setScores } from "../../lib/experiments/cell.ts";
import type { Protocol } from "../../lib/experiments/protocol.ts";
import { runCell } from "../../lib/experiments/runner.ts";
import { trialOf } from "../../lib/experiments/trial.ts";
import { cellAuroc } from "../../lib/metrics/cells.ts";

const dataset = syntheticDataset({ seed: 2, clipsPerCategory: 25, categories: ["handshake", "hug"] });
const split = splitDataset(dataset, "fold:5", 0);
const CELL: Cell = { detector: "knn-poses", category: "handshake", split: "fold:5", seed: 0 };

/** Joints of one person in 8 frames, seen from their own pelvis and heading in the first frame: nothing of the other person. */
function alone(clip: Clip, person: "x" | "y"): Float64Array {
  const values = sampleFrames(clip[person], clip.frames, 8, (k) => k * (clip.frames - 1) / 7);
  const { skeleton } = clip, pelvis = meanJoint(values, skeleton.pelvis);
  const [left, right] = skeleton.shoulders.map((joint) => values.subarray(joint * 3, joint * 3 + 3));
  const turn = Math.atan2(right[2] - left[2], right[0] - left[0]), cos = Math.cos(turn), sin = Math.sin(turn);
  return Float64Array.from(values, (value, p) => {
    const at = p - p % 3, u = values[at] - pelvis[0], w = values[at + 2] - pelvis[2];
    return [cos * u + sin * w, value, cos * w - sin * u][p % 3];
  });
}

/** Nearest training clip by one person. */
function singlePerson(person: "x" | "y"): Detector {
  let rows: Float64Array[] = [];
  const distance = (a: Float64Array, b: Float64Array) => Math.hypot(...a.map((value, k) => value - b[k]));
  return {
    smallestP: 1,
    warnings: [],
    fit(clips: readonly Clip[]) {
      rows = clips.map((clip) => alone(clip, person));
      return Promise.resolve();
    },
    score: (clips: readonly Clip[]) =>
      Promise.resolve(
        Float64Array.from(
          clips,
          (clip) => Math.min(...rows.map((row) => distance(row, alone(clip, person)))),
        ),
      ),
  } as unknown as Detector;
}

Deno.test("Coordination: a detector that sees one person at a time is at chance, one that sees both is not", async () => {
  const trial = trialOf(CELL, split, { kind: "coordination" }, 0);
  for (const person of ["x", "y"] as const) {
    const { result } = await runCell(CELL, { trial, detector: singlePerson(person) });
    const found = new Map(setScores(result).map(([name, cell]) => [name, cellAuroc(cell)]));
    assertEquals([...found.keys()], [...COORDINATION_KINDS]);
    for (const [kind, value] of found) {
      if (kind === "roles") continue; // the other person's movement is in this person's place
      // The partner is stretched in time, the distance moves by rounded numbers: nearly at chance.
      const isExact = kind !== "distance" && !(kind === "partner" && person === "y");
      assertAlmostEquals(value, 0.5, isExact ? 1e-12 : 0.15, `${kind} ${person}`);
    }
  }
  const hug = { ...CELL, category: "hug" }, hugs = trialOf(hug, split, { kind: "coordination" }, 0);
  const detector = createDetector("knn-poses", { calibrationFolds: 0 });
  const seen = new Map(setScores((await runCell(hug, { trial: hugs, detector })).result));
  for (const kind of ["partner", "shift-0.5"]) assert(cellAuroc(seen.get(kind)!) > 0.7, kind);
});

Deno.test("Coordination: made from the normal test clips, each clip once, the training clips as they are", () => {
  const trial = trialOf(CELL, split, { kind: "coordination" }, 0);
  const own = (clips: readonly Clip[]) => clips.filter(({ category }) => category === "handshake");
  assertEquals(trial.train, own(split.train));
  assertEquals(new Set(trial.test.map(({ id }) => id)).size, trial.test.length);
  const sources = new Set(own(split.test).map(({ id }) => id));
  for (const { id } of trial.test) assert(sources.has(id.split("~")[0]), id);
  for (const kind of ["partner", "roles", "distance"]) {
    const normal = trial.sets![kind].filter((i) => !trial.anomalous[i]);
    assertEquals(normal.map((i) => trial.test[i].id), [...sources]);
  }
});

Deno.test("Variations: twins of normal clips that are not for training, by the same people", () => {
  const protocol: Protocol = { kind: "variations", seed: 0, normals: 4, anomalies: 3, noise: 0.02 };
  const all = { name: "generated", train: dataset.clips, test: [] };
  const { train, test, anomalous, sets } = trialOf(CELL, all, protocol, 0);
  assertEquals(train.length, 25);
  assertEquals(Object.keys(sets!), [...VARIATIONS]);
  const normals = test.filter((_, i) => !anomalous[i]), groups = new Set(train.map(({ group }) => group));
  assertEquals(normals.length, 4);
  for (const { x } of test) assert(!train.some((clip) => clip.x[0] === x[0]));
  for (const indices of Object.values(sets!)) {
    assertEquals(indices.map((i) => anomalous[i]), [false, false, false, false, true, true, true]);
    for (const clip of indices.slice(4).map((i) => test[i])) {
      assert(groups.has(clip.group));
      const twin = normals.find(({ id }) => id === clip.id.split("~")[0]);
      assertEquals(clip.frames, twin?.frames ?? clip.frames);
    }
  }
  const hug = trialOf({ ...CELL, category: "hug" }, all, protocol, 0);
  assertEquals(Object.keys(hug.sets!).includes("other-hand"), false);
});

Deno.test("Shots: drawn by the seed, fewer are some of more, and too many are refused", () => {
  const draw = (shots: number, seed = 0) =>
    trialOf({ ...CELL, seed, shots }, split, undefined, 0).train.map(({ id }) => id);
  assertEquals(draw(4).slice(0, 2), draw(2));
  assertEquals(new Set(draw(8)).size, 8);
  assert(new Set([0, 1, 2, 3, 4].map((seed) => draw(1, seed)[0])).size > 1);
  assertThrows(() => draw(21), UsageError, "has 20");
  const request = { dataset, detectors: ["knn-poses"], splits: ["fold:5"], splitSeed: 0, seeds: [0, 1] };
  const cells = makeCells({ ...request, shots: [1, 2] });
  assertEquals(cells.length, 2 * 2 * 2, "floors have every seed, since it draws the clips");
  assertEquals(new Set(cells.map(nameOf)).size, 8);
  assertThrows(() => makeCells({ ...request, shots: [1, 21] }), UsageError, "20 training clips");
});

Deno.test("Shots: a detector that refuses, or gives no numbers, has a reason instead of scores", async () => {
  const cell = { ...CELL, shots: 1 }, trial = trialOf(cell, split, undefined, 0);
  const refusing = {
    ...singlePerson("x"),
    fit: () => Promise.reject(new UsageError("Cannot fit: too few")),
  };
  const { result } = await runCell(cell, { trial, detector: refusing });
  assertEquals([result.scores, result.refused], [[], "Cannot fit: too few"]);
  const nowhere = {
    ...singlePerson("x"),
    score: (clips: readonly Clip[]) => Promise.resolve(new Float64Array(clips.length).fill(NaN)),
  };
  assertEquals(
    (await runCell(cell, { trial, detector: nowhere })).result.refused,
    "its scores are not numbers",
  );
});

Deno.test("Cells whose clips are made go category by category, the same for every detector", () => {
  const request = { dataset, detectors: ["knn-poses", "clip-length"], splitSeed: 0, seeds: [0] };
  const order = (cells: readonly Cell[]) => cells.map(({ category, detector }) => `${category} ${detector}`);
  const expected = [
    "handshake knn-poses",
    "handshake clip-length",
    "hug knn-poses",
    "hug clip-length",
  ];
  assertEquals(
    order(makeCells({ ...request, splits: ["fold:5"], protocol: { kind: "coordination" } })),
    expected,
  );
  const protocol = { kind: "variations", seed: 0, normals: 1, anomalies: 1, noise: 0 } as const;
  const generated = makeCells({ ...request, splits: [], protocol });
  assertEquals(order(generated), expected);
  assertEquals(generated[0].split, "generated");
});
