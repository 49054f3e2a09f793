import { assertEquals } from "@std/assert";
import { type Clip, generateDataset, getPreset } from "../../mod.ts";
import { nearestFinder } from "../../lib/analysis/explain.ts";

const clips = generateDataset({ seed: 0, clipsPerCategory: 6, categories: ["hug", "kick"] });
const nearest = nearestFinder(clips, getPreset("default").preparation);

Deno.test("The nearest clip to one of the clips is itself, also where the pair stands elsewhere", () => {
  for (const clip of clips) {
    const away = (person: Float32Array) => person.map((value, i) => value + [2, 0, -3][i % 3]);
    const moved: Clip = { ...clip, id: "moved", x: away(clip.x), y: away(clip.y) };
    for (const own of [clip, moved]) assertEquals(nearest(own).clip.id, clip.id);
  }
});

Deno.test("The first of several equal clips is the nearest", () => {
  const [clip] = clips, twin: Clip = { ...clip, id: "twin" };
  assertEquals(nearestFinder([twin, clip], getPreset("default").preparation)(clip).clip.id, "twin");
});
