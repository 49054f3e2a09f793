/** Run, plan, checkpoint and cache folders from somebody who put links, pipes and devices into them. Whatever is done with them must
 * end with a value or a typed error, in time, and change nothing outside. */
import { buildCache, openCache } from "../../lib/data/mod.ts";
import { IadnetError, openCheckpoints, openDataset } from "../../mod.ts";
import { Random } from "../../lib/core/random.ts";
import { makeManifest, readManifest, writeManifest } from "../../lib/experiments/manifest.ts";
import { RunDirectory, verifyRun } from "../../lib/experiments/run_directory.ts";
import { RunFolder } from "../../lib/experiments/run_folder.ts";
import { runCells } from "../../lib/experiments/runner.ts";
import { readResults } from "../../lib/report/run.ts";
import { type Figure, hashFolder, inFolder, type Trial, writeSmallData } from "./kit.ts";

/** Longest time of one folder, milliseconds. */
const LIMIT = 20_000;

const DETECTOR = "knn-poses";

/** Run the trial. */
export async function hostile({ long, seed }: Trial): Promise<Figure> {
  const random = new Random(seed), counts = { folders: 0, values: 0, refused: 0 }, broken: string[] = [];
  let slowest = 0;
  await inFolder(async (folder) => {
    const data = `${folder}/data`, sound = `${folder}/sound`, victim = `${folder}/victim`;
    await writeSmallData(data);
    await Deno.mkdir(`${victim}/folder`, { recursive: true });
    await Deno.writeTextFile(`${victim}/file`, "mine");
    await makeSound(sound, data);
    const before = await hashFolder(victim), kinds = ["run.partial", "run", "plan", "checkpoints", "cache"];
    for (let k = 0; k < (long ? 200 : 25); k++, counts.folders++) {
      const kind = kinds[k % kinds.length], copy = `${folder}/copy`;
      await new Deno.Command("cp", { args: ["-r", sound, copy] }).output();
      const what = await spoil(`${copy}/${kind}`, victim, random), started = performance.now();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`it took more than ${LIMIT} ms`)), LIMIT);
      });
      try {
        await Promise.race([use(kind, copy, data), late]);
        counts.values++;
      } catch (error) {
        if (error instanceof IadnetError) counts.refused++;
        else broken.push(`${kind}, ${what}: ${(error as Error).stack}`);
      }
      clearTimeout(timer);
      slowest = Math.max(slowest, performance.now() - started);
      if (await hashFolder(victim) !== before) {
        broken.push(`${kind}, ${what}: it was written outside`);
        break;
      }
      await Deno.remove(copy, { recursive: true });
    }
  });
  const line =
    `${counts.folders} folders with links, pipes and devices: ${counts.values} were used all the same, ` +
    `${counts.refused} refused, the slowest took ${slowest.toFixed(0)} ms, nothing was written outside; ${
      [`${broken.length} broken`, ...broken].join("\n")
    }`;
  const held = broken.length === 0;
  return { trial: "hostile", held, line, numbers: { ...counts, broken: broken.length, slowest } };
}

/** A folder with an unfinished run, a finished one, a plan, checkpoints and a cache. */
async function makeSound(sound: string, data: string): Promise<void> {
  const dataset = await openDataset(data, { format: "sbu" }), options = { format: "sbu" };
  const manifest = makeManifest({
    ...{ kind: "train", dataset, source: { path: data, options, treatments: [] }, engine: "onnx-cpu" },
    ...{
      threads: 1,
      models: DETECTOR,
      detectors: [DETECTOR],
      splits: ["group:p04"],
      splitSeed: 0,
      seeds: [0],
    },
  });
  await Deno.mkdir(sound);
  const half = await RunDirectory.create(`${sound}/run`, manifest);
  await runCells(manifest, { folder: half.folder, dataset }, [0]);
  half.close();
  const whole = await RunDirectory.create(`${sound}/whole`, manifest);
  await runCells(manifest, { folder: whole.folder, dataset });
  await whole.finish({ json: {}, table: "" });
  await Deno.rename(`${sound}/whole`, `${sound}/run`);
  await Deno.mkdir(`${sound}/plan`);
  await writeManifest(`${sound}/plan`, manifest);
  await runCells(manifest, { folder: new RunFolder(`${sound}/plan`, manifest), dataset }, [0]);
  (await openCheckpoints(`${sound}/checkpoints`)).close();
  const preparation = { frames: 8, align: "pair-yaw", scale: "none" } as const;
  await buildCache(data, options, preparation, `${sound}/cache`);
}

/** Put something hostile into a folder: in the place of one of its files, or beside it. @returns What. */
async function spoil(root: string, victim: string, random: Random): Promise<string> {
  const places: string[] = [];
  const list = async (path: string) => {
    for await (const { name, isDirectory } of Deno.readDir(path)) {
      places.push(`${path}/${name}`, `${path}/${name}.tmp`, `${path}/${name}.previous`);
      if (isDirectory) await list(`${path}/${name}`);
    }
  };
  await list(root);
  const at = random.pick([...places, `${root}/lock`, `${root}/failed`, `${root}.tmp`, `${root}.old`]);
  await Deno.remove(at, { recursive: true }).catch(() => {});
  const targets = [
    `${victim}/file`,
    `${victim}/folder`,
    `${victim}/new`,
    victim,
    "/dev/zero",
    "/dev/full",
    at,
    root,
  ];
  if (random.chance(0.15)) {
    await new Deno.Command("mkfifo", { args: [at] }).output();
    return `a pipe at ${at}`;
  }
  const target = random.pick(targets);
  await Deno.symlink(target, at);
  return `a link at ${at} to ${target}`;
}

/** Do all that is done with such a folder. */
async function use(kind: string, copy: string, data: string): Promise<void> {
  const dataset = await openDataset(data, { format: "sbu" });
  if (kind === "run.partial") {
    await Deno.remove(`${copy}/run`, { recursive: true });
    using run = await RunDirectory.resume(`${copy}/run`);
    await runCells(run.folder.manifest, { folder: run.folder, dataset });
    return await run.finish({ json: {}, table: "" });
  }
  if (kind === "run") {
    await verifyRun(`${copy}/run`);
    return void await readResults(`${copy}/run`);
  }
  if (kind === "plan") {
    const manifest = await readManifest(`${copy}/plan`);
    return void await runCells(manifest, { folder: new RunFolder(`${copy}/plan`, manifest), dataset });
  }
  if (kind === "checkpoints") {
    using _ = await openCheckpoints(`${copy}/checkpoints`);
    return;
  }
  await openCache(`${copy}/cache`).catch((error) => {
    if (!(error instanceof IadnetError)) throw error;
  });
  const preparation = { frames: 9, align: "pair-yaw", scale: "none" } as const;
  await buildCache(data, { format: "sbu" }, preparation, `${copy}/cache`);
}
