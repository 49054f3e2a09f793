import { assert, assertEquals } from "@std/assert";
import { FLOORS } from "../../lib/detectors/floors/floors.ts";
import { createDetector } from "../../lib/detectors/mod.ts";
import { differentClips } from "../../lib/detectors/few_clips.ts";
import { generateDataset } from "../../lib/data/synthetic/mod.ts";
import type { Clip } from "../../lib/data/clip.ts";

const clips = generateDataset({ seed: 0, clipsPerCategory: 9, categories: ["hug", "kick"] });
const hugs = clips.slice(0, 9), kick = clips[9];
const copies = Array.from({ length: 8 }, (_, i) => ({ ...hugs[0], id: `copy ${i}` }));
const held = (clip: Clip): Clip => {
  const width = clip.x.length / clip.frames;
  const hold = (values: Float32Array) => values.map((_, i) => values[i % width]);
  return { ...clip, x: hold(clip.x), y: hold(clip.y) };
};

Deno.test("A fit warns of few clips, copies and clips without movement, and of nothing else", async () => {
  const found = (training: readonly Clip[]) =>
    differentClips(training).warnings.map((text) => /^\S+ \S+/.exec(text)![0]);
  assertEquals(found(hugs.slice(0, 8)), []);
  assertEquals(found(hugs.slice(0, 7)), ["Fitted on"]);
  assertEquals(found(copies), ["Left out", "Fitted on"]);
  assertEquals(found([...hugs.slice(0, 8), { ...hugs[0], id: "copy" }]), ["Left out"]);
  assertEquals(found([...hugs.slice(0, 7), held(hugs[7])]), ["In 1"]);
  const detector = createDetector("knn-poses");
  await detector.fit(copies, { seed: 0 });
  assertEquals([...detector.warnings], differentClips(copies).warnings);
});

Deno.test("Copies of one clip teach what one clip does", async () => {
  const scoresOf = async (training: readonly Clip[]) => {
    const detector = createDetector("iadnet");
    await detector.fit(training, { seed: 0 });
    return await detector.score([hugs[1], kick]);
  };
  assertEquals(await scoresOf(copies), await scoresOf([copies[0]]));
});

Deno.test("Scores stay in a range that one can read, however few, still or short the training clips are", async () => {
  const cut = (clip: Clip): Clip => {
    const values = 2 * clip.x.length / clip.frames;
    return { ...clip, frames: 2, x: clip.x.slice(0, values), y: clip.y.slice(0, values) };
  };
  const sets: Record<string, Clip[]> = {
    "one clip": [hugs[0]],
    "two clips": hugs.slice(0, 2),
    "still clips": hugs.map(held),
    "one still clip": [held(hugs[0])],
    "clips of two frames": hugs.map(cut),
    "copies": copies,
  };
  for (const spec of ["iadnet", "iadnet:preset=frozen", "iadnet:preset=window", ...FLOORS]) {
    for (const [name, training] of Object.entries(sets)) {
      const detector = createDetector(spec);
      await detector.fit(training, { seed: 0 });
      const scores = await detector.score([hugs[8], kick]);
      assert(scores.every((score) => score >= 0 && score < 1e6), `${spec}, ${name}: ${scores}`);
      assert(name === "copies" || detector.warnings.length > 0 || training.length > 7, `${spec}, ${name}`);
    }
  }
});
