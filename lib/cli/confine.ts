/**
 * The least permissions that a verb works with: it reads its input, writes its output, and reaches nothing else.
 *
 * @module
 */
import { dirname } from "node:path";
import { parseArgs } from "@std/cli/parse-args";
import { readManifest } from "../experiments/manifest.ts";
import type { RunManifest } from "../experiments/manifest.ts";
import type { WorkerCommand } from "../experiments/run_options.ts";
import { inputsOf } from "../data/formats/registry.ts";
import type { DataSource } from "../data/data_source.ts";
import { partialOf, withoutSlashes } from "../core/files.ts";
import { packageFolders, permissionFlags } from "../core/permissions.ts";

export { packageFolders };

/** What a process may read and write. */
export interface Reach {
  /** Files and folders. */
  readonly read: readonly string[];
  /** Files and folders. */
  readonly write: readonly string[];
  /** The run in the making, if there is one: all that its workers write to. */
  readonly partial?: string;
  /** Name of the engine. */
  readonly engine: string;
}

/** Verbs that run confined, with what they write; each reads the data and the models that its options name. */
export const CONFINED: Readonly<Record<string, (out: string) => readonly string[]>> = {
  train: (out) => [out, partialOf(out)],
  demo: (out) => [out, partialOf(out)],
  score: () => [],
  localize: () => [],
  explain: () => [],
  inspect: () => [],
  export: (out) => [out, `${out}.tmp`],
};

/** Options that say what a verb reaches. */
const NAMES = ["data", "format", "rest", "model", "out", "resume", "engine"] as const;

/** What a verb with these arguments has to reach. A run that goes on reads the data that it was begun with. */
export async function reachOf(verb: string, args: readonly string[]): Promise<Reach> {
  const given = parse(args), out = given.resume || given.out;
  const begun = given.resume ? await begunWith(given.resume) : undefined;
  const { format = "", data, rest, model } = given, engine = given.engine ?? begun?.engine ?? "auto";
  const read = begun
    ? inputsOfSource(begun.source)
    : data
    ? inputsOf(data, { format, ...(rest && { restSkeleton: rest }) })
    : [];
  if (model) read.push(...model.split(","));
  const write = out ? [...CONFINED[verb](out)] : [];
  if (verb === "export" && out) read.push(dirname(out)); // it is read to flush it
  return {
    read: await withRealPaths([...read, ...write]),
    write: await withRealPaths(write),
    ...(isRun(verb) && out && { partial: partialOf(out) }),
    engine,
  };
}

/** Whether a verb makes a run directory, with workers and checkpoints. */
export function isRun(verb: string): boolean {
  return verb === "train" || verb === "demo";
}

/** Flags of `deno run` that let a process reach that and no more: no network, no environment, no other process.
 *
 * @param library Folders of the npm packages, as {@linkcode packageFolders} gives them.
 */
export function flagsOf({ read, write, engine }: Reach, library: readonly string[]): string[] {
  // The environment looks empty, but for the loader of TensorFlow, which needs a dozen variables.
  return permissionFlags({ read, write, environment: engine === "tensorflow-gpu" }, library);
}

/** What a worker of a run has to reach: it writes to the run in the making alone. */
export async function reachOfWorker({ partial, read, engine }: Reach): Promise<Reach> {
  const write = partial === undefined ? [] : await withRealPaths([partial]);
  return { read: [...await withRealPaths(read), ...write], write, engine };
}

/** The words that start the command line in a process with these flags. */
export function commandOf(flags: readonly string[], ...args: readonly string[]): [string, ...string[]] {
  return [Deno.execPath(), "run", ...flags, new URL("./main.ts", import.meta.url).href, ...args];
}

/** The paths, and the places that they lead to over links: Deno looks at both. */
async function withRealPaths(paths: readonly string[]): Promise<string[]> {
  const all = new Set(paths);
  for (const path of paths) if (path !== "") all.add(await realPath(path));
  return [...all];
}

/** Where a path leads, or would lead if it were made. */
async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    const plain = withoutSlashes(path), above = dirname(plain);
    if (above === plain) return plain;
    return `${(await realPath(above)).replace(/\/$/, "")}/${plain.slice(plain.lastIndexOf("/") + 1)}`;
  }
}

/** What options say of paths, engine and format. */
function parse(args: readonly string[]): Readonly<Partial<Record<typeof NAMES[number], string>>> {
  return parseArgs([...args], { string: NAMES });
}

/** Data and engine of an unfinished run; none if there is no such run: the verb says what is wrong. */
async function begunWith(out: string): Promise<Begun | undefined> {
  try {
    const { data: { source }, engine } = await readManifest(partialOf(out));
    return { source, engine };
  } catch {
    return undefined;
  }
}

type Begun = { readonly source: DataSource; readonly engine: string };

/** Files and folders that a data source reads. */
function inputsOfSource(source: DataSource): string[] {
  return "path" in source ? inputsOf(source.path, source.options) : [];
}

/** The command that starts a worker of a run, with the least permissions.
 *
 * @param root Folder of the run, if results are kept. @param program Program that starts a worker, if there is one already.
 */
export async function workerCommand(
  { data: { source }, engine }: RunManifest,
  root: string | undefined,
  program?: string,
): Promise<WorkerCommand> {
  if (program) return [program];
  const reach = { read: inputsOfSource(source), write: [], engine, ...(root && { partial: root }) };
  return commandOf(flagsOf(await reachOfWorker(reach), await packageFolders()), "worker");
}
