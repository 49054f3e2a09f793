import { assert } from "@std/assert";
import type { Named } from "../../lib/engine/engine.ts";
import { openEngine } from "../../lib/engine/select.ts";
import type { ModelConfig } from "../../lib/detectors/iadnet/config.ts";
import { initialWeights } from "../../lib/detectors/iadnet/features.ts";
import { jointLoss, scoreProgram } from "../../lib/detectors/iadnet/programs.ts";
import { gradientProgram } from "../support/gradients.ts";
import { type Packed, relativeError, unpack } from "../support/packed.ts";

interface Fixture {
  config: ModelConfig;
  x: Packed;
  y: Packed;
  f: Packed;
  latent: Packed;
  logDet: Packed;
  nll: Packed;
  weights: Record<string, Packed>;
  gradients: Record<string, Packed>;
}

const fixtures: Record<string, Fixture> = JSON.parse(
  Deno.readTextFileSync(new URL("../fixtures/iadnet.json", import.meta.url)),
);

for (const engineName of ["onnx-cpu", "wasm", "cpu"] as const) {
  for (const [variant, fixture] of Object.entries(fixtures)) {
    Deno.test(`IADNet (${variant}) on ${engineName} equals the PyTorch writing in f, s, log-det, NLL and every gradient`, async () => {
      const engine = await openEngine(engineName, 1);
      const weights: Named = Object.fromEntries(
        Object.entries(fixture.weights).map(([name, packed]) => [name, unpack(packed)]),
      );
      const inputs = { x: unpack(fixture.x), y: unpack(fixture.y) };
      const runner = await engine.runner(scoreProgram(fixture.config), weights);
      const output = await runner.run(inputs);
      for (const name of ["f", "latent", "logDet", "nll"] as const) {
        const error = relativeError(output[name], unpack(fixture[name]).values);
        assert(error <= 1e-4, `${name}: relative error ${error}`);
      }
      const names = Object.keys(weights);
      const gradients =
        await (await engine.runner(gradientProgram(jointLoss(fixture.config), names), weights)).run(inputs);
      for (const name of names) {
        const expected = unpack(fixture.gradients[name]).values;
        // The key bias moves all scores of a row alike, so its true gradient is 0.
        if (expected.every((value) => Math.abs(value) < 1e-6)) {
          assert(gradients[`g:${name}`].every((value) => Math.abs(value) < 1e-4), name);
          continue;
        }
        const error = relativeError(gradients[`g:${name}`], expected);
        assert(error <= 1e-4, `gradient of ${name}: relative error ${error}`);
      }
    });
  }
}

Deno.test("Initial weights have exactly the names and shapes of the PyTorch writing", () => {
  for (const { config, weights } of Object.values(fixtures)) {
    const shapes = (named: Record<string, { shape: readonly number[] }>) =>
      Object.entries(named).map(([name, { shape }]) => `${name} ${shape}`).sort().join("\n");
    const made = initialWeights(config, 0);
    assert(shapes(made) === shapes(weights), `${shapes(made)}\nexpected\n${shapes(weights)}`);
  }
});
