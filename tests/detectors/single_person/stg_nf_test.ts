import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  type PoseFlowConfig,
  skeletonGraph,
} from "../../../lib/detectors/single_person/stg_nf/graph_block.ts";
import {
  initialiseProgram,
  poseFlow,
  trainProgram,
  windowProgram,
} from "../../../lib/detectors/single_person/stg_nf/network.ts";
import { type Named, sizeOf } from "../../../lib/core/tensors.ts";
import { openEngine } from "../../../lib/engine/select.ts";
import { createDetector, UsageError } from "../../../mod.ts";
import { getSkeleton, listSkeletons } from "../../../lib/data/mod.ts";
import { gradientProgram } from "../../support/gradients.ts";
import { type Packed, relativeError, unpack, unpackAll } from "../../support/packed.ts";

interface Fixture {
  config: PoseFlowConfig;
  fresh: Record<string, Packed>;
  started: Record<string, Packed>;
  gradients: Record<string, Packed>;
  x: Packed;
  loss: number;
  z: Packed;
  logDet: Packed;
  nll: Packed;
}

const { parameters, ...fixtures }: Record<string, Fixture> & { parameters: number } = JSON.parse(
  Deno.readTextFileSync(new URL("../../fixtures/stg_nf.json", import.meta.url)),
);
const meanGraph = (joints: number) => ({
  shape: [joints, joints],
  values: new Float32Array(joints * joints).fill(1 / joints),
});

for (const [name, fixture] of Object.entries(fixtures as Record<string, Fixture>)) {
  Deno.test(`STG-NF with ${name} equals the PyTorch writing: first batch, loss, gradients, running statistics, flow`, async () => {
    const { config } = fixture, engine = await openEngine("onnx-cpu", 1), x = unpack(fixture.x);
    const graph = meanGraph(config.joints), fresh: Named = { ...unpackAll(fixture.fresh), graph };
    const started = unpackAll(fixture.started);
    const close = (label: string, actual: Float32Array, expected: Float32Array) => {
      const error = relativeError(actual, expected);
      assert(error <= 1e-4, `${label}: relative error ${error}`);
    };
    const found = await (await engine.runner(initialiseProgram(config), fresh)).run({ x });
    for (const [key, values] of Object.entries(found)) close(key, values, started[key].values);
    const first: Record<string, Named[string]> = { ...fresh };
    for (const key of Object.keys(found)) first[key] = started[key];
    const fixed = poseFlow(config).fixedNames(),
      trained = Object.keys(fresh).filter((key) => !fixed.has(key));
    const gradients = await (await engine.runner(gradientProgram(trainProgram(config), trained), first)).run({
      x,
    });
    assertAlmostEquals(gradients.loss[0], fixture.loss, 1e-4);
    for (const key of trained) {
      const expected = unpack(fixture.gradients[key]).values, actual = gradients[`g:${key}`];
      // What a normalisation follows has a gradient near 0: the difference counts, not its part of nothing.
      const gap = Math.hypot(...expected.map((value, i) => value - actual[i]));
      assert(gap <= 1e-4 * Math.max(1, Math.hypot(...expected)), `gradient of ${key}: ${gap}`);
    }
    const trainer = await engine.trainer(trainProgram(config), first, {
      frozen: (key) => fixed.has(key),
    });
    await trainer.step({ x }, 0);
    for (const [key, { values }] of Object.entries(await trainer.parameters())) {
      if (fixed.has(key) && key !== "graph") close(key, values, started[key].values);
    }
    const output = await (await engine.runner(windowProgram(config), { ...started, graph })).run({ x });
    close("z", output.latent, unpack(fixture.z).values);
    for (const key of ["logDet", "nll"] as const) close(key, output[key], unpack(fixture[key]).values);
    await engine.close();
  });
}

Deno.test("STG-NF of the published size has 616 parameters, here and in PyTorch", () => {
  const config: PoseFlowConfig = { channels: 2, frames: 24, joints: 18, steps: 8, coupling: "published" };
  const flow = poseFlow(config), fixed = flow.fixedNames();
  const trained = [...flow.shapes()].filter(({ name }) => !fixed.has(name));
  assertEquals(trained.reduce((sum, { shape }) => sum + sizeOf(shape), 0), 616);
  assertEquals(parameters, 616);
});

Deno.test("The graph of the published reach is a plain mean; of one bone, a joint and its neighbours, on every skeleton", () => {
  for (const skeleton of listSkeletons().map(getSkeleton)) {
    const n = skeleton.joints.length, near = skeletonGraph(skeleton, 1).values;
    assert(skeletonGraph(skeleton, 0).values.every((value) => Math.abs(value * n - 1) < 1e-6));
    for (let column = 0; column < n; column++) {
      const bones = skeleton.parents.filter((parent, k) => k !== column && parent === column).length +
        Number(skeleton.parents[column] >= 0);
      let sum = 0, entries = 0;
      for (let row = 0; row < n; row++) {
        sum += near[row * n + column];
        entries += Number(near[row * n + column] > 0);
      }
      assertAlmostEquals(sum, 1, 1e-6);
      assertEquals(entries, bones + 1, `${skeleton.name} ${skeleton.joints[column]}`);
    }
  }
});

Deno.test("STG-NF refuses unknown values with the known ones", () => {
  for (
    const [option, says] of [["channels=invcov", "correct or published"], ["windows=24", "whole or sliding"]]
  ) {
    assertThrows(() => createDetector(`stg-nf:${option}`), UsageError, says);
  }
  assertThrows(() => createDetector("stg-nf:hops=-1"), UsageError, "a whole number from 0");
  assertThrows(
    () => createDetector("stg-nf:permutation=reverse"),
    UsageError,
    "unknown option permutation",
  );
});
