/** Skeletons of custom data sets: names of joints and skeletons as cameras write them, and what a description must state. */
import { assertEquals, assertThrows } from "@std/assert";
import { DataError } from "../../../lib/core/errors.ts";
import { Random } from "../../../lib/core/random.ts";
import { parseDescription } from "../../../lib/data/formats/description.ts";
import { openDataset } from "../../../lib/data/open_dataset.ts";
import { getSkeleton } from "../../../lib/data/skeletons.ts";
import { asCsv, describe, rows } from "../../support/custom_fixtures.ts";
import { randomClip, withFolder } from "../../support/data_fixtures.ts";

const CLIP = randomClip(4, 3), random = new Random(6);

Deno.test("A table may name joints as a camera's SDK does, and a skeleton's limits are told", async () => {
  const names: Record<string, (joint: string) => string> = {
    kinect25: (joint) =>
      joint === "pelvis"
        ? "SpineBase"
        : joint === "torso"
        ? "SpineMid"
        : joint === "chest"
        ? "SpineShoulder"
        : joint.replace(/^(left|right)_(.*)$/, (_, side, part) =>
          `${part.replace("_", "")}${side[0].toUpperCase()}${side.slice(1)}`),
    azure32: (joint) => `K4ABT_JOINT_${joint.toUpperCase()}`,
    mediapipe33: (joint) => joint.toUpperCase(),
  };
  for (const [name, nameOf] of Object.entries(names)) {
    const skeleton = getSkeleton(name), size = 2 * skeleton.joints.length * 3;
    const values = () => Float32Array.from({ length: size }, () => random.normal(0, 1));
    const clip = { ...CLIP, skeleton, frames: 2, x: values(), y: values(), up: skeleton.up };
    const spelled = { ...skeleton, joints: skeleton.joints.map(nameOf) };
    const files = {
      "iadnet.json": describe("csv", { skeleton: name, up: skeleton.up }),
      "a.csv": asCsv(rows([{ ...clip, skeleton: spelled }])),
    };
    await withFolder(files, async (root) => {
      const { clips: [read], warnings } = await openDataset(root, { format: "custom" });
      assertEquals([read.x, read.y, read.skeleton], [clip.x, clip.y, skeleton]);
      const told = warnings?.some((text) => text.includes("origin at each person's hips")) ?? false;
      assertEquals(told, name === "mediapipe33");
    });
  }
  for (const skeleton of ["zed34", "ZED 38", "coco17"]) {
    const parse = (up?: string) => parseDescription(describe("csv", { skeleton, up }), "iadnet.json");
    assertThrows(() => parse(), DataError, "up is missing");
    assertEquals(parse("z").up, "z");
  }
});
