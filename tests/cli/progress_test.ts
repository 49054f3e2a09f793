/** Progress of long work, on a terminal and elsewhere. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { duration } from "../../lib/cli/duration.js";
import { hasTerminal, onTerminal, shownOf } from "../support/terminal.ts";

const CLI = new URL("../../lib/cli/", import.meta.url);

/** A program that shows progress: the main thread computes all the time, and lets the other one show it. */
const programOf = (work: string) => `
import { advance, endProgress, stage, startProgress } from "${CLI}progress.ts";
import { printError } from "${CLI}stderr.ts";
import { print } from "${CLI}stdout.ts";
const compute = (ms: number) => { const end = performance.now() + ms; while (performance.now() < end); };
startProgress();
${work}
endProgress();
`;

const wordsOf = (work: string) => [Deno.execPath(), "eval", "--ext=ts", programOf(work)];

Deno.test("Elsewhere than on a terminal, work that blocks its thread for some seconds says how far it is", async () => {
  const [command, ...args] = wordsOf(`stage("Counting", 0); advance(0.5, "half"); compute(100);
    await new Promise((resolve) => setTimeout(resolve, 60)); advance(0.6, "more"); compute(5500); print("result");`);
  const { stdout, stderr } = await new Deno.Command(command, { args, env: { NO_COLOR: "1" } }).output();
  const text = new TextDecoder();
  assertEquals(text.decode(stdout), "result\n");
  const lines = text.decode(stderr).trim().split("\n");
  assert(lines.length >= 2 && lines.every((line) => line.startsWith("Counting, 60 %")), lines.join());
  assert(/^Counting, 60 %, \d s left: more$/.test(lines.at(-1)!), lines.at(-1));
});

Deno.test({
  name: `On a terminal there is a bar, which leaves whole lines and no trace${
    hasTerminal ? "" : " (needs script)"
  }`,
  ignore: !hasTerminal,
  fn: async () => {
    const { text, code } = await onTerminal(wordsOf(
      `stage("Reading"); compute(700); stage("Counting", 0); advance(0.5, "half"); compute(700);
       printError("a note"); compute(300); print("result");`,
    ));
    assertEquals(code, 0, text);
    assertStringIncludes(text, "Reading (1 s)");
    assertStringIncludes(text, "\r\u001b[K[##########----------] Counting, 50 %: half");
    assertEquals(shownOf(text), "a note\nresult\n");
  },
});

Deno.test("Durations are given in two units at most", () => {
  assertEquals([0, 59.6, 65, 3599, 7384].map(duration), [
    "1 s",
    "1 min 0 s",
    "1 min 5 s",
    "59 min 59 s",
    "2 h 3 min",
  ]);
});
