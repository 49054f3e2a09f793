// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * Fitting one category, calibration included: seconds by number of clips. Peer: the floor `mahalanobis` on the same clips.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { createDetector, generateDataset } from "../mod.ts";
import { getSkeleton } from "../lib/data/mod.ts";
import { openEngine } from "../lib/engine/mod.ts";

const options = parseArgs(Deno.args, {
  string: ["clips", "skeleton", "detectors", "threads"],
  default: {
    clips: "50,230",
    skeleton: "interx64",
    detectors: "iadnet:preset=default;mahalanobis",
    threads: "2",
  },
});
const { clips: counts = "", skeleton: joints = "", detectors = "" } = options; // all have defaults
const engine = await openEngine("onnx-cpu", Number(options.threads));
const skeleton = getSkeleton(joints);
console.log("| detector | clips | seconds |\n| --- | ---: | ---: |");
for (const clips of counts.split(",").map(Number)) {
  const hugs = generateDataset({
    seed: 0,
    clipsPerCategory: clips,
    categories: ["hug"],
    groups: 20,
    skeleton,
  });
  for (const name of detectors.split(";")) {
    const detector = createDetector(name, { engine }), started = performance.now();
    await detector.fit(hugs, { seed: 0 });
    console.log(`| ${name} | ${clips} | ${((performance.now() - started) / 1000).toFixed(1)} |`);
  }
}
await engine.close();
