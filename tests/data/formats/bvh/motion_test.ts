/** The BVH reader: exact values, exact limits, and the word of a fault. */
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { readBvh } from "../../../lib/data/formats/bvh.ts";
import { getSkeleton } from "../../../lib/data/skeletons.ts";
import { DataError } from "../../../lib/core/errors.ts";
import { Random } from "../../../lib/core/random.ts";
import { largestDifference } from "../../support/data_fixtures.ts";
import { BVH, text } from "../../support/custom_fixtures.ts";

/** The refusal of what throws one: its message, and its position. */
function refusal(read: () => unknown): [string, string | undefined] {
  const { message, position } = assertThrows(read, DataError);
  return [message, position];
}

const range = (count: number) => Array.from({ length: count }, (_, k) => k);
const bvh = (file: string) => readBvh(text(file), "a.bvh");

Deno.test("Joints of any BVH tree stand where their own and all rotations above them take them", () => {
  for (let seed = 0; seed < 40; seed++) {
    const random = new Random(seed), count = 3 + random.integer(6), frames = 1 + random.integer(3);
    const number = () => Number(random.normal(0, 40).toFixed(3));
    const joints = range(count).map((joint) => ({
      parent: joint === 0 ? -1 : random.integer(joint),
      offset: [number(), number(), number()],
      channels: random.shuffle(["X", "Y", "Z"].flatMap((axis) => [`${axis}position`, `${axis}rotation`]))
        .slice(0, random.integer(7)),
    }));
    // The file goes through the tree depth first.
    const order: number[] = [];
    const write = (joint: number): string => {
      order.push(joint);
      const { offset, channels } = joints[joint];
      const below = range(count).filter((k) => joints[k].parent === joint).map((k) => `JOINT ${write(k)}`);
      const end = below.length > 0 ? "" : "End Site { OFFSET 1 2 3 }";
      return `j${joint} { OFFSET ${offset.join(" ")} CHANNELS ${channels.length} ${channels.join(" ")} ${
        below.join(" ")
      } ${end} }`;
    };
    const tree = write(0),
      values = range(frames).map(() => order.map((joint) => joints[joint].channels.map(number)));
    const skeleton = { ...getSkeleton("sbu15"), name: "tree", joints: order.map((joint) => `j${joint}`) };
    const file = `HIERARCHY ROOT ${tree} MOTION Frames: ${frames} Frame Time: 0.04\n${
      values.map((frame) => frame.flat().join(" ")).join("\n")
    }`;
    const read = readBvh(text(file), "a.bvh", skeleton);
    assertEquals([read.frames, read.fps, read.skeleton], [frames, 25, skeleton]);
    const expected = values.flatMap((frame) =>
      order.flatMap((joint) => {
        let place = [0, 0, 0];
        // Up the tree: the last rotation of a joint is the first that meets what hangs from it.
        for (let at = joint; at >= 0; at = joints[at].parent) {
          const { channels, offset } = joints[at], own = frame[order.indexOf(at)], moved = [...offset];
          for (let k = channels.length - 1; k >= 0; k--) {
            const a = "XYZ".indexOf(channels[k][0]), b = (a + 1) % 3, c = (a + 2) % 3;
            if (channels[k].endsWith("position")) moved[a] = own[k];
            else if (at !== joint) {
              const [cos, sin] = [Math.cos(own[k] / 180 * Math.PI), Math.sin(own[k] / 180 * Math.PI)];
              [place[b], place[c]] = [cos * place[b] - sin * place[c], sin * place[b] + cos * place[c]];
            }
          }
          place = place.map((value, axis) => value + moved[axis]);
        }
        return place;
      })
    );
    assertEquals(largestDifference(read.values, expected) < 1e-3, true, `seed ${seed}`);
  }
});

