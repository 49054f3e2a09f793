/** `deno task serve` in a process, as users start it. */
import { LAUNCHER } from "./cli.ts";

/** A server that listens. */
export interface Listening {
  readonly child: Deno.ChildProcess;
  /** Its address, with a slash at the end. */
  readonly address: string;
  /** What it said on standard error, and its exit code, when it has ended. */
  ended(): Promise<{ code: number; err: string }>;
}

/** Serve a run on any free port. @param temporary Folder for temporary files. */
export async function listening(
  run: string,
  { host = "127.0.0.1", temporary }: { host?: string; temporary?: string } = {},
): Promise<Listening> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...LAUNCHER, "serve", run, "--port", "0", "--host", host, "--json"],
    cwd: new URL("../../", import.meta.url),
    env: { NO_COLOR: "1", ...(temporary && { TMPDIR: temporary }) },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const err = new Response(child.stderr).text(),
    reader = child.stdout.getReader(),
    said = await reader.read();
  const ended = async () => {
    while (!(await reader.read()).done);
    return { err: await err, code: (await child.status).code };
  };
  if (said.done) throw new Error(`Cannot serve ${run}: ${(await ended()).err}`);
  return { child, address: JSON.parse(new TextDecoder().decode(said.value)).url, ended };
}
