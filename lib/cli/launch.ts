/** Starts a verb in a process with the least permissions that it works with: `launch.ts <verb> [options]`. Only this small program,
 * which reads no data, may start other processes. */
import { dirname } from "node:path";
import { syncFolder } from "../core/files.ts";
import { packageFolders } from "../core/permissions.ts";
import { exitCodeOf, onSignals, send } from "../core/signals.ts";
import { commandOf, CONFINED, flagsOf, isRun, reachOf, reachOfWorker, withOut } from "./confine.ts";
import { printError } from "./stderr.ts";

/** Exit code of shells for SIGKILL. */
const KILLED = 137;

/** Environment of the process: the libraries that a verb loads send no usage reports. */
const ENVIRONMENT = { ORT_DISABLE_TELEMETRY: "1", DENO_NO_UPDATE_CHECK: "1" };

/** Run a verb and return its exit code. */
export async function launch([verb, ...words]: readonly string[]): Promise<number> {
  if (!Object.hasOwn(CONFINED, verb)) throw new TypeError(`Cannot confine ${verb}`);
  const args = await withOut(verb, words);
  const library = await packageFolders(), reach = await reachOf(verb, args);
  const folder = isRun(verb) ? await Deno.makeTempDir({ prefix: "iadnet_worker_" }) : undefined;
  try {
    const program = folder && await writeWorkerProgram(folder, flagsOf(await reachOfWorker(reach), library));
    const flags = [...flagsOf(reach, library), ...(program ? [`--allow-run=${program}`] : [])];
    const [command, ...words] = commandOf(flags, "confined", `${Deno.pid}`, program ?? "--", verb, ...args);
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

/** Write a program into a folder that starts a worker with these flags and nothing else, whatever its arguments: a process that may
 * only run this program cannot widen its permissions.
 * @returns Its path. */
export async function writeWorkerProgram(folder: string, flags: readonly string[]): Promise<string> {
  const words = commandOf(flags, "worker").map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  await Deno.writeTextFile(`${folder}/worker`, `#!/bin/sh\nexec ${words.join(" ")}\n`, { mode: 0o500 });
  return `${folder}/worker`;
}

if (import.meta.main) {
  Deno.exit(
    await launch(Deno.args).catch((error) => {
      printError(`Cannot ${Deno.args[0]}: ${(error as Error).message}`);
      return 1;
    }),
  );
}
