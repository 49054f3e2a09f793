import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  detectorFromBytes,
  type Frame,
  generateDataset,
  getPreset,
  IADNet,
  LiveDetector,
  type LiveScore,
  type MissedFrame,
  UsageError,
} from "../../mod.ts";
import { hashSeed, Random } from "../../lib/core/random.ts";
import type { Clip } from "../../lib/data/clip.ts";
import { cutClip } from "../../lib/data/transforms/windows.ts";
import { openEngine } from "../../lib/engine/select.ts";

const engine = await openEngine("onnx-cpu", 1);
const clips = generateDataset({ seed: 0, clipsPerCategory: 8, categories: ["hug"] });
const [clip] = clips, { fps, skeleton } = clip, width = clip.x.length / clip.frames;
const window = getPreset("window");
const trained = new IADNet({
  preset: { ...window, window: 0.5, training: { ...window.training, epochs: 2 } },
  engine,
});
await trained.fit(clips.slice(1), { seed: 0 });
const bytes = trained.toBytes();
const open = () => new LiveDetector(detectorFromBytes(bytes, "m", { engine }), { fps });
const size = open().windowFrames;

/** The frames of the clip, with time stamps from `start` on. */
const framesOf = (start?: number): Frame[] =>
  Array.from({ length: clip.frames }, (_, t) => ({
    x: clip.x.slice(t * width, (t + 1) * width),
    y: clip.y.slice(t * width, (t + 1) * width),
    ...(start !== undefined && { t: start + t / fps }),
  }));

type Row = LiveScore | MissedFrame;

async function run(frames: readonly Frame[], live = open()): Promise<(Row | undefined)[]> {
  const rows: (Row | undefined)[] = [];
  for (const frame of frames) rows.push(await live.push(frame));
  return rows;
}

/** Scores of a piece of the clip by itself, as rows of the frames `first` and later. */
const scoresOf = async (frames: readonly Frame[], first: number) =>
  (await run(frames)).map((row) => row && { ...row, frame: row.frame + first });

const clean = await run(framesOf());

Deno.test("Rows without faults are the predictions of the windows that end with each frame, to the bit", async () => {
  const detector = detectorFromBytes(bytes, "m", { engine }) as IADNet;
  detector.compile();
  for (const [t, row] of clean.entries()) {
    assertEquals(row === undefined, t < size - 1);
    if (row === undefined) continue;
    const own = { ...cutClip(clip, t - size + 1, size), category: "hug" };
    const [expected] = await detector.predictWindows([own], {}, 1);
    assertEquals(row, { frame: t, ...expected });
  }
});

Deno.test("A detector that scores in int8 does so in a stream, too", async () => {
  const detector = detectorFromBytes(bytes, "m", { engine }) as IADNet;
  const live = new LiveDetector(detector.compile("int8"), { fps });
  const rows = await run(framesOf(), live);
  const own = { ...cutClip(clip, 0, size), category: "hug" };
  const [expected] = await detector.predictWindows([own], {}, 1);
  assertEquals(rows[size - 1], { frame: size - 1, ...expected });
  const plain = clean[size - 1] as LiveScore;
  assert(Math.abs(expected.score - plain.score) > 1e-3, "nothing is rounded");
});

Deno.test("Time stamps at the rate of the stream change nothing, wherever they begin and with jitter", async () => {
  for (const start of [0, -5, 1.7e9]) assertEquals(await run(framesOf(start)), clean);
  const jitter = framesOf(3).map((frame, i) => ({ ...frame, t: frame.t! + (i * 7 % 5 - 2) * 0.1 / fps }));
  assertEquals(await run(jitter), clean);
});

Deno.test("Calls that are not awaited are taken in order, also if the caller writes over the frame", async () => {
  const live = open(), x = new Float32Array(width), y = new Float32Array(width), order: number[] = [];
  const pending = framesOf().map((frame, i) => {
    x.set(frame.x!);
    y.set(frame.y!);
    return live.push({ x, y }).then((row) => {
      order.push(i);
      return row;
    });
  });
  assertEquals(await Promise.all(pending), clean);
  assertEquals(order, pending.map((_, i) => i));
});

/** A joint's coordinate replaced. */
const put = (values: ArrayLike<number>, value: number, at = 4) =>
  Array.from(values, (own, i) => i === at ? value : own);

const joint = skeleton.joints[1];

