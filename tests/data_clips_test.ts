/** Clips of the layouts that hold more than two people, or one in each file: whom the readers choose and what they leave out. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { zipSync } from "fflate";
import { parseDescription } from "../lib/data/description.ts";
import { openSource } from "../lib/data/formats.ts";
import { writeNpy } from "../lib/data/npy.ts";
import { choosePeople } from "../lib/data/ntu_people.ts";
import type { NtuBody } from "../lib/data/ntu_text.ts";
import { SMPLX55 } from "../lib/data/skeletons.ts";
import { smplxPositions } from "../lib/data/smplx.ts";
import { writeNtuRecording } from "../lib/data/write_ntu.ts";
import { DataError } from "../lib/errors.ts";
import { Random } from "../lib/random.ts";
import { largestDifference, randomClip, withFolder } from "./data_fixtures.ts";
import { writeHdf5 } from "./hdf5.ts";
import { asCsv, BVH, describe, rows, stack, text } from "./own_fixtures.ts";

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k);

/** Use a folder of these files. */
const withFiles = (files: Readonly<Record<string, Uint8Array>>, use: (root: string) => Promise<void>) =>
  withFolder({}, async (root) => {
    for (const [path, bytes] of Object.entries(files)) {
      await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeFile(`${root}/${path}`, bytes as Uint8Array<ArrayBuffer>);
    }
    await use(root);
  });

/** A body whose 25 joints stand one above the other at `place`, each coordinate trembling by its own draw. */
function body(
  id: number,
  at: readonly number[],
  place: number,
  jitter: (k: number) => number = () => 0,
): NtuBody {
  const joints = Float32Array.from({ length: at.length * 75 }, (_, i) => {
    const k = i % 75;
    return (k % 3 === 0 ? place : k % 3 === 1 ? Math.floor(k / 3) / 12 : 3) + jitter(k);
  });
  return { id: String(id), at, joints };
}
const places = ({ x, y }: { readonly x: Float32Array; readonly y: Float32Array }) =>
  [x, y].map((values) => Math.round(values[0]) + 0);

Deno.test("The people are the two bodies whose coordinates have the greatest standard deviations in all, however long they are there", () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = new Random(seed), frames = 16;
    const bodies = range(0, 3 + random.integer(3)).map((k) => {
      const from = random.integer(3), to = frames - random.integer(3), size = random.uniform(0.02, 0.06);
      const one = body(k, range(from, to), 10 * k, () => random.normal(0, size));
      // A joint may be lost, but for one frame.
      for (const lost of range(from + 1, to)) {
        const p = (lost - from) * 75 + 3 * (1 + random.integer(24));
        if (random.chance(0.3)) one.joints.fill(NaN, p, p + 3);
      }
      return one;
    });
    const spread = ({ joints }: NtuBody) =>
      range(0, 75).reduce((sum, k) => {
        const values = joints.filter((value, i) => i % 75 === k && !Number.isNaN(value));
        const mean = values.reduce((a, b) => a + b, 0) / values.length;
        return sum +
          Math.sqrt(values.reduce((squares, value) => squares + (value - mean) ** 2, 0) / values.length);
      }, 0);
    const most = [...bodies].sort((a, b) => spread(b) - spread(a)).slice(0, 2);
    const first = Math.min(...most.map(({ at }) => at[0])),
      last = Math.max(...most.map(({ at }) => at.at(-1)!));
    const people = choosePeople({ frames, bodies }, "a");
    assertEquals(places(people), most.map(({ id }) => 10 * Number(id)).sort((a, b) => a - b), `seed ${seed}`);
    assertEquals(people.frames, last - first + 1);
  }
});

