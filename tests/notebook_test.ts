import { assert, assertEquals } from "@std/assert";
import {
  createDetector,
  type Detector,
  evaluate,
  generateDataset,
  IADNet,
  openDataset,
  splitDataset,
  syntheticDataset,
} from "../mod.ts";
import { Catalogue } from "../lib/data/catalogue.ts";
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

Deno.test("Data sets, results and catalogues show themselves, with their text escaped, and stay plain values", async () => {
  const dataset = syntheticDataset({ seed: 0, clipsPerCategory: 10, categories: ["hug", "kick"] });
  const shown = (value: unknown) => (value as Displayable)[JUPYTER_DISPLAY]() as Record<string, string>;
  const split = splitDataset(dataset, "fold:1", 0);
  const results = await evaluate({ dataset, split, detector: "knn-poses", seed: 0 });
  const catalogue = Catalogue.of(dataset);
  assertEquals(shown(dataset)["text/plain"].split("\n")[2].split(/\s+/).slice(0, 3), ["hug", "10", "10"]);
  assert(shown(await openDataset("1", { format: "synthetic" }))["text/plain"].includes("wave"));
  const [title, , hug] = shown(results)["text/plain"].split("\n");
  assert(title.startsWith(`knn-poses on fold:1, seed 0: mean AUROC ${results.macro.auroc.toFixed(3)} (`));
  assert(hug.startsWith(`hug       ${results.categories[0].auroc.toFixed(3)}`), hug);
  assertEquals(shown(catalogue)["text/plain"].split("\n").length, 2 + 20);
  for (const value of [dataset, results, catalogue]) {
    assert(shown(value)["text/html"].startsWith("<table><caption>"));
    assertEquals(Object.keys(value), Object.keys({ ...value }));
  }
  const named = Catalogue.of({ ...dataset, clips: [{ ...dataset.clips[0], id: "<script>" }] });
  assert(shown(named)["text/html"].includes("&lt;script&gt;"));
  assertEquals(JSON.parse(JSON.stringify(results)).macro, results.macro);
});
