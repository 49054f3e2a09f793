/** Starts a verb in a process with the least permissions that it works with: `launch.ts <verb> [options]`. Only this small program,
 * which reads no data, may start other processes. */
import { dirname } from "node:path";
import { makeFolder, syncFolder } from "../core/files.ts";
import { packageFolders } from "../core/permissions.ts";
import { exitCodeOf, onSignals, send } from "../core/signals.ts";
import { commandOf, flagsOf, type Reach, reachOf, reachOfWorker } from "./confine.ts";
import { NEEDS, withOut } from "./needs.ts";
import { writeServePrograms, writeWorkerProgram } from "./programs.ts";
import { printError } from "./stderr.ts";

/** Exit code of shells for SIGKILL. */
const KILLED = 137;

/** Environment of the process: the libraries that a verb loads send no usage reports. */
const ENVIRONMENT = { ORT_DISABLE_TELEMETRY: "1", DENO_NO_UPDATE_CHECK: "1" };

/** Run a verb and return its exit code. */
export async function launch([verb, ...words]: readonly string[]): Promise<number> {
  if (!Object.hasOwn(NEEDS, verb)) throw new TypeError(`Cannot confine ${verb}`);
  const args = await withOut(verb, words);
  const [reach, library] = await Promise.all([reachOf(verb, args), packageFolders(), fetchModules()]);
  if (reach.above !== undefined) await makeFolder(reach.above);
  const starts = reach.partial !== undefined || reach.listen !== undefined;
  const folder = starts ? await Deno.realPath(await Deno.makeTempDir({ prefix: "iadnet_" })) : undefined;
  try {
    const flags = await confinedFlags(reach, library, folder);
    const [command, ...words] = commandOf(flags, "confined", `${Deno.pid}`, folder ?? "--", verb, ...args);
    const child = new Deno.Command(command, { args: words, env: ENVIRONMENT }).spawn();
    const stopPassing = onSignals((name) => send(child, name)); // Ctrl-C reaches both, see `stopOnSignals`
    const { code, signal } = await child.status;
    stopPassing();
    if (reach.partial && code === 0) await syncFolder(dirname(reach.partial)).catch(() => {}); // where that is possible
    return signal ? exitCodeOf(signal) ?? KILLED : code;
  } finally {
    if (folder) await Deno.remove(folder, { recursive: true });
  }
}

/** Fetch the modules that the process will import, which may not fetch any itself. It says which one is missing. */
async function fetchModules(): Promise<void> {
  const main = new URL("./main.ts", import.meta.url).href;
  await new Deno.Command(Deno.execPath(), { args: ["cache", "--quiet", main], stderr: "null" }).output();
}

/** Flags of the process of a verb.
 * @param library Folders of the npm packages. @param folder Empty folder for the programs that it may start; none if absent. */
export async function confinedFlags(
  reach: Reach,
  library: readonly string[],
  folder?: string,
): Promise<string[]> {
  if (folder === undefined) return flagsOf(reach, library);
  if (reach.listen === undefined) {
    const worker = commandOf(flagsOf(await reachOfWorker(reach), library), "worker");
    return [...flagsOf(reach, library), `--allow-run=${await writeWorkerProgram(folder, worker)}`];
  }
  const { folder: files, reader, scorer } = await writeServePrograms(folder, reach.read, library);
  const read = [...reach.read, files], write = [...reach.write, files];
  return [...flagsOf({ ...reach, read, write }, library), `--allow-run=${[...reader, ...scorer]}`];
}

if (import.meta.main) {
  Deno.exit(
    await launch(Deno.args).catch((error) => {
      printError(`Cannot ${Deno.args[0]}: ${(error as Error).message}`);
      return 1;
    }),
  );
}
