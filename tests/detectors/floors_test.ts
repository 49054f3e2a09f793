import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  clipLength,
  FLOOR_PREPARATION,
  meanDistance,
  meanSpeed,
  statistics,
} from "../../lib/detectors/floors/features.ts";
import { mahalanobis } from "../../lib/detectors/floors/mahalanobis.ts";
import { createFloor, FLOORS } from "../../lib/detectors/floors/floors.ts";
import type { Clip } from "../../lib/data/clip.ts";
import { distanceMaps } from "../../lib/data/transforms/distance.ts";
import { parseFolds } from "../../lib/data/formats/sbu/source.ts";
import { prepareClip } from "../../lib/data/transforms/prepare.ts";
import { parseSbuClip, SBU_FILE } from "../../lib/data/formats/sbu/clip.ts";
import { UsageError } from "../../lib/core/errors.ts";
import { auroc } from "../../lib/metrics/auroc.ts";
import { Random } from "../../lib/core/random.ts";
import { largestDifference, moveClip, randomClip } from "../support/data_fixtures.ts";

const SBU = new URL("../../../shared/data/sbu/", import.meta.url);

/** Clips of one kind: 7 to 16 frames. */
function someClips(count: number, seed: number): Clip[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => randomClip(1000 * seed + i, 7 + random.integer(10)));
}

async function fitted(name: string, clips: readonly Clip[], seed = 0) {
  const floor = createFloor(name);
  await floor.fit(clips, { seed });
  return floor;
}

/** Far longer, wider apart and faster. */
function outlandish(seed: number): Clip {
  const clip = randomClip(seed, 60), triple = (values: Float32Array) => values.map((value) => 3 * value);
  return { ...clip, x: triple(clip.x), y: triple(clip.y) };
}

for (const name of FLOORS) {
  Deno.test(`${name} scores a clip that is plainly another thing above every clip of its kind`, async () => {
    const floor = await fitted(name, someClips(30, 1));
    const scores = await floor.score([...someClips(30, 2), ...[5, 6, 7].map(outlandish)]);
    assertGreater(Math.min(...scores.subarray(30)), Math.max(...scores.subarray(0, 30)));
  });

  Deno.test(`${name} gives the same bits after every fit, whatever the seed, and scores each clip by itself`, async () => {
    const train = someClips(12, 3), test = someClips(5, 4), floor = await fitted(name, train);
    const scores = await floor.score(test);
    await floor.fit(someClips(4, 9), { seed: 1 });
    await floor.fit(train, { seed: 2 });
    assertEquals(await floor.score(test), scores);
    assertEquals(await (await fitted(name, train, 3)).score([test[2]]), scores.slice(2, 3));
  });

  Deno.test(`${name} is at chance when the labels mean nothing`, async () => {
    const areas: number[] = [];
    for (let seed = 10; seed < 15; seed++) {
      const scores = await (await fitted(name, someClips(20, seed))).score(someClips(120, seed + 50));
      areas.push(auroc(scores.subarray(0, 60), scores.subarray(60)));
    }
    const error = Math.sqrt((60 + 60 + 1) / (12 * 60 * 60)) / Math.sqrt(areas.length);
    assertAlmostEquals(areas.reduce((a, b) => a + b) / areas.length, 0.5, 3 * error);
  });

  Deno.test(`${name} does not change its scores when the scene is moved and turned`, async () => {
    const test = someClips(6, 5), floor = await fitted(name, someClips(12, 6));
    const moved = test.map((clip, i) => moveClip(clip, i - 2.5, [2 - i, 0.3, i]));
    assert(largestDifference(await floor.score(moved), await floor.score(test)) < 2e-3);
  });

  const symmetric = ["clip-length", "mean-distance", "mean-speed"].includes(name);
  Deno.test(`${name} ${symmetric ? "does not notice" : "notices"} that the two people are exchanged`, async () => {
    const test = someClips(6, 7), floor = await fitted(name, someClips(12, 8));
    const scores = await floor.score(test);
    const swapped = await floor.score(test.map((clip) => ({ ...clip, x: clip.y, y: clip.x })));
    if (symmetric) assert(largestDifference(scores, swapped) < 1e-6);
    else scores.forEach((score, i) => assertGreater(Math.abs(score - swapped[i]), 1e-3));
  });

  Deno.test(`${name} refuses no clip, another skeleton and a score before the fit`, async () => {
    const floor = createFloor(name), [clip] = someClips(1, 1);
    const other = { ...clip, id: "other", skeleton: { ...clip.skeleton, name: "other15" } };
    await assertRejects(() => floor.score([clip]), UsageError, `${name} is not fitted`);
    await assertRejects(() => floor.fit([], { seed: 0 }), UsageError, "empty");
    await assertRejects(() => floor.fit([clip, other], { seed: 0 }), UsageError, "other15");
    await floor.fit([clip], { seed: 0 });
    await assertRejects(() => floor.score([clip, other]), UsageError, "other15");
    assertEquals(await floor.score([clip]), Float64Array.of(0));
  });
}

