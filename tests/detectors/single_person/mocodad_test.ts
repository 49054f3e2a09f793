import { assert, assertEquals } from "@std/assert";
import {
  initialMocodad,
  jointLevels,
  mocodadNetwork,
  type Sizes,
} from "../../../lib/detectors/single_person/mocodad/network.ts";
import {
  cosineSchedule,
  samplingProgram,
  stepEmbedding,
  trainingLoss,
} from "../../../lib/detectors/single_person/mocodad/programs.ts";
import { stsGcn } from "../../../lib/detectors/single_person/mocodad/sts_gcn.ts";
import type { EngineName, Named, Program, Values } from "../../../lib/engine/engine.ts";
import { openEngine } from "../../../lib/engine/select.ts";
import { layer } from "../../../lib/model/layer.ts";
import { gradientProgram } from "../../support/gradients.ts";

interface Fixture extends Sizes {
  levels: number[];
  batch: number;
  steps: number[];
  parameters: number;
  schedule: Record<"beta" | "alpha" | "signal", number[]>;
  embedding: number[];
  layer: number[];
  condition: number[];
  decoded: number[];
  denoised: number[];
  sampled: number[];
  loss: Record<"loss" | "denoising" | "reconstruction", number>;
  /** Length, and first values. */
  gradients: Record<string, number[]>;
  states: Record<string, number[]>;
}

const fixtures: Record<string, Fixture> = JSON.parse(
  Deno.readTextFileSync(new URL("../../fixtures/mocodad.json", import.meta.url)),
);

/** Numbers in [-1, 1) that follow from a name, as in the PyTorch writing. */
function sequence(name: string, count: number): Float32Array {
  let state = 0;
  for (let i = 0; i < name.length; i++) state = (Math.imul(state, 31) + name.charCodeAt(i)) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Weights as the PyTorch writing fills them. */
function filled(sizes: Sizes): Named {
  const rule = (name: string) => (u: number) =>
    name.endsWith(".gain") || name.endsWith(".variance")
      ? 1 + 0.25 * u
      : name.endsWith(".slope")
      ? 0.25 + 0.125 * u
      : 0.25 * u;
  return Object.fromEntries(
    Object.entries(initialMocodad(sizes, 0)).map(([name, { shape, values }]) => [
      name,
      { shape, values: sequence(name, values.length).map(rule(name)) },
    ]),
  );
}

/** [batch, channels, 3, joints], the published layout, as [joints, 3, batch, channels]. */
function relaid(values: ArrayLike<number>, batch: number, { channels, joints }: Sizes): Values {
  const out = new Float32Array(values.length);
  for (let k = 0; k < values.length; k++) {
    const joint = k % joints, t = Math.floor(k / joints) % 3;
    const channel = Math.floor(k / joints / 3) % channels, row = Math.floor(k / joints / 3 / channels);
    out[((joint * 3 + t) * batch + row) * channels + channel] = values[k];
  }
  return { shape: [joints, 3, batch, channels], values: out };
}

function drawn(name: string, { batch, ...sizes }: Fixture): Values {
  return relaid(sequence(name, batch * sizes.channels * 3 * sizes.joints), batch, sizes);
}

/** |a - b| / |b| over all elements. */
function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  assertEquals(actual.length, expected.length);
  const length = (f: (i: number) => number) =>
    Math.hypot(...Array.from({ length: expected.length }, (_, i) => f(i)));
  return length((i) => actual[i] - expected[i]) / (length((i) => expected[i]) + 1e-12);
}

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  const error = relativeError(actual, expected);
  assert(error <= 1e-4, `${what}: relative error ${error}`);
}

async function run(engineName: EngineName, program: Program, weights: Named, inputs: Named) {
  const engine = await openEngine(engineName, 1);
  return await (await engine.runner(program, weights)).run(inputs);
}

function oneHot(steps: readonly number[]): Values {
  const values = new Float32Array(steps.length * 10);
  steps.forEach((step, row) => values[row * 10 + step] = 1);
  return { shape: [steps.length, 10], values };
}

