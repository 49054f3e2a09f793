import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { DataError, Interrupted, openSharedEngine, UsageError } from "../../../../mod.ts";
import { Random } from "../../../../lib/core/random.ts";
import { changePreset } from "../../../../lib/detectors/iadnet/preset.ts";
import { getPreset } from "../../../../lib/detectors/iadnet/presets.ts";
import { encoderOf } from "../../../../lib/detectors/iadnet/features.ts";
import { pretrainingCorpus } from "../../../../lib/detectors/iadnet/pretraining/corpus.ts";
import {
  makeBatch,
  pretrainEncoder,
  pretrainingConfig,
  type PretrainingOptions,
  rateOf,
} from "../../../../lib/detectors/iadnet/pretraining/pretrain.ts";
import { pretrainingLoss, pretrainingNetwork } from "../../../../lib/detectors/iadnet/pretraining/program.ts";
import type { Engine } from "../../../../lib/engine/engine.ts";
import { openCheckpoints } from "../../../../lib/training/checkpoint/folder.ts";
import { checkGradients } from "../../../support/gradients.ts";
import { inFolder } from "../../../faults/kit.ts";

const engine = await openSharedEngine("onnx-cpu", 1) as Engine;

/** A tiny network with changes to a preset. */
function tiny(changes: Readonly<Record<string, string>> = {}, name = "default") {
  return pretrainingConfig(
    changePreset(getPreset(name), { embedding: "16", units: "1", heads: "2", frames: "6", ...changes }),
  );
}

const SMALL: PretrainingOptions = {
  config: tiny(),
  seed: 1,
  steps: 6,
  corpus: pretrainingCorpus(4, 1),
  engine,
  threads: 1,
};

Deno.test("The loss falls, both terms are reported, and the weights are those of the encoder", async () => {
  const losses: number[] = [];
  const weights = await pretrainEncoder({
    ...SMALL,
    steps: 30,
    onProgress: ({ loss, terms = {} }) => {
      assertAlmostEquals(loss, terms.contrastive + 2 * terms.synchrony, 1e-4);
      losses.push(loss);
    },
  });
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  assertEquals(losses.length, 30);
  assert(mean(losses.slice(-5)) < mean(losses.slice(0, 5)) - 0.2, `${losses}`);
  const shapes = [...encoderOf(SMALL.config).shapes()].map(({ name, shape }) => ({ name, shape }));
  assertEquals(Object.entries(weights).map(([name, { shape }]) => ({ name, shape })), shapes);
});

Deno.test("Pre-training is reproducible to the bit; another seed gives other weights", async () => {
  const [one, two, other] = [
    await pretrainEncoder(SMALL),
    await pretrainEncoder(SMALL),
    await pretrainEncoder({ ...SMALL, seed: 2 }),
  ];
  assertEquals(one, two);
  assertNotEquals(one, other);
});

Deno.test("A pre-training that is stopped at any step goes on to the same bits", async () => {
  const whole = await pretrainEncoder(SMALL);
  for (const at of [1, 4]) {
    await inFolder(async (folder) => {
      const stop = new AbortController();
      {
        using checkpoints = await openCheckpoints(folder, { signal: stop.signal });
        const onProgress = ({ step }: { step: number }) => step === at && stop.abort("SIGTERM");
        await assertRejects(() => pretrainEncoder({ ...SMALL, checkpoints, onProgress }), Interrupted);
      }
      using checkpoints = await openCheckpoints(folder);
      await assertRejects(
        () => pretrainEncoder({ ...SMALL, steps: 7, checkpoints }),
        DataError,
        "other options",
      );
      assertEquals(await pretrainEncoder({ ...SMALL, checkpoints }), whole);
    });
  }
});

Deno.test("Every network of the paper's ablations can be pre-trained", async () => {
  const corpus = pretrainingCorpus(4, 0);
  const variants = [
    tiny({ position: "unsync", share: "false" }),
    tiny({ drem: "false", pool: "mean", features: "5" }),
    tiny({ position: "sinusoidal", map: "distance", velocity: "false", block: "plain" }),
    tiny({ features: "5" }, "paper"),
  ];
  assertEquals(variants[3].dropout, 0.1);
  for (const config of variants) {
    const random = new Random(0), batch = makeBatch(corpus, config, random);
    const trainer = await engine.trainer(pretrainingLoss(config), pretrainingNetwork(config).initial(random));
    const { loss, gradientNorm } = await trainer.step(batch, 1e-3);
    assert(loss[0] > 4 && loss[0] < 10 && gradientNorm[0] > 0);
  }
});

Deno.test("Gradients of the whole program are those of finite differences", async () => {
  const random = new Random(2), config = tiny({ embedding: "8", frames: "4" });
  const weights = pretrainingNetwork(config).initial(random),
    batch = makeBatch(pretrainingCorpus(4, 0), config, random);
  const names = ["motion.0.weight", "units.0.self.query.weight", "contrast.0.weight", "synchrony.1.bias"];
  await checkGradients(pretrainingLoss(config), weights, batch, random, { names });
});

Deno.test("The rate rises over 100 steps and falls to 1 %", () => {
  assertAlmostEquals(rateOf(0, 3000), 1.01e-5, 1e-9);
  assertAlmostEquals(rateOf(99, 1e9), 1.01e-3, 1e-9);
  assertAlmostEquals(rateOf(1500, 3000), 0.51e-3, 1e-9);
  assertAlmostEquals(rateOf(2999, 3000), 1e-5, 1e-8);
});

Deno.test("What cannot be pre-trained is refused", async () => {
  assertThrows(() => pretrainingCorpus(3, 0), UsageError, "at least 4");
  await assertRejects(() => pretrainEncoder({ ...SMALL, steps: 0 }), UsageError, "0 steps");
  const scaled = changePreset(getPreset("default"), { scale: "torso" });
  assertThrows(() => pretrainingConfig(scaled), UsageError, "scale none");
});
