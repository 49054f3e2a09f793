import { assert } from "@std/assert";
import { generateDataset, getPreset, IADNet } from "../../../mod.ts";
import { openEngine } from "../../../lib/engine/select.ts";

/** The central 95 % interval of the number of successes in n trials of chance p. */
function binomialInterval(n: number, p: number): [number, number] {
  let probability = (1 - p) ** n, below = 0, low = -1;
  for (let k = 0; k <= n; k++) {
    below += probability;
    if (low < 0 && below > 0.025) low = k;
    if (below >= 0.975) return [low, k];
    probability *= (n - k) / (k + 1) * p / (1 - p);
  }
  return [low, n];
}

Deno.test("Alarms at alpha come on fresh normal clips at that rate: 200 draws, inside the binomial interval", async () => {
  const engine = await openEngine("onnx-cpu", 1);
  const tiny = getPreset("tiny");
  const preset = { ...tiny, training: { ...tiny.training, epochs: 4, views: 2 } };
  const draws = 200, alarms = { 0.05: 0, 0.1: 0 };
  const categories = ["handshake", "push", "wave", "hug"];
  for (let draw = 0; draw < draws; draw++) {
    const clips = generateDataset({
      seed: 5000 + draw,
      clipsPerCategory: 40,
      categories: [categories[draw % categories.length]],
      groups: 40,
      fps: 10, // a third of the time to make them
    });
    const fresh = clips.findIndex((clip) => clip.id.endsWith(String(draw % 10))); // any, whichever its place
    const detector = new IADNet({ preset, engine });
    await detector.fit(clips.filter((_, i) => i !== fresh), { seed: draw });
    const [{ p }] = await detector.predict([clips[fresh]]);
    for (const alpha of [0.05, 0.1] as const) if (p <= alpha) alarms[alpha]++;
  }
  for (const alpha of [0.05, 0.1] as const) {
    const [low, high] = binomialInterval(draws, alpha);
    assert(
      alarms[alpha] >= low && alarms[alpha] <= high,
      `alpha ${alpha}: ${alarms[alpha]} of ${draws} alarms`,
    );
  }
});