Deno.test("Two frames are enough to see motion, one is none, and a short recording has short bodies", () => {
  const step = (size: number) => {
    const one = body(1, [0, 1], 10);
    one.joints[75] += size;
    return one;
  };
  const bodies = [body(0, [0, 1], 0), step(0.2), {
    ...step(0.1),
    joints: step(0.1).joints.map((v, i) => i % 3 === 0 ? v + 10 : v),
  }];
  assertEquals(places(choosePeople({ frames: 2, bodies }, "a")), [10, 20]);
  // A joint that is there in one frame, or in none, adds nothing.
  const lost = body(3, range(0, 2), 30);
  lost.joints.fill(NaN, 75 + 3, 75 + 6);
  lost.joints[75] += 0.3;
  assertEquals(places(choosePeople({ frames: 2, bodies: [...bodies, lost] }, "a")), [10, 30]);
  // At least 12 frames, or half of them where there are fewer than 23.
  for (const [frames, shortest] of [[1, 1], [5, 3], [6, 3], [22, 11], [23, 12], [24, 12], [80, 12]]) {
    const whole = body(0, range(0, frames), 0);
    assertEquals(
      choosePeople({ frames, bodies: [whole, body(1, range(0, shortest), 10)] }, "a").frames,
      frames,
    );
    const short = [whole, body(1, range(0, shortest - 1), 10)].filter(({ at }) => at.length > 0);
    const { message } = assertThrows(() => choosePeople({ frames, bodies: short }, "a.skeleton"), DataError);
    assertEquals(message, `Cannot read a.skeleton: expected two people, found 1 in ${short.length} bodies`);
  }
});

Deno.test("A body that appears within half a metre, and 5 cm a frame, of where another vanished is the same person", () => {
  const joined = (gap: number, distance: number) => {
    const early = body(0, range(0, 20), 0), late = body(1, range(19 + gap, 60), Math.fround(distance));
    const other = body(2, range(0, 60), 10);
    // Joined, the person who came back is one with a gap, and nobody else is left.
    const { frames, x, interpolated } = choosePeople({ frames: 60, bodies: [early, late, other] }, "a");
    const alone = x.subarray(0, 75).every((value, i) => value === early.joints[i]);
    return frames === 60 && alone && interpolated === 25 * (gap - 1);
  };
  for (const [gap, distance] of [[1, 0.5499], [2, 0.5999], [10, 1], [20, 1.4999]]) {
    assertEquals([gap, joined(gap, distance)], [gap, true]);
    assertEquals([gap, joined(gap, distance + 0.0002)], [gap, false]);
    assertEquals([gap, joined(gap, -distance)], [gap, true]);
  }
  // Of two who vanished, it is the nearer one; one who is still there is nobody else.
  const bodies = [body(0, range(0, 20), 0), body(1, range(0, 20), 0.5), body(2, range(21, 40), 0.3)];
  const { x, y } = choosePeople({ frames: 40, bodies }, "a");
  const last = [x, y].map((values) => Math.round(values[39 * 75] * 10));
  assertEquals(last, [0, 3]);
  const there = [body(0, range(0, 20), 0), body(1, range(19, 40), 0.1)];
  assertEquals(choosePeople({ frames: 40, bodies: there }, "a").interpolated, 40 * 25 - 25);
  // Where no pelvis is known, nobody is near.
  const blind = [body(0, range(0, 20), 0), body(1, range(20, 40), 0)];
  blind[1].joints.fill(NaN, 0, 3);
  assertEquals(choosePeople({ frames: 40, bodies: blind }, "a").interpolated, 2 * 20 * 25 + 1);
});

Deno.test("A body that is wider than 0.8 of its height in 70 of 100 frames is furniture, in 69 it is not", () => {
  const all = range(0, 100);
  for (
    const [frames, width, furniture] of [[70, 1.61, true], [69, 1.61, false], [100, 1.59, false]] as const
  ) {
    const chair = body(0, all, 0);
    // Joint 24 is 2 m above joint 0.
    for (const t of range(0, frames)) chair.joints[t * 75 + 5 * 3] += width;
    chair.joints[20 * 75 + 4] += 0.001;
    const bodies = [chair, body(1, all, 10), body(2, all, 20)];
    assertEquals([frames, width, places(choosePeople({ frames: 100, bodies }, "a"))], [
      frames,
      width,
      furniture ? [10, 20] : [0, 10],
    ]);
    // It is a person where nobody else is left.
    assertEquals(places(choosePeople({ frames: 100, bodies: bodies.slice(0, 2) }, "a")), [0, 10]);
  }
});

