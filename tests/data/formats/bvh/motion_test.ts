/** The BVH reader: joints stand where the rotations take them. */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { readBvh } from "../../../../lib/data/formats/bvh/motion.ts";
import { getSkeleton } from "../../../../lib/data/skeletons.ts";
import { Random } from "../../../../lib/core/random.ts";
import { largestDifference } from "../../../support/data_fixtures.ts";
import { BVH, text } from "../../../support/custom_fixtures.ts";

const range = (count: number) => Array.from({ length: count }, (_, k) => k);

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
    const read = readBvh(text(file), "a.bvh", { skeleton });
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
  assertEquals(fps, 30);
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
