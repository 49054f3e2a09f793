import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  createDetector,
  DataError,
  generateDataset,
  History,
  IadnetError,
  Interrupted,
  listDetectors,
  openCheckpoints,
  openSharedEngine,
} from "../../mod.ts";
import { Random } from "../../lib/data/mod.ts";
import type { Engine, Named } from "../../lib/engine/engine.ts";
import { exists, sha256 } from "../../lib/core/files.ts";
import type { Values } from "../../lib/core/tensors.ts";
import { decodeCheckpoint, encodeCheckpoint, hashClips } from "../../lib/training/checkpoint/checkpoint.ts";
import { runLoop } from "../../lib/training/loop.ts";
import { hashOf, inFolder, smallFit } from "../faults/kit.ts";
import * as tf from "@tensorflow/tfjs";

const engine = await openSharedEngine("onnx-cpu", 1) as Engine;
const SPEC = "iadnet:preset=tiny,epochs=2,batch=8,calibrationFolds=2";

/** A quick version of each detector that is trained. */
const TRAINED = listDetectors().filter(({ status }) => status !== "floor").map(({ name, options }) =>
  name === "iadnet"
    ? SPEC
    : `${name}:epochs=1,calibrationFolds=2${"samples" in options ? ",samples=1,transforms=1,stride=12" : ""}`
);
/** Two loops in each training, and dropout. */
const PAPER =
  "iadnet:preset=paper,embedding=16,units=1,frames=8,features=4,epochs=2,refitEpochs=2,batch=8,calibrationFolds=2";

for (const spec of [...TRAINED, PAPER]) {
  Deno.test(`A fit of ${spec} that is stopped at any of its steps goes on to the same bits and history`, async () => {
    const { hash } = await smallFit(spec, engine);
    let stopped = 0;
    for (const at of [1, 2, 5, 8]) {
      await inFolder(async (folder) => {
        const stop = new AbortController(), onStep = (step: number) => step >= at && stop.abort("SIGTERM");
        {
          using checkpoints = await openCheckpoints(folder, { signal: stop.signal });
          await smallFit(spec, engine, { checkpoints, onStep }).catch((error) => {
            assert(error instanceof Interrupted);
            stopped++;
          });
        }
        using checkpoints = await openCheckpoints(folder);
        assertEquals((await smallFit(spec, engine, { checkpoints })).hash, hash);
        await checkpoints.remove();
        assert(!await exists(folder));
      });
    }
    assert(stopped > 0);
  });
}

Deno.test("A finished part is not trained again, and its steps are reported again", async () => {
  await inFolder(async (folder) => {
    using checkpoints = await openCheckpoints(folder, { seconds: 1e6 });
    const { hash } = await smallFit(SPEC, engine, { checkpoints });
    const idle = { ...engine, trainer: () => Promise.reject(new Error("it trains")) } as unknown as Engine;
    const quiet = {
      ...engine,
      trainer: async (...given: Parameters<Engine["trainer"]>) =>
        Object.assign(await engine.trainer(...given), { step: () => Promise.reject(new Error("it trains")) }),
    } as unknown as Engine;
    assertEquals((await smallFit(SPEC, quiet, { checkpoints })).hash, hash);
    await assertRejects(() => smallFit(SPEC, idle, { checkpoints }), Error, "it trains");
  });
});

Deno.test("A checkpoint of another shape, or with values that are not finite, is refused, though its checksum is right", async () => {
  const nan = (own: Values): Values => ({ ...own, values: own.values.map((v, i) => i === 0 ? NaN : v) });
  const flat = (own: Values): Values => ({ ...own, shape: [own.values.length, 1, 1, 1] });
  const changes: Record<string, (values: Record<string, Values>, name: string) => void> = {
    "is NaN": (values, name) => values[name] = nan(values[name]),
    "has shape": (values, name) => values[name] = flat(values[name]),
    "in the checkpoint are": (values, name) => delete values[name],
    "expected": (values) => values.more = { shape: [1], values: Float32Array.of(1) },
  };
  await inFolder(async (folder) => {
    using checkpoints = await openCheckpoints(folder);
    const { hash } = await smallFit(SPEC, engine, { checkpoints });
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) =>
      name.endsWith(".checkpoint")
    );
    assert(files.length > 0);
    for (const name of files) {
      const file = `${folder}/${name}`,
        bytes = await Deno.readFile(file),
        kept = decodeCheckpoint(bytes, file);
      assert(kept.state.done);
      for (const [why, change] of Object.entries(changes)) {
        const values = { ...kept.state.values };
        change(values, Object.keys(values)[0]);
        await Deno.writeFile(file, encodeCheckpoint({ ...kept, state: { ...kept.state, values } }));
        await assertRejects(() => smallFit(SPEC, engine, { checkpoints }), DataError, why);
      }
      await Deno.writeFile(
        file,
        encodeCheckpoint({ ...kept, state: { ...kept.state, loss: kept.state.loss.map(() => NaN) } }),
      );
      await assertRejects(() => smallFit(SPEC, engine, { checkpoints }), DataError, "loss is NaN");
      await Deno.writeFile(file, bytes);
    }
    assertEquals((await smallFit(SPEC, engine, { checkpoints })).hash, hash);
  });
});

