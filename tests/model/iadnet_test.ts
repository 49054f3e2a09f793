import { assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import type { Program } from "../../lib/engine/engine.ts";
import { openEngine } from "../../lib/engine/select.ts";
import { drawMasks } from "../../lib/model/dropout.ts";
import { encoder, interactionOf } from "../../lib/model/iadnet.ts";
import { jointLoss } from "../../lib/detectors/iadnet/programs.ts";
import { checkGradients, drawNormal, withNoise } from "../support/gradients.ts";
import { NETWORK, weightsOf } from "../support/network.ts";

for (
  const change of [
    {},
    { share: false },
    { block: "plain" },
    { position: "unsync" },
    { drem: false },
    { feedForward: 2, volume: "fixed" },
    { feedForward: 1, dropout: 0.3, share: false },
  ] as const
) {
  Deno.test(`Gradients of the whole loss equal finite differences with ${JSON.stringify(change)}`, async () => {
    const random = new Random(5), config = { ...NETWORK, ...change };
    const shape = [3, config.frames, config.joints, 3];
    const inputs = {
      x: drawNormal(shape, random),
      y: drawNormal(shape, random),
      ...("dropout" in change && { masks: drawMasks(config, 3, random) }),
    };
    await checkGradients(jointLoss(config), weightsOf(config, random), inputs, random);
  });
}

Deno.test("Swapping the two people swaps the streams with shared weights, and does not without", async () => {
  const engine = await openEngine("onnx-cpu", 1), random = new Random(9);
  const shape = [2, NETWORK.frames, NETWORK.joints, 3];
  const x = drawNormal(shape, random), y = drawNormal(shape, random);
  for (
    const [change, swaps] of [[{}, true], [{ share: false }, false], [{ position: "unsync" }, false]] as const
  ) {
    const config = { ...NETWORK, ...change }, network = encoder(config);
    const program: Program = (w, inputs) => {
      const [fx, fy] = network.bind(w).frames(interactionOf(config, inputs.x, inputs.y));
      return { fx, fy };
    };
    const weights = Object.entries(network.initial(random)).map(([name, own]) =>
      [name, withNoise(own, random, 0.1)] as const
    );
    const runner = await engine.runner(program, Object.fromEntries(weights));
    const straight = await runner.run({ x, y }), swapped = await runner.run({ x: y, y: x });
    const gap = Math.max(...straight.fx.map((value, i) => Math.abs(value - swapped.fy[i])));
    assertEquals(gap < 1e-5, swaps, `${JSON.stringify(change)}: ${gap}`);
  }
});
