// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * Floors at the size of Inter-X, 64 joints. First each nearest-neighbour floor's comparison of test clips with the training clips of one
 * category, by products on the engine and by the peer, the plain loop over all training rows, which take turns. With `--full` all floors on
 * 40 categories of a synthetic data set: 9,110 training and 2,278 test clips, one process; where only some of the categories run, the time
 * of all is projected.
 *
 *     deno run -A bench/floors.ts [--clips 228] [--test 256] [--rounds 3] [--threads 2] [--full [--categories 40]]
 *
 * @module
 */
import process from "node:process";
import { parseArgs } from "@std/cli/parse-args";
import { type Clip, generateDataset } from "../mod.ts";
import { getSkeleton, SYNTHETIC_CATEGORIES } from "../lib/data/mod.ts";
import { logStatistics, maps, poses, statistics } from "../lib/detectors/floors/features.ts";
import { createFloor, FLOORS } from "../lib/detectors/floors/floors.ts";
import type { Distances, Learner } from "../lib/detectors/floors/learner.ts";
import { nearest } from "../lib/detectors/floors/nearest.ts";
import { evened, standardised } from "../lib/detectors/floors/scaling.ts";
import { openEngine } from "../lib/engine/select.ts";

const options = parseArgs(Deno.args, {
  string: ["clips", "test", "rounds", "threads", "categories"],
  boolean: ["full"],
  default: { clips: "228", test: "256", rounds: "3", threads: "2", categories: "40" },
});
const engine = await openEngine("onnx-cpu", Number(options.threads)), skeleton = getSkeleton("interx64");
const [kind, ...kinds] = SYNTHETIC_CATEGORIES;

/** Clips of 24 frames, as a cache holds them that was prepared for `default`. */
function clipsOf(category: string, count: number, seed: number): Clip[] {
  const all = generateDataset({ seed, clipsPerCategory: count, categories: [category], skeleton, fps: 12 });
  return all.map((clip) => {
    const frames = Math.min(clip.frames, 24), size = frames * skeleton.joints.length * 3;
    return { ...clip, frames, x: clip.x.slice(0, size), y: clip.y.slice(0, size) };
  });
}

/** Seconds of wall clock and of processors that an action takes. */
async function timed<T>(action: () => Promise<T>): Promise<{ value: T; wall: number; cpu: number }> {
  const started = performance.now(), before = process.cpuUsage(), value = await action();
  const { user, system } = process.cpuUsage(before);
  return { value, wall: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
}

/** The peer: all training rows one after the other, each left as soon as it is known to be farther than the nearest so far. */
const plain: Learner = (rows) => {
  const doubles = rows.map((row) => Float64Array.from(row));
  return (others) =>
    Promise.resolve(Float64Array.from(others, (other) => {
      const own = Float64Array.from(other);
      let best = Infinity;
      for (const row of doubles) {
        let sum = 0;
        for (let k = 0; k < own.length && sum <= best;) {
          for (const end = Math.min(k + 64, own.length); k < end; k++) sum += (own[k] - row[k]) ** 2;
        }
        best = Math.min(best, sum);
      }
      return Math.sqrt(best);
    }));
};

const train = clipsOf(kind, Number(options.clips), 0), rounds = Number(options.rounds);
const test = [kind, ...kinds].flatMap((category) =>
  clipsOf(category, Math.ceil(Number(options.test) / (kinds.length + 1)), 1)
).slice(0, Number(options.test));
console.log(
  `${train.length} training clips, ${test.length} test clips; seconds for all test clips, after the first call`,
);
const compared = {
  "knn-poses": [poses, (learner: Learner) => learner],
  "knn-distances": [maps, (learner: Learner) => learner],
  "knn-statistics": [statistics, standardised],
  "knn-log-statistics": [logStatistics, (learner: Learner) => evened(3, learner)],
} as const;
for (const [name, [features, wrap]] of rounds > 0 ? Object.entries(compared) : []) {
  const rows = train.map(features), others = test.map(features), open = () => Promise.resolve(engine);
  const ways: Record<string, Distances> = {
    products: wrap(nearest)(rows, open),
    loop: wrap(plain)(rows, open),
  };
  const times: Record<string, { wall: number[]; cpu: number[] }> = {};
  const scores: Record<string, Float64Array> = {};
  for (const [way, distances] of Object.entries(ways)) scores[way] = await distances(others);
  for (let round = 0; round < rounds; round++) {
    for (const [way, distances] of Object.entries(ways)) {
      const { wall, cpu } = await timed(() => distances(others));
      (times[way] ??= { wall: [], cpu: [] }).wall.push(wall);
      times[way].cpu.push(cpu);
    }
  }
  const least = (values: number[]) => Math.min(...values);
  const { products: own, loop } = times;
  const differ = scores.products.findIndex((score, i) => score !== scores.loop[i]);
  console.log(
    `${name.padEnd(18)} products ${least(own.wall).toFixed(3)} (processors ${least(own.cpu).toFixed(3)}), ` +
      `loop ${least(loop.wall).toFixed(3)} (${least(loop.cpu).toFixed(3)}): ` +
      `${(least(loop.wall) / least(own.wall)).toFixed(1)} times, processors ${
        (least(loop.cpu) / least(own.cpu)).toFixed(1)
      }, ${differ < 0 ? "the same bits" : `row ${differ} differs`}`,
  );
}

if (options.full) {
  const categories = Array.from({ length: 40 }, (_, i) => `category ${i}`), few = Number(options.categories);
  const clipsOfSide = (count: number, side: number, some: number) =>
    categories.slice(0, some).map((category, i) => {
      const own = Math.floor((count + i) / 40);
      return clipsOf([kind, ...kinds][i % (kinds.length + 1)], own, 100 + 2 * i + side)
        .map((clip, k): Clip => ({ ...clip, category, id: `${category}/${side}/${k}` }));
    });
  const trained = clipsOfSide(9110, 0, few), all = clipsOfSide(2278, 1, 40).flat();
  let most = Deno.memoryUsage().rss;
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  console.log(`${all.length} test clips, ${few} of 40 categories, ${megabytes(most)} resident`);
  const sum = { wall: 0, cpu: 0 };
  for (const name of FLOORS) {
    const times: { wall: number; cpu: number }[] = [];
    for (const clips of trained) {
      times.push(
        await timed(async () => {
          const floor = createFloor(name, { engine, calibrationFolds: 0 });
          await floor.fit(clips, { seed: 0 });
          await floor.score(all);
        }),
      );
      most = Math.max(most, Deno.memoryUsage().rss);
    }
    // The first category computes the features of the test clips that later ones find.
    const whole = (of: "wall" | "cpu") => {
      const [first, ...later] = times.map((own) => own[of]);
      return first + (later.length === 0 ? 39 * first : 39 * later.reduce((a, b) => a + b) / later.length);
    };
    sum.wall += whole("wall");
    sum.cpu += whole("cpu");
    console.log(
      `${name.padEnd(18)} 40 categories ${whole("wall").toFixed(0)} s, processors ${
        whole("cpu").toFixed(0)
      } s`,
    );
  }
  console.log(
    `all floors         40 categories ${sum.wall.toFixed(0)} s, processors ${sum.cpu.toFixed(0)} s, ` +
      `at most ${megabytes(most)} resident`,
  );
}
await engine.close();