Deno.test("statistics are mean, deviation, least, greatest and mean absolute change of every series", () => {
  const [clip] = someClips(1, 1);
  const { x, y, frames, joints } = prepareClip(clip, FLOOR_PREPARATION);
  const series = [x, y, distanceMaps(x, y, joints)].flatMap((values) => {
    const width = values.length / frames;
    return Array.from({ length: width }, (_, k) => [...values].filter((_, i) => i % width === k));
  });
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const expected = series.flatMap((values) => [
    mean(values),
    Math.sqrt(mean(values.map((value) => value * value)) - mean(values) ** 2),
    Math.min(...values),
    Math.max(...values),
    mean(values.slice(1).map((value, t) => Math.abs(value - values[t]))),
  ]);
  assert(largestDifference(statistics(clip), expected) < 1e-5);
});

Deno.test("length is in seconds, distance in metres, speed in metres a second", () => {
  const [clip] = someClips(1, 1), width = clip.x.length / clip.frames;
  const walk = (place: number) =>
    Float32Array.from(clip.x, (_, i) => i % 3 === 2 ? place + Math.floor(i / width) / 8 : 0);
  const walking: Clip = { ...clip, fps: 20, x: walk(0), y: walk(2) };
  assertEquals(clipLength(walking), Float32Array.of(clip.frames / 20));
  assertEquals(meanDistance(walking), Float32Array.of(2));
  assertEquals(meanSpeed(walking), Float32Array.of(20 / 8));
  assertEquals(
    meanSpeed({ ...walking, frames: 1, x: walk(0).slice(0, width), y: walk(2).slice(0, width) }),
    Float32Array.of(0),
  );
});

for (const name of ["knn-statistics", "mahalanobis"]) {
  Deno.test(`${name} does not depend on the unit of length`, async () => {
    const times4 = (clip: Clip) => ({ ...clip, x: clip.x.map((v) => 4 * v), y: clip.y.map((v) => 4 * v) });
    const train = someClips(12, 3), test = someClips(6, 4);
    const scores = await (await fitted(name, train)).score(test);
    const scaled = await (await fitted(name, train.map(times4))).score(test.map(times4));
    assert(largestDifference(scores, scaled) < 1e-3);
  });
}

Deno.test("an unknown floor is refused with the names there are", () => {
  assertThrows(() => createFloor("knn"), UsageError, "knn-poses");
  assertThrows(() => createFloor("constructor"), UsageError, "Cannot find floor constructor");
});

const noEngine = () => Promise.reject(new Error("no engine is needed"));

Deno.test("the Mahalanobis distance is that of scikit-learn's Ledoit-Wolf covariance", async () => {
  const { mahalanobis: cases } = JSON.parse(
    Deno.readTextFileSync(new URL("../fixtures/metrics.json", import.meta.url)),
  );
  for (const { rows, tests, distances } of cases) {
    const found = await mahalanobis(rows, noEngine)(tests);
    found.forEach((distance, i) => assertAlmostEquals(distance, distances[i], 1e-9 * distances[i]));
  }
});

Deno.test("the Mahalanobis distance of rows that are all alike is Euclidean", async () => {
  assertEquals(await mahalanobis([[1, 2], [1, 2], [1, 2]], noEngine)([[4, 6]]), Float64Array.of(5));
});

function exists(url: URL): boolean {
  try {
    return Deno.statSync(url).isDirectory;
  } catch {
    return false;
  }
}

/** Mean AUROC over folds 1 to 5 and categories, one category against the rest. */
async function sbuAuroc(name: string): Promise<number> {
  const folds = await parseFolds(Deno.readFileSync(new URL("folds.csv", SBU)), "folds.csv");
  const clips = [...folds.keys()].map((id) => {
    return parseSbuClip(Deno.readTextFileSync(new URL(`${id}/${SBU_FILE}`, SBU)), id, id);
  });
  const areas: number[] = [];
  for (let fold = 1; fold <= 5; fold++) {
    const test = clips.filter(({ id }) => folds.get(id)!.fold === fold);
    for (const category of new Set(clips.map((clip) => clip.category))) {
      const train = clips.filter((clip) => clip.category === category && folds.get(clip.id)!.fold !== fold);
      const scores = await (await fitted(name, train)).score(test);
      const of = (normal: boolean) => scores.filter((_, i) => (test[i].category === category) === normal);
      areas.push(auroc(of(true), of(false)));
    }
  }
  return areas.reduce((a, b) => a + b) / areas.length;
}

Deno.test({
  name: "floors reach what an independent prototype reached over 5 folds (needs ../shared/data/sbu)",
  ignore: !exists(SBU),
  fn: async () => {
    // The prototype turned pairs by the hips of person 1 (that way, these floors give 0.921 on poses, not 0.945).
    const prototype = { "knn-poses": 0.919, "knn-distances": 0.957, "knn-statistics": 0.966 };
    for (const [name, expected] of Object.entries(prototype)) {
      assertAlmostEquals(await sbuAuroc(name), expected, 0.03, name);
    }
  },
});
