import { assert, assertEquals } from "@std/assert";
import { createDetector, type Detector, generateDataset, IADNet } from "../mod.ts";
import { type Displayable, JUPYTER_DISPLAY } from "../lib/plots/bundle.ts";

const hugs = generateDataset({ seed: 0, clipsPerCategory: 6, categories: ["hug"] });

/** The rows of a detector's display, as a notebook would show it. */
function rows(detector: Detector): Record<string, string> {
  const bundle = (detector as unknown as Displayable)[JUPYTER_DISPLAY]();
  const [caption, ...lines] = String(bundle["text/plain"]).split("\n");
  assertEquals(caption, detector.name);
  for (const line of lines) assert(String(bundle["text/html"]).includes(line.trim().split(": ")[1]), line);
  return Object.fromEntries(lines.map((line) => line.trim().split(": ")));
}

Deno.test("An IADNet shows its preset and state, and once fitted its category, skeleton, network and calibration", async () => {
  const detector = new IADNet({ preset: "tiny", engine: "onnx-cpu", threads: 1 });
  assertEquals(rows(detector), { preset: "tiny", state: "not fitted" });
  await detector.fit(hugs, { seed: 4 });
  assertEquals(rows(detector), {
    preset: "tiny",
    category: "hug",
    skeleton: "sbu15, 15 joints",
    network: "E 32, N 1, T 16, flow of 10 layers",
    calibration: `6 held-out clips, smallest possible p-value ${detector.smallestP.toPrecision(2)}`,
    seed: "4",
  });
});

Deno.test("Any other detector shows its options, and once fitted what it learned", async () => {
  const detector = createDetector("knn-poses:calibrationFolds=0");
  assertEquals(rows(detector).state, "not fitted");
  await detector.fit(hugs, { seed: 1 });
  const { category, calibration, seed } = rows(detector);
  assertEquals([category, calibration, seed], ["hug", "none", "1"]);
});