Deno.test("Checkpoints of another fit are refused, with what differs", async () => {
  await inFolder(async (folder) => {
    using checkpoints = await openCheckpoints(folder);
    await smallFit(SPEC, engine, { checkpoints });
    const fit = (spec: string, clips: ReturnType<typeof generateDataset>, seed: number) =>
      createDetector(spec, { engine }).fit(clips, { seed, checkpoints });
    const clips = generateDataset({ seed: 0, clipsPerCategory: 6, categories: ["hug"] });
    await assertRejects(() => fit(SPEC, clips, 1), DataError, "of another fit, with other seed");
    await assertRejects(() => fit(SPEC, clips.slice(1), 0), DataError, "with other clips");
    await assertRejects(() => fit(`${SPEC},units=2`, clips, 0), DataError, "with other options");
  });
});

Deno.test("Damage to what says whose the checkpoints are is told of, and the fit goes on from them", async () => {
  await inFolder(async (folder) => {
    const warnings: string[] = [];
    using checkpoints = await openCheckpoints(folder, { onWarning: (message) => warnings.push(message) });
    const { hash } = await smallFit(SPEC, engine, { checkpoints });
    const file = `${folder}/fit.json`, text = await Deno.readTextFile(file);
    assertStringIncludes(text, '"seed":0');
    const changed = text.replace('"seed":0', '"seed":1'),
      lines = "expected a line of checksum and a line of JSON";
    const digits = [text.slice(1, 17), sha256(changed.split("\n")[1]).slice(0, 16)];
    const cases = {
      [changed]: `checksum mismatch (expected ${digits[0]}..., got ${digits[1]}...)`,
      [text.slice(0, 90)]: lines,
      "": lines,
    };
    for (const [damaged, why] of Object.entries(cases)) {
      await Deno.writeTextFile(file, damaged);
      assertEquals((await smallFit(SPEC, engine, { checkpoints })).hash, hash);
      assertEquals(warnings.splice(0), [`Cannot read ${file}: ${why}`]);
      assertEquals(await Deno.readTextFile(file), text);
    }
  });
});

Deno.test("The hash of clips depends on every joint, not on their order", () => {
  const clips = generateDataset({ seed: 0, clipsPerCategory: 3, categories: ["hug"] });
  assertEquals(hashClips([...clips].reverse()), hashClips(clips));
  const moved = { ...clips[1], y: clips[1].y.map((value, i) => i === 7 ? value + 1e-6 : value) };
  assert(hashClips([clips[0], moved, clips[2]]) !== hashClips(clips));
});

const start: Named = { w: { shape: [2], values: Float32Array.of(1, 2) } };
const program = ({ w }: Record<string, tf.Tensor>, { x }: Record<string, tf.Tensor>) => ({
  loss: tf.sum(tf.square(tf.mul(x, w))),
});

/** A training of two weights. */
async function train(value: (step: number) => number): Promise<Named> {
  let step = 0;
  return await runLoop(await engine.trainer(program, start), {
    training: "all",
    checkpoints: undefined,
    size: 4,
    rowName: (row) => `clip ${row}`,
    epochs: 3,
    batch: 2,
    rate: () => 0.1,
    random: new Random(0),
    makeBatch: (rows) => {
      step++;
      const values = Float32Array.from({ length: 2 * rows.length }, (_, i) => i === 3 ? value(step) : 1);
      return { x: { shape: [rows.length, 2], values } };
    },
    onProgress: () => {},
  });
}

Deno.test("An input that is not finite, or too large to be squared, is named with its step and clip", async () => {
  for (const bad of [NaN, Infinity, -1e19]) {
    const error = await assertRejects(() => train((step) => step === 4 ? bad : 1), IadnetError);
    assert(/^Cannot run step 4: input x of clip [0-3] is /.test(error.message), error.message);
  }
  assertEquals((await train(() => 1)).w.shape, [2]);
});

Deno.test("A loss that overflows names the largest gradient and the clips", async () => {
  const huge = await assertRejects(() => train((step) => step === 2 ? 9e17 : 1), IadnetError);
  assert(/step 2.*gradient.*the batch was clip [0-3], clip [0-3]$/.test(huge.message), huge.message);
});

Deno.test("A history has every step of every training", async () => {
  const history = new History();
  const detector = createDetector(SPEC, { engine });
  const clips = generateDataset({ seed: 0, clipsPerCategory: 6, categories: ["hug"] });
  await detector.fit(clips, { seed: 0, onProgress: (report) => history.add(report) });
  assertEquals(history.trainings.map(({ training }) => training), [
    ...Array.from({ length: 6 }, (_, fold) => `fold ${fold}`), // six clips: leave-one-out
    "main",
  ]);
  assert(
    history.trainings.every(({ loss, featureStd }) => loss.length === featureStd.length && loss.length > 2),
  );
  assertEquals(hashOf(detector, history), (await smallFit(SPEC, engine)).hash);
});