Deno.test("A fault of a BVH file is named with its word", () => {
  const words = BVH.trim().split(/\s+/), long = "x".repeat(41), cut = "x".repeat(40);
  const put = (at: number, word: string) => words.with(at, word).join(" ");
  const find = (word: string) => words.indexOf(word);
  const time = find("Time:") + 1, total = words.length;
  const cases: [string, string, number][] = [
    [put(0, long), `expected HIERARCHY, found ${cut}`, 1],
    [put(1, "JOINT"), "expected ROOT, found JOINT", 2],
    [put(3, "("), "expected {, found (", 4],
    [put(5, long), `expected a number, found ${cut}`, 6],
    [put(7, "Infinity"), "expected a number, found Infinity", 8],
    [put(find("JOINT"), long), `expected JOINT, End or }, found ${cut}`, find("JOINT") + 1],
    [put(find("Zrotation"), "Wrotation"), "unknown channel Wrotation", find("Yrotation") + 1],
    [put(find("Zrotation"), long), `unknown channel ${cut}`, find("Yrotation") + 1],
    [put(find("End") + 1, "Sit"), "expected Site, found Sit", find("End") + 2],
    [put(find("CHANNELS") + 1, "7"), "expected 0 to 6 channels, got 7", find("CHANNELS") + 2],
    [put(time, "0"), "the frame time must be positive, got 0", time + 1],
    [put(time - 3, "3"), "expected 3 frames of 21 values, found 42 values", time + 1],
    [put(time - 3, "0"), "expected 0 frames of 21 values, found 42 values", time + 1],
    [put(total - 1, long), `expected a number, found ${cut}`, total],
    [`${words.join(" ")} 7 8`, "expected its end after 2 frames, found more values", total + 1],
    [words.slice(0, 5).join(" "), "it ends too early", 6],
  ];
  for (const [file, why, word] of cases) {
    assertEquals(refusal(() => bvh(file)), [`Cannot read a.bvh: ${why}`, `word ${word}`]);
  }
  const chain = (joints: number) => {
    const tree = range(joints).map((k) => `j${k} { OFFSET 0 0 0 CHANNELS 0`).join(" JOINT ");
    return `HIERARCHY ROOT ${tree} ${"} ".repeat(joints)} MOTION Frames: 1 Frame Time: 1`;
  };
  const skeleton = { ...getSkeleton("sbu15"), name: "chain", joints: range(1000).map((k) => `j${k}`) };
  assertEquals(readBvh(text(chain(1000)), "a.bvh", skeleton).values, new Float32Array(3000));
  assertEquals(refusal(() => bvh(chain(1001)))[0], "Cannot read a.bvh: expected at most 1000 joints");
});

Deno.test("A skeleton is told from the names of a BVH file, whatever the case of left and right", () => {
  const small = BVH.replaceAll("Left", "left").replaceAll("Right", "right");
  assertEquals(bvh(small).skeleton.mirror, [0, 2, 1, 5, 4, 3]);
  assertEquals(bvh(small).skeleton, bvh(small).skeleton);
  // The first joint may be a hip of either side.
  const file =
    "HIERARCHY ROOT LeftHip { OFFSET 0 0 0 CHANNELS 0 JOINT RightHip { OFFSET 1 0 0 CHANNELS 0 } " +
    "JOINT RightArm { OFFSET 1 1 0 CHANNELS 0 } JOINT LeftArm { OFFSET 0 1 0 CHANNELS 0 } } " +
    "MOTION Frames: 1 Frame Time: 0.01";
  const { skeleton, fps, values } = bvh(file);
  assertEquals([skeleton.hips, skeleton.shoulders, skeleton.mirror, fps], [
    [0, 1],
    [3, 2],
    [1, 0, 3, 2],
    100,
  ]);
  assertEquals([...values], [0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0]);
  const other = bvh(file.replace(/Left|Right/g, (side) => side === "Left" ? "Right" : "Left")).skeleton;
  assertEquals([other.hips, other.shoulders, other.mirror], [[1, 0], [2, 3], [1, 0, 3, 2]]);
  const [why] = refusal(() => bvh(BVH.replaceAll("Arm", "Elbow")));
  assertEquals(why, "Cannot read a.bvh: cannot tell its arm|shoulder; name a skeleton in the description");
});

Deno.test("BVH joints stand where the rotations take them, worked out by hand", () => {
  const { skeleton, fps, frames, values } = readBvh(text(BVH), "a.bvh");
  assertEquals(values.length, 2 * 6 * 3);
  assertEquals([frames, skeleton.joints], [2, [
    "Hips",
    "LeftUpLeg",
    "RightUpLeg",
    "LeftArm",
    "LeftHand",
    "RightArm",
  ]]);
  assertEquals([skeleton.parents, skeleton.hips, skeleton.shoulders], [[-1, 0, 0, 0, 3, 0], [1, 2], [3, 5]]);
  assertEquals(skeleton.mirror, [0, 2, 1, 5, 4, 3]);
  assertAlmostEquals(fps, 30, 1e-3);
  const at = (
    frame: number,
    joint: number,
  ) => [...values.subarray((frame * 6 + joint) * 3, (frame * 6 + joint) * 3 + 3)];
  const near = (actual: number[], expected: number[]) =>
    actual.forEach((v, i) => assertAlmostEquals(v, expected[i], 1e-4));
  near(at(0, 4), [50, 150, 0]); // rest: hips + arm + hand
  // Hips turned by 90 degrees about y: +x becomes -z. The arm is turned by 90 degrees about z in that frame: +x becomes +y.
  near(at(1, 1), [5, 100, -10]);
  near(at(1, 3), [5, 150, -20]);
  near(at(1, 4), [5, 180, -20]);
});

Deno.test("A joint of a BVH file has 0 to 6 channels", () => {
  for (const count of [-1, 7, 1.5]) {
    const text =
      `HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\nCHANNELS ${count} Xposition Yposition Zposition Xrotation\n}`;
    assertThrows(
      () => readBvh(new TextEncoder().encode(text), "a.bvh"),
      DataError,
      "expected 0 to 6 channels",
    );
  }
});
