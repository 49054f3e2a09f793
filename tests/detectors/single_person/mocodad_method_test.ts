import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { mocodad } from "../../../lib/detectors/single_person/mocodad/method.ts";
import {
  boxed,
  cutWindows,
  fitScaler,
  halves,
  WAYS,
  windowStarts,
} from "../../../lib/detectors/single_person/mocodad/preprocess.ts";
import { drawNormals } from "../../../lib/detectors/single_person/mocodad/sampling.ts";
import { type Track, tracksOf } from "../../../lib/detectors/single_person/method.ts";
import { openEngine } from "../../../lib/engine/select.ts";
import { type Clip, createDetector, generateDataset, listDetectors, UsageError } from "../../../mod.ts";
import { Random } from "../../../lib/data/mod.ts";
import { getSkeleton } from "../../../lib/data/mod.ts";
import { largestDifference, randomClip } from "../../support/data_fixtures.ts";

function clips(category: string, count: number, seed = 0): Clip[] {
  return generateDataset({ seed, clipsPerCategory: count, categories: [category] });
}

Deno.test("MoCoDAD is registered with its options, adapted", () => {
  const info = listDetectors().find(({ name }) => name === "mocodad")!;
  assertEquals([info.status, info.people, info.options.clip], ["adapted", true, "mean"]);
});

Deno.test("MoCoDAD reports the steps that it announces, and a loss that falls", async () => {
  const detector = createDetector("mocodad:epochs=8,batch=32,stride=12,transforms=1,samples=1");
  const losses: number[] = [];
  let announced = 0;
  await detector.fit(clips("handshake", 6), {
    seed: 0,
    onProgress: ({ loss, steps }) => {
      losses.push(loss);
      announced = steps;
    },
  });
  assertEquals(losses.length, announced);
  assert(losses[losses.length / 2 - 1] < 0.7 * losses[0], `${losses}`);
});

Deno.test("With the greatest window instead of the mean no score falls; with more samples none rises", async () => {
  const skeleton = getSkeleton("sbu15"), engine = await openEngine("onnx-cpu", 1);
  const options = { epochs: 1, batch: 32, stride: 12, transforms: 1, samples: 1 };
  const train = tracksOf(clips("handshake", 3), 0, null);
  const context = {
    engine,
    skeleton,
    seed: 0,
    training: "test",
    checkpoints: undefined,
    onProgress: () => {},
  };
  const values = await mocodad(options).fit(train, context);
  const score = (more: object) =>
    mocodad({ ...options, ...more }).score(train, values, { engine, skeleton, seed: 0 });
  const mean = await score({}), max = await score({ clip: "max" }), three = await score({ samples: 3 });
  mean.forEach((value, i) => assert(max[i] > value && three[i] < value));
});

Deno.test("MoCoDAD refuses unknown options and values with those that are possible", () => {
  assertThrows(() => createDetector("mocodad:epoch=3"), UsageError, "expected one of epochs, batch");
  assertThrows(() => createDetector("mocodad:clip=median"), UsageError, "mean or max, got median");
  assertThrows(() => createDetector("mocodad:transforms=6"), UsageError, "from 1 to 5, got 6");
  assertThrows(() => createDetector("mocodad:samples=0"), UsageError, "from 1, got 0");
  assertThrows(() => createDetector("mocodad:weight=-1"), UsageError, "0 or more, got -1");
  assertThrows(() => createDetector("mocodad:stride=1.5"), UsageError, "stride must be a whole number");
});

const [track]: Track[] = tracksOf([randomClip(3, 20)], 0, null);

Deno.test("A person's place, size and proportions along the axes do not change places in the box", () => {
  const other = track.joints.map((value, k) => [2, 1.5, 3][k % 3] * value + [4, -1, 2][k % 3]);
  assert(largestDifference(boxed({ ...track, joints: other }), boxed(track)) < 1e-5);
});

Deno.test("Places in the box reach from -5/12 to 5/12 on each axis, in each frame; without extent they are 0", () => {
  const out = boxed(track), width = out.length / track.frames;
  for (let t = 0; t < track.frames; t++) {
    for (let axis = 0; axis < 3; axis++) {
      const values = [...out.subarray(t * width, (t + 1) * width)].filter((_, k) => k % 3 === axis);
      assertAlmostEquals(Math.max(...values), 5 / 12, 1e-6);
      assertAlmostEquals(Math.min(...values), -5 / 12, 1e-6);
    }
  }
  assertEquals(boxed({ ...track, joints: track.joints.map(() => 2) }), new Float32Array(out.length));
});

