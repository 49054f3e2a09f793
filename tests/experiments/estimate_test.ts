import { assert, assertEquals } from "@std/assert";
import { openDataset } from "../../mod.ts";
import { estimateCell } from "../../lib/experiments/estimate.ts";
import { makeManifest } from "../../lib/experiments/manifest.ts";

Deno.test("A cell is measured to its end, or stopped after a while and its steps counted", async () => {
  const dataset = await openDataset("0,clips=8", { format: "synthetic" });
  const manifest = makeManifest({
    kind: "benchmark",
    ...{ dataset, source: { path: "0,clips=8", options: { format: "synthetic" }, treatments: [] } },
    ...{ engine: "onnx-cpu", threads: 1, detectors: ["iadnet:preset=tiny"], categories: ["hug"] },
    ...{ splits: ["fold:1"], splitSeed: 0, seeds: [0] },
  });
  const whole = await estimateCell(manifest, dataset, 0, 600);
  assertEquals(whole.seconds, whole.measured);
  const begun = await estimateCell(manifest, dataset, 0, 0);
  assert(begun.measured < begun.seconds, `${begun.measured} of ${begun.seconds} s`);
});
