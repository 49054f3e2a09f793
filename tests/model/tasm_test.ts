import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { Random } from "../../lib/core/random.ts";
import type { Named, Program } from "../../lib/engine/engine.ts";
import { openEngine } from "../../lib/engine/select.ts";
import { checkNetwork, type NetworkConfig } from "../../lib/model/config.ts";
import { drawMasks } from "../../lib/model/dropout.ts";
import { encoder, interactionOf } from "../../lib/model/iadnet.ts";
import { drawNormal, withNoise } from "../support/gradients.ts";
import { NETWORK } from "../support/network.ts";

const FULL = { ...NETWORK, feedForward: 2, dropout: 0.25 }, BATCH = 3;

/** Output features of both people of a batch. */
async function framesOf(config: NetworkConfig, weights: Named, masks?: Named): Promise<Float32Array[]> {
  const engine = await openEngine("onnx-cpu", 1), random = new Random(8), network = encoder(config);
  const shape = [BATCH, config.frames, config.joints, 3];
  const program: Program = (w, { x, y, masks }) => {
    const [fx, fy] = network.bind(w).frames(interactionOf(config, x, y), masks);
    return { fx, fy };
  };
  const inputs = { x: drawNormal(shape, random), y: drawNormal(shape, random), ...masks };
  const { fx, fy } = await (await engine.runner(program, weights)).run(inputs);
  return [fx, fy];
}

const weightsOf = (config: NetworkConfig): Named =>
  Object.fromEntries(
    Object.entries(encoder(config).initial(new Random(1)))
      .map(([name, own], i) => [name, withNoise(own, new Random(i), 0.1)]),
  );

Deno.test("A feed-forward layer whose last weights are 0 changes nothing; with others it does", async () => {
  const weights = weightsOf(FULL), none = await framesOf(NETWORK, weights);
  const silent = Object.entries(weights).map(([name, own]) => {
    const isLast = /feedForward\.1\./.test(name);
    return [name, isLast ? { ...own, values: own.values.map(() => 0) } : own] as const;
  });
  assertEquals(await framesOf(FULL, Object.fromEntries(silent)), none);
  assert((await framesOf(FULL, weights))[0].some((value, i) => Math.abs(value - none[0][i]) > 1e-3));
});

for (const share of [true, false]) {
  Deno.test(`Dropout with masks of 1 is none, and each mask counts, with shared weights ${share}`, async () => {
    const config = { ...FULL, share },
      weights = weightsOf(config),
      masks = drawMasks(config, BATCH, new Random(2));
    const plain = await framesOf(config, weights);
    const ones = { ...masks, values: masks.values.map(() => 1) };
    assertEquals(await framesOf(config, weights, { masks: ones }), plain);
    const dropped = await framesOf(config, weights, { masks });
    for (const k of [0, 1]) assert(dropped[k].some((value, i) => Math.abs(value - plain[k][i]) > 1e-3));
    // Without any sublayer the feature is the motion embedding, whatever the attentions' weights are.
    const nothing = { ...masks, values: masks.values.map(() => 0) };
    const others = Object.entries(weights).map(([name, own]) =>
      [name, name.includes("units.") ? withNoise(own, new Random(3), 1) : own] as const
    );
    assertEquals(
      await framesOf(config, Object.fromEntries(others), { masks: nothing }),
      await framesOf(config, weights, { masks: nothing }),
    );
  });
}

Deno.test("Masks keep the mean: they are 0 or 1 / (1 - rate), and 0 as often as the rate says", () => {
  const { values } = drawMasks({ ...FULL, embedding: 512, frames: 20 }, BATCH, new Random(4));
  const kept = Math.fround(1 / 0.75);
  assert(values.every((value) => value === 0 || value === kept));
  assertAlmostEquals(values.reduce((sum, value) => sum + value / values.length, 0), 1, 0.01);
});

Deno.test("A plain block has neither dropout nor a feed-forward layer", () => {
  for (const change of [{ feedForward: 2, dropout: 0 }, { feedForward: 0, dropout: 0.1 }]) {
    assertThrows(
      () => checkNetwork({ ...NETWORK, block: "plain", ...change }),
      UsageError,
      "block must be residual",
    );
  }
  assertThrows(
    () => checkNetwork({ ...NETWORK, dropout: 1 }),
    UsageError,
    "dropout must be in [0, 1), got 1",
  );
});
