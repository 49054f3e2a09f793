/** What the fault trials have in common: a seed, figures, a place for files, small fits, processes. */
import { createDetector, type Detector, generateDataset, History, type OpenEngine } from "../../mod.ts";
import { writeSbu } from "../support/write_sbu.ts";
import type { Random } from "../../lib/core/random.ts";
import { sha256 } from "../../lib/core/files.ts";
import type { Checkpoints } from "../../lib/training/checkpoint/checkpoint.ts";

/** How to run a trial. */
export interface Trial {
  /** Many, for a release; few, for every change. */
  readonly long: boolean;
  /** Seed of everything that is drawn. */
  readonly seed: number;
  /** The detectors that are trained: names with options. */
  readonly detectors: readonly string[];
}

/** What a trial found. */
export interface Figure {
  /** Name of the trial. */
  readonly trial: string;
  /** Whether every promise held. */
  readonly held: boolean;
  /** The figure in words. */
  readonly line: string;
  /** The figure in numbers. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** The detectors that are trained unless others are asked for. */
export const DETECTORS: readonly string[] = ["iadnet:preset=tiny,epochs=3,batch=8,calibrationFolds=2"];

/** Do something in a folder of its own, which is then removed. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "iadnet_faults_" });
  try {
    return await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}

/** A few clips of one category. */
export function fewClips(count = 6) {
  return generateDataset({ seed: 0, clipsPerCategory: count, categories: ["hug"] });
}

/** Fit a detector on a few clips. */
export async function smallFit(
  spec: string,
  engine: OpenEngine | "onnx-cpu",
  { checkpoints, seed = 0, onStep = () => {} }: {
    checkpoints?: Checkpoints;
    seed?: number;
    onStep?: (step: number) => void;
  } = {},
): Promise<{ detector: Detector; hash: string }> {
  const detector = createDetector(spec, { engine, threads: 1 }), history = new History();
  await detector.fit(fewClips(), {
    seed,
    ...(checkpoints && { checkpoints }),
    onProgress: (report) => {
      history.add(report);
      onStep(report.step);
    },
  });
  return { detector, hash: hashOf(detector, history) };
}

/** SHA-256 over a fitted detector's file and the history of its fit. */
export function hashOf(detector: Detector, history: History): string {
  return sha256(sha256(detector.toBytes()) + sha256(History.text(history.trainings)));
}

/** A process of this Deno.
 *
 * @param args What comes after `deno run`. @param wrap Words to put before the command. */
export function startDeno(args: readonly string[], wrap: readonly string[] = []): Deno.ChildProcess {
  const [first, ...rest] = [...wrap, Deno.execPath(), "run", ...args];
  return new Deno.Command(first, {
    args: rest,
    cwd: new URL("../../", import.meta.url),
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** The command line in a process. */
export function startCli(args: readonly string[], wrap: readonly string[] = []): Deno.ChildProcess {
  return startDeno(["-A", "lib/cli/main.ts", ...args], wrap);
}

/** What a process said and how it ended. */
export async function ended(
  child: Deno.ChildProcess,
): Promise<{ code: number; signal: string | null; out: string; err: string }> {
  const { code, signal, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, signal, out: text(stdout), err: text(stderr) };
}

/** Wait until something is so, at most 20 seconds. */
export async function until(isSo: () => Promise<boolean>): Promise<boolean> {
  for (const end = performance.now() + 20_000; performance.now() < end;) {
    if (await isSo()) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

/** SHA-256 over the names and contents of all files of a folder but those named. */
export async function hashFolder(folder: string, but: readonly string[] = []): Promise<string> {
  const lines: string[] = [];
  const visit = async (path: string) => {
    for await (const { name, isFile } of Deno.readDir(folder + path)) {
      if (but.includes(name)) continue;
      if (isFile) lines.push(`${path}/${name} ${sha256(await Deno.readFile(`${folder}${path}/${name}`))}`);
      else await visit(`${path}/${name}`);
    }
  };
  await visit("");
  return sha256(lines.sort().join("\n"));
}

/** Write a small data set in SBU's layout: three categories, four pairs of people.
 *
 * @param random Of the order in which the files are made; that of the clips if absent. */
export async function writeSmallData(root: string, random?: Random): Promise<void> {
  const names: Readonly<Record<string, string>> = { kick: "kicking", push: "pushing", hug: "hugging" };
  const clips = generateDataset({ seed: 0, clipsPerCategory: 8, categories: Object.keys(names) })
    .map((clip, i) => ({ ...clip, category: names[clip.category], group: `p0${1 + i % 4}` }));
  if (!random) return void await writeSbu(root, clips);
  await inFolder(async (folder) => { // written in order elsewhere, for the numbers in the names, then moved in another order
    for (const id of random.shuffle(await writeSbu(folder, clips))) {
      await Deno.mkdir(`${root}/${id}`, { recursive: true });
      await Deno.copyFile(`${folder}/${id}/skeleton_pos.txt`, `${root}/${id}/skeleton_pos.txt`);
    }
  });
}

/** Arguments of `train` for a small run of three categories. */
export function smallTrain(data: string, ...more: string[]): string[] {
  const what = ["--data", data, "--format", "sbu", "--split", "group:p04", "--preset", "tiny"];
  return ["train", ...what, "--checkpoint-seconds", "0", ...more];
}

/** Copy the files of a folder that holds no folder. */
export async function copyFiles(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isFile } of Deno.readDir(from)) {
    if (isFile) await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
