/**
 * Starts a verb in a process with the least permissions that it works with: `launch.ts <verb> [options]`. Only this small program,
 * which reads no data, may start other processes.
 *
 * @module
 */
import { packageFolders } from "../core/permissions.ts";
import { exitCodeOf, onSignals, send } from "../core/signals.ts";
import { commandOf, CONFINED, flagsOf, isRun, reachOf, reachOfWorker } from "./confine.ts";
import { printError } from "./stderr.ts";

/** Exit code of shells for SIGKILL. */
const KILLED = 137;

/** Environment of the process: the libraries that a verb loads send no usage reports. */
const ENVIRONMENT = { ORT_DISABLE_TELEMETRY: "1", DENO_NO_UPDATE_CHECK: "1" };

/** Run a verb and return its exit code. */
export async function launch([verb, ...args]: readonly string[]): Promise<number> {
  if (!Object.hasOwn(CONFINED, verb)) throw new TypeError(`Cannot confine ${verb}`);
  const library = await packageFolders(), reach = await reachOf(verb, args);
  const program = isRun(verb) ? await workerProgram(flagsOf(await reachOfWorker(reach), library)) : undefined;
  try {
    const flags = [...flagsOf(reach, library), ...(program ? [`--allow-run=${program.file}`] : [])];
    const [command, ...words] = commandOf(
      flags,
      ...(program ? ["confined", program.file] : []),
      verb,
      ...args,
    );
    const child = new Deno.Command(command, {
      args: words,
      stdin: program ? "piped" : "inherit", // it ends with this process
      env: ENVIRONMENT,
    }).spawn();
    const stopPassing = onSignals((name) => send(child, name)); // Ctrl-C reaches both, see `stopOnSignals`
    const { code, signal } = await child.status;
    stopPassing();
    return signal ? exitCodeOf(signal) ?? KILLED : code;
  } finally {
    await program?.remove();
  }
}

/** Write a program that starts a worker with these flags and nothing else, whatever its arguments: a process that may only run this
 * program cannot widen its permissions. */
export async function workerProgram(
  flags: readonly string[],
): Promise<{ file: string; remove: () => Promise<void> }> {
  const folder = await Deno.makeTempDir({ prefix: "iadnet_worker_" }), file = `${folder}/worker`;
  const remove = () => Deno.remove(folder, { recursive: true });
  const words = commandOf(flags, "worker").map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  try {
    await Deno.writeTextFile(file, `#!/bin/sh\nexec ${words.join(" ")}\n`, { mode: 0o500 });
  } catch (error) {
    await remove();
    throw error;
  }
  return { file, remove };
}

if (import.meta.main) {
  Deno.exit(
    await launch(Deno.args).catch((error) => {
      printError(`Cannot ${Deno.args[0]}: ${(error as Error).message}`);
      return 1;
    }),
  );
}
