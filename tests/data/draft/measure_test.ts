import { assertEquals } from "@std/assert";
import type { Clip } from "../../../lib/data/clip.ts";
import { matchColumns } from "../../../lib/data/draft/columns.ts";
import { inferUp } from "../../../lib/data/draft/measure.ts";
import { skeletonsOf, skeletonsOfSize } from "../../../lib/data/draft/skeleton.ts";
import { UP_AXES, type UpAxis } from "../../../lib/data/skeleton.ts";
import { getSkeleton, KINECT25 } from "../../../lib/data/skeletons.ts";
import { generateDataset } from "../../../lib/data/synthetic/mod.ts";
import { upRotation } from "../../../lib/data/transforms/prepare.ts";

const CLIPS = generateDataset({
  seed: 2,
  clipsPerCategory: 2,
  categories: ["hug", "kick"],
  skeleton: KINECT25,
});

/** The clip in a frame whose `up` axis is up: multiplied by the inverse of the rotation to y up. */
function turned(clip: Clip, up: UpAxis): Clip {
  const matrix = upRotation(up);
  const turn = (values: Float32Array) =>
    values.map((_, p) => {
      const axis = p % 3, from = p - axis;
      return [0, 1, 2].reduce((sum, k) => sum + matrix[axis * 3 + k] * values[from + k], 0);
    });
  return { ...clip, x: turn(clip.x), y: turn(clip.y) };
}

Deno.test("The up axis is found in every frame, and not where people lie", () => {
  for (const up of UP_AXES) assertEquals(inferUp(CLIPS.map((clip) => turned(clip, up))), up);
  const tilted = CLIPS.map((clip) => {
    const tilt = (values: Float32Array) =>
      values.map((value, p) =>
        p % 3 === 1
          ? (value + values[p + 1]) / Math.SQRT2
          : p % 3 === 2
          ? (value - values[p - 1]) / Math.SQRT2
          : value
      );
    return { ...clip, x: tilt(clip.x), y: tilt(clip.y) };
  });
  assertEquals(inferUp(tilted), undefined);
});

Deno.test("A skeleton is found by all of its joints, in any spelling, and by their number", () => {
  assertEquals(skeletonsOf(KINECT25.joints), ["kinect25"]);
  const sdk = KINECT25.joints.map((joint) => joint === "pelvis" ? "SpineBase" : joint.toUpperCase());
  assertEquals(skeletonsOf(sdk), ["kinect25"]);
  assertEquals(skeletonsOf(KINECT25.joints.slice(1)), []);
  assertEquals(skeletonsOf([...KINECT25.joints, "tail"]), []);
  for (const name of skeletonsOfSize(17)) assertEquals(getSkeleton(name).joints.length, 17);
  assertEquals(skeletonsOfSize(17).includes("coco17"), true);
  assertEquals(skeletonsOfSize(1000), []);
});

Deno.test("Columns are found by exact names first, then by synonyms; the others are named", () => {
  assertEquals(matchColumns(["clip", "frame", "person", "joint", "x", "y", "z"]).found, {
    clip: "clip",
    frame: "frame",
    person: "person",
    joint: "joint",
    x: "x",
    y: "y",
    z: "z",
  });
  const { found, missing } = matchColumns([
    "Recording",
    "Timestamp",
    "Body ID",
    "joint_name",
    "pos_x",
    "PosY",
    "position z",
    "action",
  ]);
  assertEquals(found, {
    clip: "Recording",
    time: "Timestamp",
    person: "Body ID",
    joint: "joint_name",
    x: "pos_x",
    y: "PosY",
    z: "position z",
    category: "action",
  });
  assertEquals(missing, []);
  assertEquals(matchColumns(["a", "b", "x"]).missing, ["frame", "person", "joint", "y", "z"]);
});
