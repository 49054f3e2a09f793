/** The command line on a terminal, by the program `script` of util-linux. */

/** Whether there is `script`. */
export const hasTerminal: boolean = await canScript();

async function canScript(): Promise<boolean> {
  try {
    const { stdout } = await new Deno.Command("script", { args: ["--version"], stderr: "null" }).output();
    return new TextDecoder().decode(stdout).includes("util-linux");
  } catch {
    return false; // it is not installed
  }
}

/** Run a command whose three streams are a terminal.
 * @returns What the terminal got, and the exit code. */
export async function onTerminal(
  words: readonly string[],
): Promise<{ readonly text: string; readonly code: number }> {
  const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const { stdout, code } = await new Deno.Command("script", {
    args: ["-qec", command, "/dev/null"],
    cwd: new URL("../../", import.meta.url),
    env: { NO_COLOR: "1", TERM: "xterm", COLUMNS: "100" },
    stdin: "null",
  }).output();
  return { text: new TextDecoder().decode(stdout).replaceAll("\r\n", "\n"), code };
}

/** What stands on a terminal in the end: of each line, what follows the last time that it was cleared. */
export function shownOf(text: string): string {
  return text.split("\n").map((line) => line.split("\r\u001b[K").at(-1)).join("\n");
}
