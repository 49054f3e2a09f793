// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * Live scoring and localisation with preset `window` and with a larger network, 25 joints at 30 frames a second.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { detectorFromBytes, generateDataset, getPreset, IADNet, LiveDetector, localize } from "../mod.ts";
import { getSkeleton } from "../lib/data/mod.ts";
import { quantile } from "../lib/metrics/statistics.ts";

const options = parseArgs(Deno.args, {
  string: ["frames", "hours", "threads"],
  boolean: ["json"],
  default: { frames: "100000", hours: "1", threads: "2" },
});
const window = getPreset("window"), { model, training } = getPreset("frozen");
const presets = {
  large: {
    ...window,
    name: "large window",
    preparation: { ...window.preparation, frames: 48 },
    model: { ...model, embedding: 128, units: 4, heads: 8 },
    training,
  },
  window,
};
const clips = generateDataset({
  seed: 0,
  clipsPerCategory: 24,
  categories: ["hug"],
  skeleton: getSkeleton("kinect25"),
  fps: 30,
});
const width = clips[0].x.length / clips[0].frames;
const rows: Record<string, unknown>[] = [];

/** The clips one after the other, as often as it takes. */
function recording(frames: number) {
  const x = new Float32Array(frames * width), y = new Float32Array(frames * width);
  for (let at = 0, k = 0; at < frames; at += clips[k % clips.length].frames, k++) {
    const { frames: own } = clips[k % clips.length], count = Math.min(own, frames - at) * width;
    x.set(clips[k % clips.length].x.subarray(0, count), at * width);
    y.set(clips[k % clips.length].y.subarray(0, count), at * width);
  }
  return { ...clips[0], id: "recording", frames, x, y };
}

for (const [name, preset] of Object.entries(presets)) {
  const fitted = new IADNet({ preset, engine: "onnx-cpu", threads: Number(options.threads) });
  await fitted.fit(clips, { seed: 0 });
  const bytes = fitted.toBytes();
  const live = new LiveDetector(
    detectorFromBytes(bytes, name, { engine: "onnx-cpu", threads: Number(options.threads) }),
    { fps: 30 },
  );
  const frames = Number(options.frames),
    source = recording(3000),
    times: number[] = [],
    rss: [number, number][] = [];
  for (let t = 0; t < frames; t++) {
    const cut = (person: Float32Array) => person.subarray((t % 3000) * width, (t % 3000 + 1) * width);
    const started = performance.now();
    await live.push({ x: cut(source.x), y: cut(source.y) });
    if (t >= live.windowFrames + 10) times.push(performance.now() - started);
    if (t % 2000 === 1999) rss.push([t, Deno.memoryUsage().rss / 2 ** 20]);
  }
  times.sort((a, b) => a - b);
  const long = recording(Math.round(Number(options.hours) * 3600 * 30)), started = performance.now();
  const model = detectorFromBytes(bytes, name, { engine: "onnx-cpu", threads: Number(options.threads) });
  (model as IADNet).compile();
  const { intervals } = await localize(model, long);
  rows.push({
    model: name,
    frames,
    msMedian: Number(quantile(times, 0.5).toFixed(2)),
    ms99: Number(quantile(times, 0.99).toFixed(2)),
    rssFirstMB: Math.round(rss[Math.floor(rss.length / 5)]?.[1] ?? NaN),
    rssLastMB: Math.round(rss.at(-1)?.[1] ?? NaN),
    hours: Number(options.hours),
    localizeSeconds: Number(((performance.now() - started) / 1000).toFixed(1)),
    intervals: intervals.length,
  });
}
if (options.json) console.log(JSON.stringify(rows));
else console.table(rows);
