// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * Starts a verb in a process that has the least permissions it works with: `launch.ts <verb> [options]`. Only this small program,
 * which reads no data, may start others.
 *
 * @module
 */
import { CONFINED, flagsOf, isRun, packageFolders, reachOf, reachOfWorker } from "./confine.ts";

/** Numbers of the signals that are passed on, as exit codes count them. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

const MAIN = new URL("./main.ts", import.meta.url).href;

/** What is said to the libraries that a verb loads: no reports on its use to their makers. */
const ENVIRONMENT = { ORT_DISABLE_TELEMETRY: "1", DENO_NO_UPDATE_CHECK: "1" };

/** Run a verb and return its exit code. */
export async function launch([verb, ...args]: readonly string[]): Promise<number> {
  if (!Object.hasOwn(CONFINED, verb)) throw new TypeError(`Cannot confine ${verb}`);
  const library = await packageFolders(), reach = await reachOf(verb, args);
  const program = isRun(verb) ? await workerProgram(flagsOf(await reachOfWorker(reach), library)) : undefined;
  try {
    const flags = [...flagsOf(reach, library), ...(program ? [`--allow-run=${program.file}`] : [])];
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", ...flags, MAIN, ...(program ? ["confined", program.file] : []), verb, ...args],
      stdin: program ? "piped" : "inherit", // it ends with this process
      env: ENVIRONMENT,
    }).spawn();
    const { code, signal } = await passSignals(child);
    return signal ? 128 + (SIGNALS[signal as keyof typeof SIGNALS] ?? 9) : code;
  } finally {
    await program?.remove();
  }
}

/** Pass signals on to a process until it ends. In a terminal Ctrl-C reaches both: see `stopOnSignals`. */
async function passSignals(child: Deno.ChildProcess): Promise<Deno.CommandStatus> {
  const listeners = (Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]).map((name) => {
    const listener = () => {
      try {
        child.kill(name);
      } catch { /* it has ended */ }
    };
    Deno.addSignalListener(name, listener);
    return () => Deno.removeSignalListener(name, listener);
  });
  const status = await child.status;
  listeners.forEach((remove) => remove());
  return status;
}

/** A program that starts a worker with these flags and can start nothing else, whatever its arguments: a process that may run it
 * alone cannot widen its permissions. */
export async function workerProgram(
  flags: readonly string[],
): Promise<{ file: string; remove: () => Promise<void> }> {
  const folder = await Deno.makeTempDir({ prefix: "iadnet_worker_" }), file = `${folder}/worker`;
  const remove = () => Deno.remove(folder, { recursive: true });
  const words = [Deno.execPath(), "run", ...flags, MAIN, "worker"].map((word) =>
    `'${word.replaceAll("'", "'\\''")}'`
  );
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
      console.error(`Cannot ${Deno.args[0]}: ${(error as Error).message}`);
      return 1;
    }),
  );
}
