/**
 * The least permissions that a verb works with: it reads its input, writes its output, and reaches nothing else.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { readRecord } from "../record.ts";
import { inputsOf } from "../data/inputs.ts";
import { folderOf } from "../data/paths.ts";

/** What a process may read and write. */
export interface Reach {
  /** Files and folders. */
  readonly read: readonly string[];
  /** Files and folders. */
  readonly write: readonly string[];
  /** Name of the engine. */
  readonly engine: string;
}

/** Verbs that run confined, with what they write; each reads the data and the models that its options name. */
export const CONFINED: Readonly<Record<string, (out: string | undefined) => readonly string[]>> = {
  train: runFolders,
  demo: runFolders,
  score: () => [],
  localize: () => [],
  explain: () => [],
  inspect: () => [],
  export: (out) => out === undefined ? [] : [out, `${out}.tmp`],
};

/** Options that say what a verb reaches. */
const NAMES = ["data", "format", "rest", "model", "out", "resume", "engine"] as const;

/** What a verb with these arguments has to reach. A run that goes on reads the data that it was begun with. */
export async function reachOf(verb: string, args: readonly string[]): Promise<Reach> {
  const given = parse(args), out = given.resume ?? given.out;
  const begun = given.resume === undefined ? {} : await begunWith(given.resume);
  const { engine = "auto", format = "", data, rest, model } = { ...begun, ...given };
  const read = data === undefined ? [] : inputsOf(data, { format, ...(rest && { restSkeleton: rest }) });
  if (model !== undefined) read.push(...model.split(","));
  const write = CONFINED[verb](out);
  const flushed = verb === "export" && out !== undefined ? [folderOf(out)] : [];
  return { read: [...read, ...write, ...flushed], write, engine };
}

/** Flags of `deno run` that let a process reach that and no more: no network, no environment, no other process.
 *
 * @param library Folders of the npm packages, as {@linkcode packageFolders} gives them.
 */
export function flagsOf({ read, write, engine }: Reach, library: readonly string[]): string[] {
  const list = (paths: readonly string[]) => [...new Set(paths.map(withoutComma))].join();
  return [
    "--no-prompt",
    "--allow-sys=cpus,hostname,networkInterfaces,osRelease",
    `--allow-ffi=${list(library)}`,
    `--allow-read=${list([...library, ...read])}`,
    ...(write.length > 0 ? [`--allow-write=${list(write)}`] : []),
    ...(engine.startsWith("tensorflow") ? ["--allow-env"] : []), // its loader reads a dozen variables
  ];
}

/** Where this Deno keeps npm packages, native libraries included. */
export async function packageFolders(): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  return [npmCache, new URL("../../node_modules", import.meta.url).pathname];
}

/** What a worker of a run has to reach: it writes to the run in the making alone. */
export function reachOfWorker(reach: Reach): Reach {
  return { ...reach, write: reach.write.filter((path) => path.endsWith(".partial")) };
}

/** A run's folders: the finished one and the one in the making. */
function runFolders(out: string | undefined): string[] {
  return out === undefined ? [] : [out, `${out.replace(/\/+$/, "")}.partial`];
}

/** The path, or the nearest folder above it whose path has no comma: Deno's lists of paths cannot hold one. */
function withoutComma(path: string): string {
  while (path.includes(",")) path = folderOf(path);
  return path;
}

/** What options say of paths, engine and format. */
function parse(args: readonly string[]): Readonly<Partial<Record<typeof NAMES[number], string>>> {
  return parseArgs([...args], { string: NAMES });
}

/** Options that an unfinished run was begun with; none if there is no such run: the verb says what is wrong. */
async function begunWith(out: string): Promise<ReturnType<typeof parse>> {
  try {
    const { command } = await readRecord(`${runFolders(out)[1]}/job.json`) as { command: readonly string[] };
    return parse(command);
  } catch {
    return {};
  }
}