Deno.test("A joint that is known in no frame is named with its body", () => {
  const blind = body(72, range(0, 4), 10);
  for (const t of range(0, 4)) blind.joints.fill(NaN, t * 75 + 9, t * 75 + 12);
  const { message } = assertThrows(
    () => choosePeople({ frames: 4, bodies: [body(1, range(0, 4), 0), blind] }, "a.skeleton"),
    DataError,
  );
  assertEquals(message, "Cannot read a.skeleton: head of body 72 is NaN in every frame");
});

Deno.test("Recordings of NTU are found two folders down, and no deeper", () => {
  const file = text(writeNtuRecording({ frames: 1, bodies: [body(1, [0], 0), body(2, [0], 10)] }));
  const name = (k: number) => `S00${k}C001P001R001A050`;
  const files = {
    [`${name(1)}.skeleton`]: file,
    [`a/b/${name(2)}.skeleton`]: file,
    [`a/b/c/${name(3)}.skeleton`]: file,
  };
  return withFiles(files, async (root) => {
    const { entries, read } = await openSource(root, "ntu120");
    assertEquals(entries.map(({ id }) => id), [name(1), name(2)]);
    assertEquals((await read(entries[1])).frames, 1);
  });
});

const person = (value: number, frames = 2) =>
  writeNpy(new Float32Array(frames * 192).fill(value), [frames, 64, 3]);

Deno.test("Clips of Inter-X lie one folder below skeletons, anywhere in a zip, and each once", async () => {
  const id = "G001T000A000R000", clip = { [`${id}/P1.npy`]: person(1), [`${id}/P2.npy`]: person(2) };
  const put = (folder: string, files: Readonly<Record<string, Uint8Array>> = clip) =>
    Object.fromEntries(Object.entries(files).map(([name, bytes]) => [folder + name, bytes]));
  await withFiles({ ...put("skeletons/"), ...put("skeletons/backup/") }, async (root) => {
    const { entries, read } = await openSource(root, "interx");
    assertEquals(entries.map(({ files }) => files), [[`${id}/P1.npy`, `${id}/P2.npy`]]);
    const { x, y, frames } = await read(entries[0]);
    assertEquals([x[0], y[0], frames], [1, 2, 2]);
    await Deno.writeFile(`${root}/skeletons/${id}/P2.npy`, person(2, 3) as Uint8Array<ArrayBuffer>);
    const file = `${root}/skeletons/${id}`;
    const longer = await assertRejects(() => read(entries[0]), DataError);
    assertEquals([longer.message, longer.file], [
      `Cannot read ${file}: expected as many frames in P2.npy as in P1.npy, got 3 and 2`,
      file,
    ]);
  });
  await withFiles({
    "skeletons.zip": zipSync(put("a/b/")),
    "twice.zip": zipSync({ ...put("a/"), ...put("b/") }),
    "one.zip": zipSync(put("a/", { [`${id}/P2.npy`]: person(2) })),
  }, async (root) => {
    const { entries, read } = await openSource(root, "interx");
    assertEquals((await read(entries[0])).y[0], 2);
    const { message, file } = await assertRejects(() => openSource(`${root}/twice.zip`, "interx"), DataError);
    assertEquals([message, file], [
      `Cannot read ${root}/twice.zip/b/${id}/P1.npy: clip ${id} is there already, at a/${id}/P1.npy`,
      `${root}/twice.zip/b/${id}/P1.npy`,
    ]);
    const one = await openSource(`${root}/one.zip`, "interx");
    const alone = await assertRejects(() => one.read(one.entries[0]), DataError);
    assertEquals(
      alone.message,
      `Cannot read ${root}/one.zip/a/${id}: expected P1.npy and P2.npy, found only one`,
    );
  });
});

const CLIP = randomClip(4, 3);
const near = (values: Float32Array, expected: Float32Array, factor: number) =>
  assertEquals(values, expected.map((value) => value * factor));

