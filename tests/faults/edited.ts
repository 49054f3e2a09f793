/** Model files and checkpoints that are edited at random, with a right checksum: what an attacker makes. Each must give finite scores
 * or a typed error, within a second and without twice the memory. */
import {
  detectorFromBytes,
  generateDataset,
  IadnetError,
  openCheckpoints,
  openSharedEngine,
} from "../../mod.ts";
import { Random } from "../../lib/core/random.ts";
import { decodeSafetensors, encodeSafetensors } from "../../lib/core/safetensors.ts";
import { fewClips, type Figure, inFolder, smallFit, type Trial } from "./kit.ts";

/** Detectors whose files are edited. */
const SPECS = [
  "iadnet:preset=default,calibrationFolds=2",
  "iadnet:preset=tiny,epochs=3,batch=8,calibrationFolds=2",
  "knn-log-statistics",
  "mahalanobis",
];

/** Longest time of one input, milliseconds. */
const LIMIT = 1000;

/** Numbers that are put in the place of others. */
const NUMBERS = [0, 1, -1, 1e-30, -1e30, 1e30, 3e38, -3e38, 1e19, NaN, Infinity];

/** A sound safetensors file with some values, shapes or texts changed, and its checksum made right. */
export function edit(bytes: Uint8Array, random: Random): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(bytes, "sound"), names = Object.keys(tensors);
  const { sha256: _, ...texts } = metadata, own = { ...tensors };
  for (let left = 1 + random.integer(3); left > 0; left--) {
    const name = random.pick(names), { shape, values } = own[name];
    const kind = random.integer(6), changed = values.slice();
    if (kind === 0) own[name] = { shape: [...shape].reverse(), values };
    else if (kind === 1) own[name] = { shape, values: changed.fill(random.pick(NUMBERS)) };
    else if (kind === 2) own[name] = { shape, values: changed.map((value) => value * 1e20) };
    else if (kind === 3) {
      const key = random.pick(Object.keys(texts)), text = texts[key], at = random.integer(text.length + 1);
      texts[key] = text.slice(0, at) + random.pick(["", "0", "-", "e9", "}", "[", '"x"', "null"]) +
        text.slice(at + random.integer(3));
    } else {
      changed[random.integer(Math.max(1, changed.length))] = random.pick(NUMBERS);
      own[name] = { shape, values: changed };
    }
  }
  return encodeSafetensors(own, texts);
}

/** Run the trial. */
export async function edited({ long, seed }: Trial): Promise<Figure> {
  const random = new Random(seed), engine = await openSharedEngine("onnx-cpu", 1);
  const clips = generateDataset({ seed: 1, clipsPerCategory: 2, categories: ["hug", "kick"] });
  const counts = { files: 0, checkpoints: 0, scored: 0, refused: 0 }, broken: string[] = [];
  let slowest = 0;
  const attempt = async (what: string, work: () => Promise<readonly number[]>) => {
    const started = performance.now();
    try {
      const values = await work();
      if (values.every(Number.isFinite)) counts.scored++;
      else broken.push(`${what}: ${values}`);
    } catch (error) {
      if (error instanceof IadnetError) counts.refused++;
      else broken.push(`${what}: ${(error as Error).stack}`);
    }
    const took = performance.now() - started;
    slowest = Math.max(slowest, took);
    if (took > LIMIT) broken.push(`${what}: it took ${took.toFixed(0)} ms`);
  };
  const each = Math.ceil((long ? 1000 : 40) / SPECS.length);
  let before = 0;
  for (const spec of SPECS) {
    const { detector } = await smallFit(spec, engine), model = detector.toBytes();
    const scored = async (bytes: Uint8Array) => {
      const predictions = await detectorFromBytes(bytes, "edited", { engine }).predict(clips);
      return predictions.flatMap(({ score, p }) => p === undefined ? [score] : [score, p]);
    };
    await scored(model); // programs are made before the time counts
    before = Math.max(before, Deno.memoryUsage().rss);
    for (let k = 0; k < each; k++, counts.files++) {
      const bytes = edit(model, random);
      await attempt(`copy ${k} of ${spec}`, () => scored(bytes));
    }
  }
  await inFolder(async (folder) => {
    const spec = SPECS[1], stop = new AbortController();
    const onStep = (step: number) => step === 4 && stop.abort("SIGTERM");
    const checkpoints = await openCheckpoints(`${folder}/own`, { seconds: 0, signal: stop.signal });
    await smallFit(spec, engine, { checkpoints, onStep }).catch(() => {});
    checkpoints.close();
    const names = (await Array.fromAsync(Deno.readDir(`${folder}/own`))).map(({ name }) => name)
      .filter((name) => name.includes(".checkpoint"));
    for (let k = 0; k < (long ? 500 : 20); k++, counts.checkpoints++) {
      const copy = `${folder}/copy`;
      await Deno.mkdir(copy);
      for await (const { name } of Deno.readDir(`${folder}/own`)) {
        const bytes = await Deno.readFile(`${folder}/own/${name}`);
        await Deno.writeFile(`${copy}/${name}`, names.includes(name) ? edit(bytes, random) : bytes);
      }
      await attempt(`checkpoint ${k}`, async () => {
        using checkpoints = await openCheckpoints(copy);
        const { detector } = await smallFit(spec, engine, { checkpoints });
        return [...await detectorFromBytes(detector.toBytes(), "resumed", { engine }).score(fewClips(2))];
      });
      await Deno.remove(copy, { recursive: true });
    }
  });
  await engine.close();
  const growth = Deno.memoryUsage().rss / before;
  if (growth > 2) broken.push(`memory grew ${growth.toFixed(2)} times`);
  const line =
    `${counts.files} model files and ${counts.checkpoints} checkpoints: ${counts.scored} gave finite ` +
    `scores, ${counts.refused} typed errors, the slowest took ${slowest.toFixed(0)} ms, memory ` +
    `${growth.toFixed(2)} times that before; ${[`${broken.length} broken`, ...broken].join("\n")}`;
  const held = broken.length === 0;
  return { trial: "edited", held, line, numbers: { ...counts, broken: broken.length, slowest, growth } };
}
