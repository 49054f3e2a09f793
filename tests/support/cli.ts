/** The command line in a process of its own, as users run it: `deno task` starts some verbs confined. */
import { assertEquals } from "@std/assert";
import { NEEDS } from "../../lib/cli/needs.ts";

const { tasks } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));

/** What `deno task <verb>` gives to `deno run` before a verb that runs confined. */
export const LAUNCHER: readonly string[] = tasks.train.command.split(" ").slice(2, -1);

/** Run a verb with its arguments; `input` is what it reads from standard input. */
export async function runCli(
  args: readonly string[],
  input = "",
): Promise<{ code: number; out: string; err: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...Object.hasOwn(NEEDS, args[0]) ? LAUNCHER : ["-A", "lib/cli/main.ts"], ...args],
    cwd: new URL("../../", import.meta.url),
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {}); // it may end before it has read all
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

/** Run a verb that must succeed, and give what it said. */
export async function outputOf(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await runCli(args);
  assertEquals(code, 0, err);
  return out;
}

/** The message of a verb that must refuse its input. */
export async function refusalOf(...args: readonly string[]): Promise<string> {
  const { code, err } = await runCli(args);
  assertEquals(code, 2, err);
  return err;
}