/** Frames that cannot be used, and what is said about them. */
const FAULTS: Readonly<Record<string, [fault: (frame: Frame) => Frame, missing: string]>> = {
  "no first person": [(frame) => ({ ...frame, x: null }), "person 1 is missing"],
  "nobody": [() => ({ x: null, y: null }), "person 1 is missing; person 2 is missing"],
  "a body of zeros": [(frame) => ({ ...frame, y: new Float32Array(width) }), "person 2 is missing"],
  "a body in one point": [
    (frame) => ({ ...frame, y: new Float32Array(width).fill(-1) }),
    "person 2 is missing",
  ],
  "a body of NaN": [
    (frame) => ({ ...frame, y: new Float32Array(width).fill(NaN) }),
    "person 2 is missing",
  ],
  "a joint of NaN": [({ x, y }) => ({ x, y: put(y!, NaN) }), `person 2: ${joint} is missing`],
  "an infinite joint": [({ x, y }) => ({ x: put(x!, -Infinity), y }), `person 1: ${joint} is -Infinity`],
  "a joint far away": [({ x, y }) => ({ x: put(x!, 1e30), y }), `person 1: ${joint} is 1e+30`],
  "too few values": [
    ({ x, y }) => ({ x, y: Array.from(y!).slice(3) }),
    `person 2: expected ${width} values, got ${width - 3}`,
  ],
  "no values": [({ x }) => ({ x, y: [] }), `person 2: expected ${width} values, got 0`],
  "text": [
    ({ x, y }) => ({ x, y: put(y!, "0,34" as unknown as number) }),
    `person 2: ${joint} is 0,34`,
  ],
};

for (const [name, [fault, missing]] of Object.entries(FAULTS)) {
  Deno.test(`A frame with ${name} is reported, and the pieces around it are scored as by themselves`, async () => {
    for (const at of [0, size + 3]) {
      const frames = framesOf(), faulty = frames.with(at, fault(frames[at]));
      const rest = await scoresOf(frames.slice(at + 1), at + 1);
      assertEquals(await run(faulty), [...clean.slice(0, at), { frame: at, missing }, ...rest]);
    }
  });
}

Deno.test("A frame that could not be read is counted, and the window fills anew", async () => {
  const frames = framesOf(), live = open(), at = size + 2;
  assertEquals(await run(frames.slice(0, at), live), clean.slice(0, at));
  assertEquals(await live.miss("the line is not JSON"), { frame: at, missing: "the line is not JSON" });
  assertEquals(await run(frames.slice(at + 1), live), await scoresOf(frames.slice(at + 1), at + 1));
});

Deno.test("After a gap, or a clock that is set back, the stream begins anew; jitter is no gap", async () => {
  const frames = framesOf(0), at = size + 4;
  const expected = async (missing: string) => {
    const [first, ...rest] = await scoresOf(frames.slice(at), at);
    assertEquals(first, undefined);
    return [...clean.slice(0, at), { frame: at, missing }, ...rest];
  };
  const shifted = (by: number) => frames.map((own, i) => i < at ? own : { ...own, t: own.t! + by });
  for (const by of [60, 0.6 / fps]) {
    const [before, after] = [frames[at - 1].t!, frames[at].t! + by];
    assertEquals(
      await run(shifted(by)),
      await expected(`no frame between t ${before} and ${after}`),
    );
  }
  assertEquals(await run(shifted(0.4 / fps)), clean);
  // Set back: the first frame is not used, the next one begins the stream anew.
  const back = shifted(-10), rows = await run(back);
  assertEquals(rows.slice(0, at), clean.slice(0, at));
  const t = back[at].t!, last = frames[at - 1].t!;
  assertEquals(rows.slice(at, at + 2), [
    { frame: at, missing: `t must be after ${last}, got ${t}` },
    { frame: at + 1, missing: `the clock was set back from ${last} to ${t}` },
  ]);
  assertEquals(rows.slice(at + 2), (await scoresOf(frames.slice(at + 1), at + 1)).slice(1));
});

Deno.test("A frame that comes twice or late is left out, and the window goes on", async () => {
  const frames = framesOf(0), at = size + 2;
  for (const other of [frames[at - 1], frames[at - 4]]) {
    const rows = await run([...frames.slice(0, at), other, ...frames.slice(at)]);
    assertEquals(rows[at], { frame: at, missing: `t must be after ${frames[at - 1].t}, got ${other.t}` });
    const later = clean.slice(at).map((row) => row && { ...row, frame: row.frame + 1 });
    assertEquals([...rows.slice(0, at), ...rows.slice(at + 1)], [...clean.slice(0, at), ...later]);
  }
});

Deno.test("A frame without a usable time stamp, where others have one, is reported", async () => {
  const frames = framesOf(0), at = size + 2;
  for (const t of [undefined, NaN, Infinity, "1" as unknown as number]) {
    const rows = await run(frames.with(at, { ...frames[at], t }));
    assertStringIncludes(
      (rows[at] as MissedFrame).missing,
      t === undefined ? "t is missing" : "t must be a number",
    );
    assertStringIncludes((rows[at + 1] as MissedFrame).missing, "no frame between");
    assertEquals(rows.slice(at + 2), (await scoresOf(frames.slice(at + 1), at + 1)).slice(1));
  }
});

