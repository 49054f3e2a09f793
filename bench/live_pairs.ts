// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * How many pairs x models can be scored live at 30 frames a second: preset `window`, 25 joints, p-values included. Every 33 ms each pair
 * has a new frame, and each of the models a score for it. Printed is the time until all scores of such a moment are there, and what one score
 * costs beside the peer, the same windows scored offline in chunks of 8. A process uses one thread: two cores carry two processes.
 *
 *     deno run -A bench/live_pairs.ts [--models 2] [--moments 300] [--processes 2] [--most 64]
 *
 * @module
 */
import process from "node:process";
import { parseArgs } from "@std/cli/parse-args";
import { type Clip, detectorFromBytes, generateDataset, IADNet, LiveDetector } from "../mod.ts";
import { getSkeleton } from "../lib/data/mod.ts";
import { cutClip } from "../lib/data/transforms/windows.ts";
import { quantile } from "../lib/metrics/statistics.ts";
import { openEngine } from "../lib/engine/select.ts";

const options = parseArgs(Deno.args, {
  string: ["models", "moments", "processes", "most", "pairs", "file"],
  default: { models: "2", moments: "300", processes: "2", most: "64" },
});
const models = Number(options.models), moments = Number(options.moments), skeleton = getSkeleton("kinect25");
const clips = generateDataset({ seed: 0, clipsPerCategory: 40, categories: ["hug"], skeleton, fps: 30 });
const width = clips[0].x.length / clips[0].frames;

/** Milliseconds between two frames. */
const MOMENT = 33;

/** Processor time of this process, milliseconds. */
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

if (options.pairs !== undefined) await serve(Number(options.pairs), options.file!);
else await search();

/** Find the most pairs whose scores are there within 33 ms, by trying more and more. */
async function search(): Promise<void> {
  const detector = new IADNet({ preset: "window", engine: "onnx-cpu", threads: 1 }),
    file = await Deno.makeTempFile();
  await detector.fit(clips, { seed: 0 });
  await detector.save(file);
  const processes = Number(options.processes), most = { wall: 0, cpu: 0 };
  for (let pairs = 1; pairs * models * processes <= Number(options.most); pairs = Math.ceil(pairs * 1.5)) {
    const rows = await Promise.all(Array.from({ length: processes }, () => child(pairs, file)));
    const worst = (of: (row: Row) => number) => Math.max(...rows.map(of));
    const { perScore, offline } = rows[0], count = processes * pairs * models;
    if (worst(({ p99 }) => p99) < MOMENT) most.wall = count;
    if (worst(({ busy }) => busy) < MOMENT) most.cpu = count;
    console.log(
      `${
        processes * pairs
      } pairs x ${models} models in ${processes} processes: all scores of a moment after ` +
        `${worst(({ median }) => median).toFixed(1)} ms (median), ${
          worst(({ p99 }) => p99)
        } ms (99th percentile), processors ` +
        `${worst(({ busy }) => busy).toFixed(1)} ms of each; a score takes ${
          perScore.toFixed(2)
        } ms of a processor, ` +
        `${(perScore / offline).toFixed(1)} times as much as offline`,
    );
  }
  console.log(
    `at most ${most.wall} pairs x models with a 99th percentile below ${MOMENT} ms by the wall clock, ` +
      `${most.cpu} with less processor time in a moment`,
  );
  await Deno.remove(file);
}

interface Row {
  readonly median: number;
  readonly p99: number;
  /** Processor time of a moment, milliseconds. */
  readonly busy: number;
  /** Processor time of a score, live and offline, milliseconds. */
  readonly perScore: number;
  readonly offline: number;
}

async function child(pairs: number, file: string): Promise<Row> {
  const own = new URL(import.meta.url).pathname,
    args = ["--pairs", pairs, "--models", models, "--moments", moments];
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", own, ...args.map(String), "--file", file],
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Score `pairs` streams by all models, moment by moment. */
async function serve(pairs: number, file: string): Promise<void> {
  const bytes = await Deno.readFile(file), engine = await openEngine("onnx-cpu", 1);
  const detectors = Array.from({ length: models }, () => detectorFromBytes(bytes, file, { engine }));
  const streams = Array.from(
    { length: pairs },
    () => detectors.map((own) => new LiveDetector(own, { fps: 30 })),
  );
  const times: number[] = [], first = streams[0][0].windowFrames;
  let busy = 0;
  for (let t = 0; t < first + 20 + moments; t++) {
    const started = performance.now(), before = cpu();
    await Promise.all(streams.map(async (own, k) => {
      const { x, y, frames } = clips[k % clips.length], at = t % frames;
      const frame = {
        x: x.subarray(at * width, (at + 1) * width),
        y: y.subarray(at * width, (at + 1) * width),
      };
      for (const live of own) await live.push(frame);
    }));
    if (t < first + 20) continue; // windows fill, programs are compiled
    times.push(performance.now() - started);
    busy += cpu() - before;
  }
  const windows: Clip[] = clips.filter(({ frames }) => frames >= first).map((own) => cutClip(own, 0, first));
  const [detector] = detectors as IADNet[];
  await detector.predictWindows(windows, {});
  const before = cpu();
  for (let k = 0; k < 5; k++) await detector.predictWindows(windows, {});
  times.sort((a, b) => a - b);
  const row: Row = {
    median: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    busy: busy / moments,
    perScore: busy / moments / pairs / models,
    offline: (cpu() - before) / 5 / windows.length,
  };
  console.log(JSON.stringify(row));
}
