/** Recordings that hold more bodies than people, and bodies that are given by rotations: whom the readers choose, where they stand. */
import { countLost } from "../../../support/data_fixtures.ts";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openClipSource } from "../../../../lib/data/formats/registry.ts";
import { choosePeople } from "../../../../lib/data/formats/ntu/people.ts";
import type { NtuBody } from "../../../../lib/data/formats/ntu/text.ts";
import { writeNtuRecording } from "../../../support/write_ntu.ts";
import { DataError } from "../../../../lib/core/errors.ts";
import { Random } from "../../../../lib/core/random.ts";
import { withFolder } from "../../../support/data_fixtures.ts";
import { writeHdf5 } from "../../../support/hdf5.ts";
import { writeNpy } from "../../../support/write_npy.ts";

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k);

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
  [x, y].map((values) => Math.round(values.find((value, i) => i % 75 === 0 && !Number.isNaN(value))!) + 0);

Deno.test("The people are the two bodies whose coordinates have the greatest standard deviations in all, however long they are there", () => {
  for (let seed = 0; seed < 60; seed++) {
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
  const joined = (gap: number, distance: number, axis = 0) => {
    const early = body(0, range(0, 20), 0), late = body(1, range(19 + gap, 60), 0);
    for (let p = axis; p < late.joints.length; p += 3) late.joints[p] += distance;
    const other = body(2, range(0, 60), 10);
    // Joined, the person who came back is one with a gap, and nobody else is left.
    const people = choosePeople({ frames: 60, bodies: [early, late, other] }, "a"), { frames, x } = people;
    const alone = x.subarray(0, 75).every((value, i) => value === early.joints[i]);
    return frames === 60 && alone && countLost(people) === 25 * (gap - 1);
  };
  for (const [gap, distance] of [[1, 0.5499], [2, 0.5999], [10, 1], [20, 1.4999]]) {
    assertEquals([gap, joined(gap, distance)], [gap, true]);
    assertEquals([gap, joined(gap, distance + 0.0002)], [gap, false]);
    assertEquals([gap, joined(gap, -distance)], [gap, true]);
    for (const axis of [1, 2]) {
      assertEquals([axis, joined(gap, distance - 0.001, axis)], [axis, true]);
      assertEquals([axis, joined(gap, distance + 0.001, axis)], [axis, false]);
    }
  }
  // Of two who vanished it is the nearer one, or the first in the file; one who is still there is nobody else.
  for (const [place, last] of [[0.3, [0, 30]], [0.25, [25, 50]], [0.2, [20, 50]]] as const) {
    const bodies = [body(0, range(0, 20), 0), body(1, range(0, 20), 0.5), body(2, range(21, 40), place)];
    const { x, y } = choosePeople({ frames: 40, bodies }, "a");
    const lastKnown = (values: Float32Array) =>
      values.findLast((value, i) => i % 75 === 0 && !Number.isNaN(value))!;
    assertEquals([x, y].map((values) => Math.round(lastKnown(values) * 100)), [...last]);
  }
  const there = [body(0, range(0, 20), 0), body(1, range(19, 40), 0.1)];
  assertEquals(countLost(choosePeople({ frames: 40, bodies: there }, "a")), 40 * 25 - 25);
  // Where no pelvis is known, nobody is near.
  const blind = [body(0, range(0, 20), 0), body(1, range(20, 40), 0)];
  blind[1].joints.fill(NaN, 0, 3);
  assertEquals(countLost(choosePeople({ frames: 40, bodies: blind }, "a")), 2 * 20 * 25 + 1);
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

Deno.test("A person who walks far from frame to frame is not wide", () => {
  const all = range(0, 40), walker = body(0, all, 0), bodies = [walker, body(1, all, 10), body(2, all, 20)];
  for (let p = 0; p < walker.joints.length; p += 3) walker.joints[p] += 2 * (Math.floor(p / 75) % 2);
  bodies[2].joints[0] += 0.1;
  assertEquals(places(choosePeople({ frames: 40, bodies }, "a")), [0, 20]);
});

Deno.test("Recordings of NTU are found four folders down; what lies deeper is named", () => {
  const file = writeNtuRecording({ frames: 1, bodies: [body(1, [0], 0), body(2, [0], 10)] });
  const name = (k: number) => `S00${k}C001P001R001A050`;
  const files = {
    [`${name(1)}.skeleton`]: file,
    [`a/b/${name(2)}.skeleton`]: file,
    [`a/b/c/d/e/${name(3)}.skeleton`]: file,
    [`a/b/c/d/${name(4)}.SKELETON`]: file,
  };
  return withFolder(files, async (root) => {
    const { entries, read, excluded } = await openClipSource(root, "ntu120");
    assertEquals(entries.map(({ id }) => id), [name(1), name(2), name(4)]);
    assertEquals(excluded?.map(({ reason }) => reason), [
      `Left out ${root}/a/b/c/d/e: too many folders deep`,
    ]);
    assertEquals((await read(entries[1])).frames, 1);
  });
});

Deno.test("A clip of SMPL-X may have one frame, and zeros in some rows of a frame are values", () =>
  withFolder({}, async (root) => {
    const random = new Random(2), one = Float32Array.from({ length: 336 }, () => random.normal(0, 0.4));
    const some = Float32Array.from({ length: 3 * 336 }, () => random.normal(0, 0.4));
    // In the second frame only the translation of each person is not zero.
    some.fill(0, 336, 2 * 336 - 6);
    await writeHdf5(`${root}/a.h5`, { S001C001P001R001A050: one, S001C001P001R001A051: some });
    const { entries, read } = await openClipSource(`${root}/a.h5`, "ntu120-smplx");
    for (const [i, values] of [one, some].entries()) {
      const { frames, x, y, interpolated } = await read(entries[i]);
      assertEquals([frames, interpolated], [values.length / 336, undefined]);
      const person = (first: number) => values.filter((_, k) => Math.floor(k % 6 / 3) === first);
      assertEquals([x, y], [person(0), person(1)]);
    }
  }));

Deno.test("Arrays of SMPL-X have 1 to 10,000 frames, and actions 001 to 026 are the 26 mutual ones", () =>
  withFolder({}, async (root) => {
    const key = (action: string) => `S001C001P001R001A${action}`;
    const arrays = { "001": 10_000, "026": 1, "027": 1, "049": 1, "060": 0 };
    const made = Object.entries(arrays).map((
      [action, frames],
    ) => [key(action), new Float32Array(336 * frames).map((_, i) => 1 + i % 5)]);
    await writeHdf5(`${root}/a.h5`, Object.fromEntries(made));
    const { entries, read } = await openClipSource(`${root}/a.h5`, "ntu120-smplx");
    assertEquals(entries.map(({ id, files }) => [id, ...files]), [
      [key("050"), key("001")],
      [key("060"), key("060")],
      [key("120"), key("026")],
    ]);
    assertEquals([(await read(entries[0])).frames, (await read(entries[2])).frames], [10_000, 1]);
    const { message } = await assertRejects(() => read(entries[1]), DataError);
    const expected = "expected float32 values of shape [1 to 10000,56,6], got [0,56,6]";
    assertEquals(message, `Cannot read ${root}/a.h5/${key("060")}: ${expected}`);
  }));

Deno.test("A skeleton at rest of which one value is not finite is refused", () =>
  withFolder({}, async (root) => {
    await writeHdf5(`${root}/a.h5`, { S001C001P001R001A050: new Float32Array(336).fill(1) });
    const restSkeleton = `${root}/rest.npy`;
    for (const value of [NaN, Infinity]) {
      const rest = new Float32Array(165).fill(1);
      rest[100] = value;
      await Deno.writeFile(restSkeleton, writeNpy(rest, [55, 3]) as Uint8Array<ArrayBuffer>);
      const open = () => openClipSource(`${root}/a.h5`, "ntu120-smplx", { restSkeleton });
      const { message, file } = await assertRejects(open, DataError);
      const expected = "expected 55 finite positions, [55,3], got [55,3]";
      assertEquals([message, file], [`Cannot read ${restSkeleton}: ${expected}`, restSkeleton]);
    }
  }));