Deno.test("The robust scaler takes each coordinate's median to 0 and its 80 % range to 1, and leaves constants", () => {
  const random = new Random(1);
  const rows = [Float32Array.from({ length: 101 * 2 }, (_, k) => k % 2 === 0 ? random.normal(5, 3) : 7)];
  const { "scaler.median": median, "scaler.range": range } = fitScaler(rows, 2);
  const sorted = [...rows[0]].filter((_, k) => k % 2 === 0).sort((a, b) => a - b);
  assertAlmostEquals(median.values[0], sorted[50], 1e-6);
  assertAlmostEquals(range.values[0], sorted[90] - sorted[10], 1e-5);
  assertEquals([median.values[1], range.values[1]], [7, 1]);
});

Deno.test("Windows start every stride while they fit; a short track has one", () => {
  assertEquals(windowStarts(20, 6, 1), [0, 6, 12]);
  assertEquals(windowStarts(18, 6, 1), [0, 6, 12]);
  assertEquals(windowStarts(17, 6, 1), [0, 6]);
  assertEquals(windowStarts(17, 6, 3), [0]);
  assertEquals(windowStarts(8, 1, 1), [0, 1, 2]);
  assertEquals(windowStarts(2, 1, 1), [0]);
});

Deno.test("Windows hold their frames in every way, the halves one after the other; short tracks repeat the last frame", () => {
  const width = 45, none = fitScaler([new Float32Array(width)], width); // median 0, range 1
  const values = Float32Array.from({ length: 8 * width }, (_, k) => k);
  const windows = cutWindows(values, 8, none, { stride: 1, spacing: 1, transforms: 2 });
  assertEquals(windows.map(({ length }) => length), Array(3 * 2).fill(15 * 6 * 3));
  for (const half of [0, 1] as const) {
    const { shape, values: own } = halves(windows, [5, 2], 15, half); // window 2 mirrored, window 1
    assertEquals(shape, [15, 3, 2, 3]);
    for (let joint = 0; joint < 15; joint++) {
      for (let t = 0; t < 3; t++) {
        const at = (joint * 3 + t) * 6, frame = half * 3 + t;
        const from = (start: number) => (start + frame) * width + joint * 3;
        assertEquals([...own.subarray(at, at + 3)], [from(2), from(2) + 1, -from(2) - 2]);
        assertEquals([...own.subarray(at + 3, at + 6)], [from(1), from(1) + 1, from(1) + 2]);
      }
    }
  }
  const [short] = cutWindows(values.subarray(0, 2 * width), 2, none, {
    stride: 1,
    spacing: 1,
    transforms: 1,
  });
  assertEquals([...short.subarray(0, 18)].filter((_, k) => k % 3 === 0), [0, 45, 45, 45, 45, 45]);
});

Deno.test("The ways are rigid: turned by 0, 90 and 45 degrees, two of them mirrored", () => {
  const determinants = WAYS.map(([a, b, c, d]) => a * d - b * c);
  determinants.forEach((value, k) => assertAlmostEquals(value, [1, -1, 1, -1, 1][k], 1e-12));
  WAYS.forEach(([a, b, c, d]) => {
    assertAlmostEquals(a * a + c * c, 1, 1e-12);
    assertAlmostEquals(a * b + c * d, 0, 1e-12);
  });
  const angles = WAYS.map(([a, b]) => Math.round(Math.atan2(b, a) * 180 / Math.PI));
  assertEquals(angles, [0, 0, 90, 90, 45]);
});

Deno.test("Noise has mean 0, variance 1 and no correlation within a pair", () => {
  const count = 20_000, values = new Float32Array(count + 1), error = 1 / Math.sqrt(count);
  drawNormals(new Random(2), values);
  const mean = (f: (k: number) => number) =>
    Array.from({ length: count }, (_, k) => f(k)).reduce((a, b) => a + b) / count;
  assertAlmostEquals(mean((k) => values[k]), 0, 4 * error);
  assertAlmostEquals(mean((k) => values[k] ** 2), 1, 4 * Math.SQRT2 * error);
  assertAlmostEquals(mean((k) => k % 2 === 0 ? values[k] * values[k + 1] : 0), 0, 4 * error);
  assertNotEquals(values[count], 0);
});
