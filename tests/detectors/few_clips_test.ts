import { assertEquals } from "@std/assert";
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
