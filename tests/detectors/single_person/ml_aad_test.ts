import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { linearRate } from "../../../lib/detectors/single_person/ml_aad/method.ts";
import {
  initialStreams,
  type StreamConfig,
  streamLoss,
  streams,
  streamScore,
} from "../../../lib/detectors/single_person/ml_aad/network.ts";
import { cosineBasis, frequencies, streamsOf } from "../../../lib/detectors/single_person/ml_aad/streams.ts";
import { openEngine } from "../../../lib/engine/select.ts";
import { createDetector, UsageError } from "../../../mod.ts";
import { getSkeleton, listSkeletons } from "../../../lib/data/mod.ts";
import { gradientProgram } from "../../support/gradients.ts";
import { type Packed, relativeError, unpack, unpackAll } from "../../support/packed.ts";

const fixture: {
  config: StreamConfig;
  before: Record<string, Packed>;
  after: Record<string, Packed>;
  gradients: Record<string, Packed>;
  tracks: Packed;
  x: Packed;
  loss: number;
  nll: Packed;
} = JSON.parse(Deno.readTextFileSync(new URL("../../fixtures/ml_aad.json", import.meta.url)));

Deno.test("ML-AAD equals the PyTorch writing: loss, every gradient, running statistics, NLL", async () => {
  const { config } = fixture, engine = await openEngine("onnx-cpu", 1), x = unpack(fixture.x);
  const before = unpackAll(fixture.before), after = unpackAll(fixture.after);
  const fixed = streams(config).fixedNames(), names = Object.keys(before).filter((name) => !fixed.has(name));
  const gradients = await (await engine.runner(gradientProgram(streamLoss(config), names), before)).run({
    x,
  });
  assertAlmostEquals(gradients.loss[0], fixture.loss, 1e-4 * Math.abs(fixture.loss));
  for (const name of names) {
    const expected = unpack(fixture.gradients[name]).values, actual = gradients[`g:${name}`];
    const gap = Math.hypot(...expected.map((value, i) => value - actual[i]));
    assert(gap <= 1e-4 * Math.max(1, Math.hypot(...expected)), `gradient of ${name}: ${gap}`);
  }
  const trainer = await engine.trainer(streamLoss(config), before, { frozen: (name) => fixed.has(name) });
  await trainer.step({ x }, 0);
  for (const [name, { values }] of Object.entries(await trainer.parameters())) {
    assert(relativeError(values, after[name].values) < 1e-4, name);
  }
  const { nll } = await (await engine.runner(streamScore(config), after)).run({ x });
  assert(relativeError(nll, unpack(fixture.nll).values) < 1e-4);
  await engine.close();
});

Deno.test("ML-AAD's cosine coefficients are SciPy's, of joints less the root joint of frame 0", () => {
  const { shape: [batch, frames, joints], values } = unpack(fixture.tracks), x = unpack(fixture.x).values;
  const size = frames * joints * 3, width = joints * 30;
  for (let row = 0; row < batch; row++) {
    const own = frequencies(values.subarray(row * size, (row + 1) * size), joints, 0);
    own.forEach((value, i) => assertAlmostEquals(value, x[row * width + i], 1e-5));
  }
});

Deno.test("The cosine basis is orthonormal", () => {
  for (const n of [1, 7, 60]) {
    const basis = cosineBasis(n, n);
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) {
        const product = basis[a].reduce((sum, value, t) => sum + value * basis[b][t], 0);
        assertAlmostEquals(product, Number(a === b), 1e-12);
      }
    }
  }
});

Deno.test("Streams cover every skeleton: the body, then parts without a joint twice; legs below, arms with their hands", () => {
  for (const skeleton of listSkeletons().map(getSkeleton)) {
    const all = skeleton.joints.map((_, joint) => joint);
    assertEquals(streamsOf(skeleton, "body"), [all]);
    for (const parts of ["halves", "limbs"] as const) {
      const [body, ...rest] = streamsOf(skeleton, parts);
      assertEquals(body, all);
      assertEquals(rest.flat().sort((a, b) => a - b), all, `${skeleton.name} ${parts}`);
      assert(rest.length === (parts === "halves" ? 2 : 5), `${skeleton.name} ${parts}: ${rest.length}`);
      if (parts === "limbs") {
        assert(skeleton.hips.every((hip, k) => rest[k].includes(hip)), skeleton.name);
        assert(skeleton.shoulders.every((shoulder, k) => rest[2 + k].includes(shoulder)), skeleton.name);
      }
    }
  }
});

Deno.test("ML-AAD's rate is constant for five epochs, then falls linearly to the last; its weights have the fixture's names", () => {
  assertEquals([0, 5].map((epoch) => linearRate(epoch, 100)), [1e-3, 1e-3]);
  assertAlmostEquals(linearRate(99, 100), 1e-3 * (1 - 94 / 96), 1e-15);
  const shapes = (named: Record<string, { shape: readonly number[] }>) =>
    Object.entries(named).map(([name, { shape }]) => `${name} ${shape}`).sort();
  assertEquals(shapes(initialStreams(fixture.config, 0)), shapes(fixture.before));
});

Deno.test("ML-AAD refuses unknown values with the known ones", () => {
  assertThrows(() => createDetector("ml-aad:streams=arms"), UsageError, "body, halves or limbs");
  assertThrows(() => createDetector("ml-aad:slope=0"), UsageError, "in (0, 1]");
  assertThrows(() => createDetector("ml-aad:epochs=1.5"), UsageError, "a whole number from 1");
});
