/** The least permissions that a verb works with: it reads its input, writes its output, and has no other access. */
import { basename, dirname, join } from "node:path";
import { parseArgs } from "@std/cli/parse-args";
import { partialOf } from "../core/files.ts";
import { packageFolders, permissionFlags } from "../core/permissions.ts";
import type { DataSource } from "../data/data_source.ts";
import { descriptionFileOf } from "../data/formats/description.ts";
import { inputsOf } from "../data/formats/registry.ts";
import { datedOut, onnxOut } from "./default_out.ts";
import { descriptionsOf, modelFiles, runOf } from "./model_files.ts";
import { readSource, SOURCE_FILE } from "../experiments/run_directory.ts";
import { readManifest, type RunManifest } from "../experiments/manifest.ts";

/** What a process may read and write. */
export interface Reach {
  /** Files and folders. */
  readonly read: readonly string[];
  /** Files and folders. */
  readonly write: readonly string[];
  /** Folder of the unfinished run, if there is one: its workers write only there. */
  readonly partial?: string;
  /** Name of the engine. */
  readonly engine: string;
}

/** Verbs that run confined, with the paths they write to; each reads the data and the models that its options name. */
export const CONFINED: Readonly<Record<string, (out: string) => readonly string[]>> = {
  train: (out) => [out, partialOf(out)],
  demo: (out) => [out, partialOf(out)],
  score: () => [],
  localize: () => [],
  explain: () => [],
  inspect: () => [],
  export: (out) => [out, `${out}.tmp`],
};

/** The arguments of a verb with `--out`: where it writes is chosen before it starts, because it may look at no other place. */
export async function withOut(verb: string, args: readonly string[]): Promise<string[]> {
  const { out, resume, model }: Readonly<Record<string, string | undefined>> = parseArgs([...args], {
    string: ["out", "resume", "model"],
  });
  if (out !== undefined || resume !== undefined) return [...args];
  if (isRun(verb)) return ["--out", await datedOut(verb), ...args];
  if (verb === "export" && model) return ["--out", await onnxOut(model), ...args];
  return [...args];
}

/** What a verb with these arguments has to reach. A resumed run reads the data that it started with. */
export async function reachOf(verb: string, args: readonly string[]): Promise<Reach> {
  const names = ["data", "format", "rest", "model", "out", "resume", "engine", "run", "csv", "parquet"];
  const given: Readonly<Record<string, string | undefined>> = parseArgs([...args], { string: names });
  const { format = "", data, rest, model, resume } = given, out = resume || given.out;
  const started = resume ? await readManifest(partialOf(resume)).catch(() => undefined) : undefined; // the verb reports why
  const engine = given.engine ?? started?.engine ?? "auto";
  const models = model ? modelFiles(model) : [], runs = models.flatMap((file) => runOf(file) ?? []);
  const learned = runs.length > 0 ? await readSource(runs[0]).catch(() => undefined) : undefined; // the verb reports why
  const like = learned && "path" in learned && !format ? learned.options : { format };
  const options = { format: like.format, restSkeleton: rest || like.restSkeleton };
  const read = inputsOfSource(
    started?.data.source ?? (data ? { path: data, options, treatments: [] } : undefined),
  );
  read.push(...models);
  if (verb === "explain") read.push(...await trainingOf(given.run ?? runs[0]));
  read.push(...runs.map((run) => `${run}/${SOURCE_FILE}`));
  if (data) read.push(...descriptionsOf(data));
  const write = out ? [...CONFINED[verb](out)] : [];
  if (verb === "inspect" && data && args.includes("--init")) {
    const file = await descriptionFileOf(data);
    write.push(file, `${file}.tmp`);
    read.push(dirname(file)); // to flush the folder
  }
  for (const file of verb === "score" ? [given.csv, given.parquet] : []) {
    if (!file) continue;
    write.push(file, `${file}.tmp`);
    read.push(dirname(file)); // to flush the folder
  }
  if (verb === "export" && out) read.push(dirname(out)); // to flush the folder
  return {
    read: await withRealPaths([...read, ...write]),
    write: await withRealPaths(write),
    ...(isRun(verb) && out && { partial: partialOf(out) }),
    engine,
  };
}

/** What says which training clips a run had, and where they are. */
async function trainingOf(run: string | undefined): Promise<string[]> {
  if (!run) return [];
  const source = await readSource(run).catch(() => undefined); // the verb reports why
  return [`${run}/results.json`, `${run}/${SOURCE_FILE}`, ...inputsOfSource(source)];
}

/** Whether a verb creates a run directory, with workers and checkpoints. */
export function isRun(verb: string): boolean {
  return verb === "train" || verb === "demo";
}

/** Flags of `deno run` that let a process reach only that: no network, no environment, no other process.
 * @param library Folders of the npm packages, as {@linkcode packageFolders} gives them. */
export function flagsOf({ read, write, engine }: Reach, library: readonly string[]): string[] {
  // The environment looks empty, except to the loader of TensorFlow, which needs a dozen variables.
  return permissionFlags({ read, write, environment: engine === "tensorflow-gpu" }, library);
}

/** What a worker of a run has to reach: it writes only to the folder of the unfinished run. */
export async function reachOfWorker({ partial, read, engine }: Reach): Promise<Reach> {
  const write = partial === undefined ? [] : await withRealPaths([partial]);
  return { read: [...await withRealPaths(read), ...write], write, engine };
}

/** The command that starts the command line in a process with these flags. */
export function commandOf(flags: readonly string[], ...args: readonly string[]): [string, ...string[]] {
  return [Deno.execPath(), "run", "--quiet", ...flags, new URL("./main.ts", import.meta.url).href, ...args];
}

/** The paths, and the paths that they resolve to: Deno checks both. */
async function withRealPaths(paths: readonly string[]): Promise<string[]> {
  return [...new Set([...paths, ...await Promise.all(paths.filter((path) => path !== "").map(realPath))])];
}

/** The path that a path resolves to, or would resolve to if it existed. */
async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await realPath(above), basename(path));
  }
}

/** Files and folders that are read to open a data source. */
function inputsOfSource(source: DataSource | undefined): string[] {
  return source && "path" in source ? inputsOf(source.path, source.options) : [];
}

/** The command that starts a worker of a run, with the least permissions.
 * @param root Folder of the run, if results are kept. @param program Program that already starts such a worker. */
export async function workerCommand(
  { data: { source }, engine }: RunManifest,
  root: string | undefined,
  program?: string,
): Promise<[string, ...string[]]> {
  if (program) return [program];
  const reach = { read: inputsOfSource(source), write: [], engine, ...(root && { partial: root }) };
  return commandOf(flagsOf(await reachOfWorker(reach), await packageFolders()), "worker");
}
