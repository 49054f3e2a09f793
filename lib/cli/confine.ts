/** The least permissions that a verb works with: it reads its input, writes its output, and has no other access. */
import { basename, dirname, join } from "node:path";
import { packageFolders, permissionFlags } from "../core/permissions.ts";
import type { DataSource } from "../data/data_source.ts";
import { inputsOf } from "../data/formats/registry.ts";
import type { RunManifest } from "../experiments/manifest.ts";
import { readSource, SOURCE_FILE } from "../experiments/source_file.ts";
import { descriptionsOf, modelFiles, runOf } from "./model_files.ts";
import { workerProgramIn } from "./programs.ts";
import { type Given, givenBy, NEEDS } from "./needs.ts";

/** What a process may reach. */
export interface Reach {
  /** Files and folders that it may read. */
  readonly read: readonly string[];
  /** Files and folders that it may write. */
  readonly write: readonly string[];
  /** Folder that must be there before it starts. */
  readonly above?: string;
  /** Folder in which its workers write, if it has any. */
  readonly partial?: string;
  /** Address that it may listen on, such as `127.0.0.1:8080`. */
  readonly listen?: string;
  /** Name of the engine. */
  readonly engine: string;
}

/** What a verb with these arguments has to reach. A resumed run reads the data that it started with. */
export async function reachOf(verb: string, args: readonly string[]): Promise<Reach> {
  const given = givenBy(args), { data, model } = given, needs = await NEEDS[verb](given);
  const started = needs.manifest === undefined
    ? undefined
    : await manifestIn(needs.manifest).catch(() => undefined); // the verb reports why
  const models = model ? modelFiles(model) : [], runs = models.flatMap((file) => runOf(file) ?? []);
  const shown = needs.run ?? (needs.training ? runs[0] : undefined);
  const own = await sourceOf(given, runs[0]) ?? started?.data.source ?? await sourceIn(shown);
  const read = [...inputsOfSource(own), ...models, ...needs.read ?? []];
  read.push(...runs.map((run) => `${run}/${SOURCE_FILE}`));
  if (needs.training) {
    const trained = given.run ?? shown;
    if (trained) read.push(`${trained}/results.json`, `${trained}/${SOURCE_FILE}`);
    read.push(...inputsOfSource(await sourceIn(trained)));
  }
  for (const folder of needs.shown ?? []) {
    const planned = async () => (await manifestIn(folder).catch(() => undefined))?.data.source;
    read.push(...inputsOfSource(await sourceIn(folder) ?? await planned()));
  }
  if (data) read.push(...descriptionsOf(data));
  if (needs.above) read.push(needs.above);
  const write = [...needs.write ?? []];
  for (const file of needs.files ?? []) {
    write.push(file, `${file}.tmp`);
    read.push(dirname(file)); // to flush the folder
  }
  return {
    read: await withRealPaths([...read, ...write]),
    write: await withRealPaths(write),
    ...(needs.above && { above: needs.above }),
    ...(needs.partial && { partial: needs.partial }),
    ...(needs.listen && { listen: needs.listen }),
    engine: given.engine ?? started?.engine ?? "auto",
  };
}

/** The manifest in a folder. What reads it loads all detectors, which most verbs need not wait for twice. */
async function manifestIn(folder: string): Promise<RunManifest> {
  return await (await import("../experiments/manifest.ts")).readManifest(folder);
}

/** The data that the options name; undefined if they name none. A model's run says how to read it where they do not. */
async function sourceOf(given: Given, run: string | undefined): Promise<DataSource | undefined> {
  const { data, format = "", rest } = given;
  if (!data) return undefined;
  const learned = format ? undefined : await sourceIn(run);
  const like = learned && "path" in learned ? learned.options : { format };
  const options = { format: like.format, restSkeleton: rest || like.restSkeleton };
  return { path: data, options, treatments: [] };
}

/** The data that a run was made from, if it says so. */
async function sourceIn(run: string | undefined): Promise<DataSource | undefined> {
  return run ? await readSource(run).catch(() => undefined) : undefined; // the verb reports why
}

/** Flags of `deno run` that let a process reach only that: no environment, no other process.
 * @param library Folders of the npm packages, as {@linkcode packageFolders} gives them. */
export function flagsOf({ read, write, listen, engine }: Reach, library: readonly string[]): string[] {
  // The environment looks empty, except to the loader of TensorFlow, which needs a dozen variables.
  return permissionFlags({ read, write, listen, environment: engine === "tensorflow-gpu" }, library);
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
export function inputsOfSource(source: DataSource | undefined): string[] {
  return source && "path" in source ? inputsOf(source.path, source.options) : [];
}

/** The command that starts a worker of a run, with the least permissions.
 * @param root Folder of the run, if results are kept. @param programs Folder with a program that starts such a worker. */
export async function workerCommand(
  { data: { source }, engine }: RunManifest,
  root: string | undefined,
  programs?: string,
): Promise<[string, ...string[]]> {
  if (programs !== undefined) return [workerProgramIn(programs)];
  const reach = { read: inputsOfSource(source), write: [], engine, ...(root && { partial: root }) };
  return commandOf(flagsOf(await reachOfWorker(reach), await packageFolders()), "worker");
}