Deno.test("Windows whose time stamps have another rate than the stream are not scored", async () => {
  const frames = framesOf(0).map((frame) => ({ ...frame, t: frame.t! / 2 })), rows = await run(frames);
  const missing = `the window has ${(2 * fps).toFixed(1)} frames per second, expected ${fps}`;
  assertEquals(rows[size - 2], undefined);
  assert(rows.slice(size - 1).every((row) => (row as MissedFrame).missing === missing));
});

Deno.test("Windows in another unit are not scored, and the likely unit is named", async () => {
  const frames = framesOf().map(({ x, y }) => ({
    x: Array.from(x!, (value) => value * 1000),
    y: Array.from(y!, (value) => value * 1000),
  }));
  for (const [t, row] of (await run(frames)).entries()) {
    if (t < size - 1) assertEquals(row, undefined);
    else assertStringIncludes((row as MissedFrame).missing, "expected frames in metres, these may be in mm");
  }
});

Deno.test("Two streams of one detector do not disturb each other", async () => {
  const detector = detectorFromBytes(bytes, "m", { engine }), frames = framesOf();
  const [one, two] = [0, 1].map(() => new LiveDetector(detector, { fps })),
    rows: (Row | undefined)[][] = [[], []];
  for (const [t, frame] of frames.entries()) {
    rows[0].push(await one.push(frame));
    if (t >= 3) rows[1].push(await two.push(frames[t - 3]));
  }
  assertEquals(rows, [clean, clean.slice(0, -3)]);
});

Deno.test("With adapt, scores are the same, and ranked among the latest windows without a common frame", async () => {
  const adapt = 4,
    live = new LiveDetector(detectorFromBytes(bytes, "m", { engine }), { fps, adapt, alpha: 0.25 });
  const frames = Array.from({ length: 8 }, () => framesOf()).flat(),
    plain = await run(frames),
    latest: number[] = [];
  for (const [t, row] of (await run(frames, live)).entries()) {
    const expected = plain[t] as LiveScore | undefined;
    if (!expected) continue;
    const { score } = expected, p = (1 + latest.filter((own) => own >= score).length) / (adapt + 1);
    const ranked = { frame: t, score, p, smallestP: 1 / (adapt + 1), alarm: p <= 0.25 };
    assertEquals(row, latest.length < adapt ? { ...expected, alarm: expected.p <= 0.25 } : ranked);
    if ((t - size + 1) % size === 0) latest.push(score);
    if (latest.length > adapt) latest.shift();
  }
  assertEquals(latest.length, adapt);
});

Deno.test("With change, another interaction is reported once, soon after it begins", async () => {
  const live = new LiveDetector(detectorFromBytes(bytes, "m", { engine }), { fps, change: 0.05 });
  const [kick] = generateDataset({ seed: 1, clipsPerCategory: 1, categories: ["kick"] }),
    far = (own: Float32Array) => own.map((v) => 1.2 * v);
  const random = new Random(hashSeed(0, "order")), changed: number[] = [];
  const framesFrom = (own: Clip) =>
    Array.from({ length: size }, (_, t) => ({
      x: own.x.slice(t * width, (t + 1) * width),
      y: own.y.slice(t * width, (t + 1) * width),
    }));
  for (let window = 0; window < 100; window++) {
    const own = window < 60 ? random.pick(clips) : { ...kick, x: far(kick.x), y: far(kick.y) };
    for (const frame of framesFrom(own)) {
      const row = await live.push(frame);
      if (!row || "missing" in row) continue;
      assert(row.evidence! > 0);
      if (row.changed) changed.push(window);
    }
  }
  assertEquals(changed.length, 1, String(changed));
  assert(changed[0] >= 60 && changed[0] < 85, String(changed));
});

Deno.test("A memory or a level that is out of range is refused", () => {
  for (const [option, value] of [["adapt", 0], ["adapt", 1.5], ["change", 0], ["change", 1]] as const) {
    assertThrows(() => new LiveDetector(trained, { fps, [option]: value }), UsageError, `${option} must be`);
  }
});

Deno.test("A frame rate that is not above 0 and at most 1000 is refused", () => {
  for (const rate of [0, -1, NaN, Infinity, 1001, "30" as unknown as number]) {
    assertThrows(() => new LiveDetector(trained, { fps: rate }), UsageError, "fps must be above 0");
  }
});

Deno.test("A joint at the origin is missing where the sensor writes it so, and a position elsewhere", async () => {
  const frames = framesOf(), [x] = [frames[size].x!].map((values) => Float32Array.from(values).fill(0, 3, 6));
  frames[size] = { ...frames[size], x };
  for (const zerosMissing of [true, false]) {
    const live = new LiveDetector(detectorFromBytes(bytes, "m", { engine }), { fps, zerosMissing });
    const row = (await run(frames, live))[size];
    assertEquals(
      row && "missing" in row && row.missing,
      zerosMissing && `person 1: ${skeleton.joints[1]} is missing`,
    );
  }
});
