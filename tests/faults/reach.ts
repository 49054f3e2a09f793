// deno-lint-ignore-file no-console -- a command
/** Tries what a process with the least permissions must not be able to do, and prints what it could. Arguments: a file to read,
 * files to write. */
import { dirname } from "node:path";
import { spawnSync } from "node:child_process";
import { homedir } from "node:os";

const [secret, ...targets] = Deno.args;
const REMOTE = "jsr:@none/none"; // Deno lets every process import from some hosts
const ATTEMPTS: Readonly<Record<string, () => unknown>> = {
  read: () => Deno.readTextFileSync(secret),
  list: () => [...Deno.readDirSync(dirname(secret))],
  look: () => Deno.statSync(secret),
  ...Object.fromEntries(
    targets.map((target) => [`write ${target}`, () => Deno.writeTextFileSync(target, "x")]),
  ),
  temporary: () => Deno.makeTempDirSync(),
  link: () => Deno.symlinkSync(secret, targets[0]),
  enter: () => Deno.chdir(dirname(secret)),
  connect: () => Deno.connect({ port: 9 }),
  listen: () => Deno.listen({ port: 0 }),
  listenHere: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  socket: () => Deno.connect({ transport: "unix", path: `${dirname(secret)}/socket` }),
  fetch: () => fetch("http://127.0.0.1:4000/"),
  resolve: () => Deno.resolveDns("example.com", "A"),
  import: () => import(REMOTE),
  run: () => new Deno.Command(Deno.execPath()).outputSync(),
  shell: () => new Deno.Command("sh", { args: ["-c", "true"] }).outputSync(),
  spawn: () => {
    if (spawnSync("true").status !== 0) throw new Deno.errors.NotCapable("it did not start");
  },
  signal: () => Deno.kill(Deno.ppid, "SIGCONT"),
  environment: () => {
    if (Object.keys(Deno.env.toObject()).length === 0) throw new Deno.errors.NotCapable("it looks empty");
  },
  variable: () => {
    if (Deno.env.get("PATH") === undefined) throw new Deno.errors.NotCapable("it looks empty");
  },
  library: () => Deno.dlopen(secret, {}),
  memory: () => Deno.systemMemoryInfo(),
  home: () => homedir(),
};
for (const [name, attempt] of Object.entries(ATTEMPTS)) {
  try {
    await attempt();
    console.log(name);
  } catch (error) {
    const { message } = error as Error;
    const isDenied = error instanceof Deno.errors.NotCapable || message.includes("--cached-only");
    if (!isDenied) console.log(name, error);
  }
}
Deno.exit(0); // also with a socket that is open