Deno.test("Arrays are read in the units of their description, from npy, npz and a zip of npy", async () => {
  const array = { "hug/a.npy": stack(CLIP) },
    packed = { "hug/a.npz": zipSync({ "keypoint.npy": stack(CLIP) }) };
  const described = (layout: string, units: string) => ({ "iadnet.json": describe(layout, { units }) });
  const sets: [Record<string, Uint8Array>, string, number][] = [
    [{ ...described("npy", "cm"), ...array }, "", 0.01],
    [{ ...described("npy", "mm"), ...array, "hug/deep/b.npy": stack(CLIP), "c.npy": stack(CLIP) }, "", 0.001],
    [{ ...described("npz", "cm"), ...packed }, "", 0.01],
    [{ "a.zip": zipSync({ ...described("npy", "m"), ...array }) }, "/a.zip", 1],
  ];
  for (const [files, path, factor] of sets) {
    await withFiles(files, async (root) => {
      const { entries, read } = await openSource(root + path, "own");
      assertEquals(entries.map(({ id, category, group }) => [id, category, group]), [[
        "hug/a",
        "hug",
        "hug/a",
      ]]);
      const { x, y, frames, fps } = await read(entries[0]);
      assertEquals([frames, fps], [3, 15]);
      near(x, CLIP.x, factor);
      near(y, CLIP.y, factor);
    });
  }
  await withFiles({ "a.zip": zipSync({ ...described("npz", "m"), ...packed }) }, async (root) => {
    const { message } = await assertRejects(() => openSource(`${root}/a.zip`, "own"), DataError);
    assertEquals(
      message,
      `Cannot read ${root}/a.zip: .npz files within a zip file are not read; unpack it first`,
    );
  });
});

Deno.test("Tables are found three folders down, and no deeper, and a clip stands in one of them", () => {
  const table = (id: string) => asCsv(rows([{ ...CLIP, id }]));
  const files = {
    "iadnet.json": describe("csv"),
    "a.csv": table("one"),
    "a/b/c/b.csv": table("two"),
    "a/b/c/d/c.csv": table("three"),
    "n.txt": text("x"),
  };
  return withFiles(files, async (root) => {
    assertEquals((await openSource(root, "own")).entries.map(({ id, files }) => [id, ...files]), [[
      "one",
      "a.csv",
    ], ["two", "a/b/c/b.csv"]]);
    await Deno.writeFile(`${root}/b.csv`, table("one") as Uint8Array<ArrayBuffer>);
    const { message, file } = await assertRejects(() => openSource(root, "own"), DataError);
    assertEquals([message, file], [
      `Cannot read ${root}/b.csv: clip one is in another file, too`,
      `${root}/b.csv`,
    ]);
    await Deno.remove(`${root}/iadnet.json`);
    const none = await assertRejects(() => openSource(root, "own"), DataError);
    assertEquals(none.message, `Cannot read ${root} as own: expected iadnet.json, found 4 other files`);
  });
});

Deno.test("Two BVH files that do not fit are refused by both names, and the description's rate goes before theirs", async () => {
  const other = (change: (file: string) => string) => ({
    "iadnet.json": text('{"layout":"bvh","units":"mm"}'),
    "hug/a/P1.bvh": text(BVH),
    "hug/a/P2.bvh": text(change(BVH)),
  });
  const cases: [(file: string) => string, string][] = [
    [(file) => file.replace("0.0333333", "0.04"), "30.00003 and 25 frames a second"],
    [(file) => file.replaceAll("Hand", "Fist"), "their joints differ"],
  ];
  for (const [change, why] of cases) {
    await withFiles(other(change), async (root) => {
      const { entries, read } = await openSource(root, "own"),
        [one, two] = [1, 2].map((k) => `${root}/hug/a/P${k}.bvh`);
      const { message, file } = await assertRejects(() => read(entries[0]), DataError);
      assertEquals([message, file], [`Cannot pair ${one} and ${two}: ${why}`, two]);
    });
  }
  const slow = {
    ...other((file) => file),
    "iadnet.json": text('{"layout":"bvh","units":"mm","fps":12,"up":"z"}'),
  };
  await withFiles(slow, async (root) => {
    const { entries, read } = await openSource(root, "own"), { fps, up, x, y } = await read(entries[0]);
    assertEquals([fps, up, Math.fround(0.1), x[1]], [12, "z", y[1], y[1]]);
  });
});