for (const [name, fixture] of Object.entries(fixtures)) {
  const { channels, joints, batch } = fixture, sizes = { channels, joints };

  Deno.test(`MoCoDAD of the ${name} has the parameters of the PyTorch writing, as many and of the same names`, () => {
    assertEquals([...jointLevels(joints)], fixture.levels);
    const weights = Object.entries(initialMocodad(sizes, 0));
    const fixed = mocodadNetwork(sizes).fixedNames(), trained = weights.filter(([name]) => !fixed.has(name));
    assertEquals(trained.reduce((sum, [, { values }]) => sum + values.length, 0), fixture.parameters);
    const names = (of: object) => Object.keys(of).sort();
    assertEquals(names(Object.fromEntries(trained)), names(fixture.gradients));
    assertEquals([...fixed].sort(), names(fixture.states));
  });

  Deno.test(`MoCoDAD of the ${name} equals the PyTorch writing in layer, condition, reconstruction and noise`, async () => {
    const past = drawn("past", fixture), noise = drawn("noise", fixture);
    const embedding = {
      shape: [batch, 16],
      values: Float32Array.from(
        fixture.steps.flatMap((step, row) =>
          stepEmbedding(step).map((value, k) => value + fixture.condition[row * 16 + k])
        ),
      ),
    };
    const first = layer({ "encoder.0": stsGcn(channels, 32, joints) }, (parts) => parts["encoder.0"]);
    const program: Program = (weights, inputs) => {
      const { condition: autoencoder, denoise } = mocodadNetwork(sizes).bind(weights);
      const condition = autoencoder.encode(inputs.past);
      return {
        layer: first.bind(weights)(inputs.past),
        condition,
        decoded: autoencoder.decode(condition),
        denoised: denoise(inputs.noise, inputs.embedding),
      };
    };
    const output = await run("onnx-cpu", program, filled(sizes), { past, noise, embedding });
    const unlaid = (values: Float32Array, own: Sizes) =>
      Array.from({ length: values.length }, (_, k) => {
        const joint = k % own.joints, t = Math.floor(k / own.joints) % 3;
        const channel = Math.floor(k / own.joints / 3) % own.channels;
        const row = Math.floor(k / own.joints / 3 / own.channels);
        return values[((joint * 3 + t) * batch + row) * own.channels + channel];
      });
    const some = unlaid(output.layer, { channels: 32, joints }).filter((_, k) => k % 7 === 0);
    assertNear(some, fixture.layer, "layer");
    assertNear(output.condition, fixture.condition, "condition");
    assertNear(unlaid(output.decoded, sizes), fixture.decoded, "decoded");
    assertNear(unlaid(output.denoised, sizes), fixture.denoised, "denoised");
  });

  for (const engineName of ["onnx-cpu", "wasm", "cpu"] as const) {
    Deno.test(`MoCoDAD of the ${name} on ${engineName} equals the PyTorch writing in loss, every gradient and statistic`, async () => {
      const inputs = {
        past: drawn("past", fixture),
        future: drawn("future", fixture),
        noise: drawn("noise", fixture),
        step: oneHot(fixture.steps),
      };
      const weights = filled(sizes), program = trainingLoss(sizes, 0.01);
      const output = await run(engineName, program, weights, inputs);
      for (const [part, expected] of Object.entries(fixture.loss)) assertNear(output[part], [expected], part);
      const part = (values: Float32Array) => [Math.hypot(...values), ...values.subarray(0, 4)];
      for (const [statistic, expected] of Object.entries(fixture.states)) {
        assertNear(part(output[`state:${statistic}`]), expected, statistic);
      }
      const names = Object.keys(fixture.gradients);
      const gradients = await run(engineName, gradientProgram(program, names), weights, inputs);
      const slopes = { actual: [] as number[], expected: [] as number[] };
      for (const parameter of names) {
        const expected = fixture.gradients[parameter], actual = part(gradients[`g:${parameter}`]);
        if (parameter.endsWith(".slope")) { // one number each, a sum that nearly cancels: compared together
          slopes.actual.push(actual[1]);
          slopes.expected.push(expected[1]);
        } else if (expected[0] < 1e-12) { // a bias before a batch norm falls out
          assertEquals(actual[0], 0, parameter);
        } else assertNear(actual, expected, `gradient of ${parameter}`);
      }
      assertNear(slopes.actual, slopes.expected, "gradients of the slopes");
    });
  }

  Deno.test(`MoCoDAD of the ${name} draws, from given noise, the samples of the PyTorch writing`, async () => {
    const noises = Array.from({ length: 9 }, (_, k) => drawn(`z ${k}`, fixture));
    const noise = {
      shape: [9, ...noises[0].shape],
      values: Float32Array.from(noises.flatMap(({ values }) => [...values])),
    };
    const { future } = await run("onnx-cpu", samplingProgram(sizes), filled(sizes), {
      past: drawn("past", fixture),
      noise,
    });
    assertNear(future, relaid(fixture.sampled, batch, sizes).values, "samples");
  });

  Deno.test(`MoCoDAD of the ${name} has the schedule and step embedding of the PyTorch writing`, () => {
    const schedule = cosineSchedule();
    for (const part of ["beta", "alpha", "signal"] as const) {
      assertNear(schedule[part], fixture.schedule[part], part);
    }
    assertNear(stepEmbedding(7), fixture.embedding, "embedding");
  });
}

Deno.test("MoCoDAD's published size has 142294 parameters", () => {
  assertEquals(fixtures["published size"].parameters, 142294);
});
