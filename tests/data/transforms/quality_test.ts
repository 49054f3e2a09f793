import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { runCli } from "../../support/cli.ts";
import { UsageError } from "../../../lib/core/errors.ts";
import type { Clip } from "../../../lib/data/clip.ts";
import { syntheticDataset } from "../../../lib/data/synthetic/mod.ts";
import { generateDataset } from "../../../lib/data/synthetic/mod.ts";
import { measureQuality } from "../../../lib/data/transforms/quality.ts";
import { treatDataset } from "../../../lib/data/transforms/repair.ts";

const clips = generateDataset({ seed: 3, clipsPerCategory: 3, categories: ["wave", "push"], noise: 0.002 });
const [source] = clips, width = source.x.length / source.frames;
const change = (edit: (x: Float32Array, y: Float32Array) => void): Clip => {
  const x = source.x.slice(), y = source.y.slice();
  edit(x, y);
  return { ...source, x, y };
};
const frozen = (count: number) =>
  change((x, y) => {
    for (const person of [x, y]) {
      for (let t = 11; t < 11 + count; t++) {
        person.set(source[person === x ? "x" : "y"].subarray(10 * width, 11 * width), t * width);
      }
    }
  });
const exchanged = change((x, y) => {
  for (let k = 20 * width; k < x.length; k++) [x[k], y[k]] = [y[k], x[k]];
});

Deno.test("A clean clip has no frozen frame, jump, missing joint or exchange, and each planted defect is found", () => {
  for (const clip of clips) {
    const { frozen, jumps, missing, swaps } = measureQuality(clip);
    assertEquals([frozen, jumps, missing, swaps], [0, 0, 0, 0], clip.id);
  }
  for (const count of [1, 5, 17]) assertEquals(measureQuality(frozen(count)).frozen, count);
  assertEquals(measureQuality(change((x) => x[5 * width + 4] += 2)).jumps, 2); // there and back
  assertEquals(measureQuality(change((x) => x.fill(0, 7 * width + 6, 7 * width + 12))).missing, 2);
  assertEquals(measureQuality(exchanged).swaps, 1);
  const stretched = change((x) => {
    for (let t = 0; t < source.frames; t += 2) for (let k = 0; k < width; k++) x[t * width + k] *= 1.3;
  });
  assert(measureQuality(stretched).boneDrift > measureQuality(source).boneDrift + 0.05);
});

Deno.test("People who stand in each other penetrate in every frame, people who are far apart in none", () => {
  assertEquals(measureQuality(change((x, y) => y.set(x))).penetration, 1);
  assertEquals(measureQuality(change((_, y) => y.forEach((value, i) => y[i] = value + 5))).penetration, 0);
});

Deno.test("Filters drop what they say, repairs mend it, and the data set remembers both", () => {
  const dataset = syntheticDataset({ seed: 3, clipsPerCategory: 3, categories: ["wave", "push"] });
  const bad = {
    ...dataset,
    clips: [
      { ...frozen(40), id: "frozen" },
      { ...exchanged, id: "swapped" },
      source,
    ],
  };
  const kept = treatDataset(bad, ["drop-frozen"]);
  assertEquals(kept.clips.map(({ id }) => id), ["swapped", source.id]);
  assertEquals(kept.skipped.map(({ file }) => file), ["frozen"]);
  const mended = treatDataset(kept, ["unswap"]);
  assertEquals(mended.treatments, ["drop-frozen", "unswap"]);
  assertEquals(mended.clips[0].x, source.x);
  assertThrows(() => treatDataset(bad, ["polish"]), UsageError, "known are drop-frozen");
});

Deno.test("inspect names the format that fits, and says what is wrong with a folder that none fits", async () => {
  const folder = await Deno.makeTempDir();
  const inspect = async (...args: string[]) => {
    const { code, out, err } = await runCli(["inspect", "--data", ...args]);
    return [code, out + err] as const;
  };
  const line = Array.from({ length: 91 }, (_, i) => i === 0 ? 1 : 0.5 + i / 1000).join(",");
  await Deno.mkdir(`${folder}/data/p01/01/001`, { recursive: true });
  await Deno.writeTextFile(`${folder}/data/p01/01/001/skeleton_pos.txt`, `${line}\n`);
  await Deno.mkdir(`${folder}/notes`);
  await Deno.writeTextFile(`${folder}/notes/a.md`, "x");
  const cases: [string[], number, string][] = [
    [[`${folder}/data`], 0, "--format sbu: 1 clips"],
    [[`${folder}/notes`], 2, "no format fits"],
    [[`${folder}/data`, "--format", "interx"], 2, "This looks like sbu"],
    [["0", "--format", "synthetic"], 0, "560 clips of synthetic: 14 categories"],
  ];
  for (const [args, code, says] of cases) {
    const [ended, said] = await inspect(...args);
    assertEquals(ended, code, said);
    assertStringIncludes(said, says);
  }
  await Deno.remove(folder, { recursive: true });
});
