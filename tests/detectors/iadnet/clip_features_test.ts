import { assert, assertEquals } from "@std/assert";
import { sha256 } from "../../../lib/core/files.ts";
import { openEngine } from "../../../lib/engine/select.ts";
import type { Engine, Named } from "../../../lib/engine/engine.ts";
import { createDetector, generateDataset } from "../../../mod.ts";

/** The engine, and the checksums of all clips that it encodes, by call. */
function watched(engine: Engine): { engine: Engine; encoded: Set<string>[] } {
  const encoded: Set<string>[] = [];
  const sumsOf = ({ shape: [batch], values }: Named[string]) => {
    const width = values.length / batch;
    return Array.from({ length: batch }, (_, i) => {
      const row = values.slice(i * width, (i + 1) * width);
      return sha256(new Uint8Array(row.buffer));
    });
  };
  const runner: Engine["runner"] = async (...given) => {
    const own = await engine.runner(...given);
    return {
      run: async (inputs) => {
        const outputs = await own.run(inputs);
        if ("f" in outputs) encoded.push(new Set(sumsOf(inputs.x))); // the last chunk has its last row several times
        return outputs;
      },
    };
  };
  return { engine: { ...engine, runner }, encoded };
}

Deno.test("A fit with calibration encodes each clip once, and once with its people exchanged", async () => {
  const open = await openEngine("onnx-cpu", 1), { engine, encoded } = watched(open);
  const clips = generateDataset({ seed: 0, clipsPerCategory: 31, categories: ["hug"], groups: 6 });
  const detector = createDetector("iadnet:preset=tiny", { engine });
  await detector.fit(clips, { seed: 0 });
  assert(detector.heldOut.clips.length === clips.length);
  const all = encoded.flatMap((call) => [...call]);
  assertEquals(all.length, 2 * clips.length);
  assertEquals(new Set(all).size, all.length);
  await open.close();
});

Deno.test("Scores of held-out clips in a fit are those of a detector that was fitted without them", async () => {
  const clips = generateDataset({ seed: 0, clipsPerCategory: 31, categories: ["hug"], groups: 6 });
  const folds = createDetector("iadnet:preset=tiny", { engine: "onnx-cpu", threads: 1, calibrationFolds: 2 });
  await folds.fit(clips, { seed: 0 });
  const kept = new Set<number>(), held = folds.heldOut.clips;
  for (const groups of halves(clips.map(({ group }) => group))) {
    const alone = createDetector("iadnet:preset=tiny", {
      engine: "onnx-cpu",
      threads: 1,
      calibrationFolds: 0,
    });
    await alone.fit(clips.filter(({ group }) => groups.has(group)), { seed: 0 });
    const left = clips.filter(({ group }) => !groups.has(group));
    for (const score of await alone.score(left)) kept.add(score);
  }
  assert([...held].every((score) => kept.has(score)), "a held-out score differs");
});

/** All choices of half of the groups. */
function halves(groups: readonly string[]): Set<string>[] {
  const names = [...new Set(groups)];
  return Array.from({ length: 2 ** names.length }, (_, bits) => names.filter((_, k) => bits >> k & 1))
    .filter(({ length }) => length === names.length / 2).map((own) => new Set(own));
}
