/** Damage to checkpoints and model files: flipped bits, cut ends, zeroed pages, swapped files. All of it must be detected, and a
 * fit must go on from the good state before. */
import { detectorFromBytes, openCheckpoints, openSharedEngine } from "../../mod.ts";
import { PREVIOUS } from "../../lib/core/files.ts";
import { Random } from "../../lib/core/random.ts";
import type { FitIdentity, TrainingState } from "../../lib/training/checkpoint/checkpoint.ts";
import { mutate } from "../support/mutate.ts";
import { copyFiles, type Figure, inFolder, smallFit, type Trial } from "./kit.ts";

/** Damaged bytes that differ from the bytes. */
export function damage(bytes: Uint8Array, random: Random): Uint8Array {
  for (;;) {
    const out = damageOnce(bytes, random);
    if (out.length !== bytes.length || out.some((byte, i) => byte !== bytes[i])) return out;
  }
}

function damageOnce(bytes: Uint8Array, random: Random): Uint8Array {
  const out = bytes.slice(), kind = random.integer(4);
  if (kind === 0) out[random.integer(out.length)] ^= 1 << random.integer(8);
  else if (kind === 1) return out.slice(0, random.integer(out.length));
  else if (kind === 2) {
    const page = random.pick([512, 4096]), from = random.integer(Math.ceil(out.length / page)) * page;
    out.fill(0, from, from + page);
  } else return mutate(bytes, random);
  return out;
}

/** Run the trial. */
export async function corrupt({ long, seed, detectors }: Trial): Promise<Figure> {
  const random = new Random(seed), each = Math.ceil((long ? 2000 : 120) / detectors.length / 2);
  const counts = { damages: 0, missed: 0, fallbacks: 0, resumed: 0, different: 0 };
  const engine = await openSharedEngine("onnx-cpu", 1);
  for (const spec of detectors) {
    await inFolder(async (folder) => {
      const { detector, hash } = await smallFit(spec, engine), model = detector.toBytes();
      for (let k = 0; k < each; k++) {
        counts.damages++;
        try {
          detectorFromBytes(damage(model, random), "damaged");
          counts.missed++;
        } catch (error) {
          if (!(error instanceof Error && error.message.includes("damaged"))) throw error;
        }
      }
      const fit = await interrupted(spec, engine, `${folder}/own`, 0);
      await interrupted(spec, engine, `${folder}/other`, 1);
      for (let k = 0; k < each; k++) {
        const usable = await damagedCheckpoint(
          `${folder}/own`,
          `${folder}/other`,
          `${folder}/copy`,
          fit,
          random,
          counts,
        );
        if (usable && random.chance(0.05)) {
          counts.resumed++;
          using checkpoints = await openCheckpoints(`${folder}/copy`);
          if ((await smallFit(spec, engine, { checkpoints })).hash !== hash) counts.different++;
        }
        await Deno.remove(`${folder}/copy`, { recursive: true });
      }
    });
  }
  await engine.close();
  const held = counts.missed + counts.different === 0;
  const line =
    `${counts.damages} damages, ${counts.missed} not detected; ${counts.fallbacks} times the state before was ` +
    `used; ${counts.resumed} fits went on to their end, ${counts.different} to other bits`;
  return { trial: "corrupt", held, line, numbers: counts };
}

/** Checkpoints of a fit that was stopped in its last part; returns whose they are. */
async function interrupted(
  spec: string,
  engine: Parameters<typeof smallFit>[1],
  folder: string,
  seed: number,
): Promise<FitIdentity> {
  const stop = new AbortController();
  using checkpoints = await openCheckpoints(folder, { seconds: 0, signal: stop.signal });
  let identity: FitIdentity | undefined, steps = 0;
  const store = {
    begin: (fit: FitIdentity) => {
      identity = fit;
      return checkpoints.begin(fit);
    },
  };
  await smallFit(spec, engine, { onStep: () => steps++ });
  const onStep = (step: number) => step === steps - 2 && stop.abort("SIGTERM");
  await smallFit(spec, engine, { checkpoints: store, seed, onStep }).catch(() => {});
  return identity!;
}

/** Damage one file of a copy: what is read then must be the state as it was, or the one before with a warning, or nothing with
 * one. Returns whether a fit can go on from there: not if all that is left is another fit's. */
async function damagedCheckpoint(
  own: string,
  other: string,
  copy: string,
  fit: FitIdentity,
  random: Random,
  counts: { damages: number; missed: number; fallbacks: number },
): Promise<boolean> {
  const names = (await Array.fromAsync(Deno.readDir(own))).map(({ name }) => name)
    .filter((name) => name.includes(".checkpoint")).sort();
  const name = random.pick(names), part = decodeURIComponent(name.split(".")[0]);
  const read = async (folder: string, warnings: string[] = []): Promise<TrainingState | undefined> => {
    using checkpoints = await openCheckpoints(folder, { onWarning: (message) => warnings.push(message) });
    return await (await checkpoints.begin(fit)).read(part);
  };
  await copyFiles(own, copy);
  await Deno.remove(`${copy}/${name.replace(PREVIOUS, "")}`).catch(() => {});
  const before = await read(copy); // without the last: the one before
  await copyFiles(own, copy);
  const last = await read(copy), warnings: string[] = [];
  if (random.chance(0.25)) { // another part's, or another fit's
    const foreign = random.chance(0.5);
    const from = foreign
      ? `${other}/${name}`
      : `${own}/${random.pick(names.filter((n) => !n.startsWith(name.split(".")[0])))}`;
    await Deno.copyFile(from, `${copy}/${name}`);
  } else await Deno.writeFile(`${copy}/${name}`, damage(await Deno.readFile(`${own}/${name}`), random));
  const isPrevious = name.endsWith(PREVIOUS);
  if (isPrevious) await Deno.remove(`${copy}/${name.replace(PREVIOUS, "")}`); // as after a crash between two renames
  counts.damages++;
  const same = (a?: TrainingState, b?: TrainingState) =>
    JSON.stringify(a, plain) === JSON.stringify(b, plain);
  const found = await read(copy, warnings).catch(() => "refused" as const);
  if (found === "refused") return false;
  const expected = isPrevious || names.every((n) => n !== name + PREVIOUS) ? undefined : before;
  if (warnings.length === 0 || !same(found, expected) || (expected && same(expected, last))) counts.missed++;
  else if (expected) counts.fallbacks++;
  return true;
}

/** Typed arrays as lists. */
const plain = (_: string, value: unknown) => value instanceof Float32Array ? [...value] : value;