Deno.test("A rate of 0 or without end is refused, a pattern may have 200 characters, a skeleton 1000 joints", () => {
  const parse = (more: Record<string, unknown>) => parseDescription(describe("csv", more), "iadnet.json");
  for (const fps of [0, -0, "15", null]) {
    assertThrows(
      () => parse({ fps }),
      DataError,
      `fps must be a positive number, got ${JSON.stringify(fps)}`,
    );
  }
  assertThrows(
    () => parseDescription(text('{"layout":"csv","skeleton":"sbu15","fps":1e999}'), "iadnet.json"),
    DataError,
    "fps must be",
  );
  assertEquals(parse({ fps: 1e-3 }).fps, 1e-3);
  assertEquals(parse({ group: `(${"a".repeat(198)})` }).group!("a".repeat(198)), "a".repeat(198));
  assertThrows(() => parse({ group: `(${"a".repeat(199)})` }), DataError, "at most 200 characters");
  const skeleton = (count: number) => ({
    name: "many",
    joints: range(0, count).map(String),
    parents: range(-1, count - 1),
    pelvis: [0],
    hips: [0, 1],
    shoulders: [0, 1],
  });
  assertEquals(parse({ skeleton: skeleton(1000) }).skeleton!.joints.length, 1000);
  assertThrows(() => parse({ skeleton: skeleton(1001) }), DataError, "1 to 1000 names");
});

Deno.test("A clip of SMPL-X may have one frame, and zeros in some rows of a frame are values", () =>
  withFolder({}, async (root) => {
    const random = new Random(2), one = Float32Array.from({ length: 336 }, () => random.normal(0, 0.4));
    const some = Float32Array.from({ length: 3 * 336 }, () => random.normal(0, 0.4));
    // In the second frame only the translation of each person is not zero.
    some.fill(0, 336, 2 * 336 - 6);
    await writeHdf5(`${root}/a.h5`, { S001C001P001R001A050: one, S001C001P001R001A051: some });
    const { entries, read } = await openSource(`${root}/a.h5`, "ntu120-smplx");
    for (const [i, values] of [one, some].entries()) {
      const { frames, x, y, interpolated } = await read(entries[i]);
      assertEquals([frames, interpolated], [values.length / 336, undefined]);
      const person = (first: number) => values.filter((_, k) => Math.floor(k % 6 / 3) === first);
      assertEquals([x, y], [person(0), person(1)]);
    }
  }));

Deno.test("Rotations of SMPL-X are those of their axis and angle, one after another down from the pelvis", () => {
  const random = new Random(4), rest = Float32Array.from({ length: 165 }, () => random.normal(0, 0.4));
  const pose = Float32Array.from({ length: 168 }, () => random.normal(0, 0.8)),
    out = smplxPositions(pose, rest);
  const rotate = (v: readonly number[], joint: number) => {
    // By quaternions: v + 2 q x (q x v + w v).
    const a = [...pose.subarray(joint * 3, joint * 3 + 3)], angle = Math.hypot(...a);
    const q = a.map((value) => value / angle * Math.sin(angle / 2)), w = Math.cos(angle / 2);
    const cross = (s: readonly number[], t: readonly number[]) =>
      [0, 1, 2].map((k) => s[(k + 1) % 3] * t[(k + 2) % 3] - s[(k + 2) % 3] * t[(k + 1) % 3]);
    const inner = cross(q, v).map((value, k) => value + w * v[k]);
    return cross(q, inner).map((value, k) => v[k] + 2 * value);
  };
  const expected = SMPLX55.joints.flatMap((_, joint) => {
    let place = [0, 0, 0];
    // From the joint up: what hangs below a parent is turned by it.
    for (let at = joint; at >= 0; at = SMPLX55.parents[at]) {
      const parent = SMPLX55.parents[at];
      place = place.map((value, k) => value + rest[at * 3 + k] - (parent < 0 ? 0 : rest[parent * 3 + k]));
      if (parent >= 0) place = rotate(place, parent);
    }
    return place.map((value, k) => value + pose[165 + k]);
  });
  assertEquals(largestDifference(out, expected) < 1e-5, true);
});
