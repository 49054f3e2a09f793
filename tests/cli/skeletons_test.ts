import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { getSkeleton, listSkeletons } from "../../lib/data/skeletons.ts";
import { runCli } from "../support/cli.ts";

Deno.test("inspect --skeletons lists every skeleton with its joints and other names, without data", async () => {
  const { code, out, err } = await runCli(["inspect", "--skeletons"]);
  assertEquals([code, err], [0, ""]);
  for (const name of listSkeletons()) {
    const { joints } = getSkeleton(name), block = out.split("\n\n").find((text) => text.startsWith(name));
    assert(block, name);
    assertStringIncludes(block, `${joints.length} joints`);
    joints.forEach((joint, i) => assertStringIncludes(`${block},`, `${i} ${joint}`));
  }
  assertStringIncludes(out, "kinect25 (also kinect");
  assertStringIncludes(out, "0 pelvis (SpineBase)");
  assertStringIncludes(out, "origin at each person's hips");
});
