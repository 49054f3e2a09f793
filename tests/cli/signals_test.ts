import { assertEquals } from "@std/assert";

/** A process that stops on signals, but takes its time: two seconds after the request it has still not ended. */
const SLOW = `
import { stopOnSignals } from "./lib/core/signals.ts";
const stop = new AbortController();
stopOnSignals(stop);
stop.signal.addEventListener("abort", () => console.log(stop.signal.reason));
console.log("ready");
await new Promise((resolve) => setTimeout(resolve, 20_000));
`;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("Signals at one moment are one request, as Ctrl-C in a terminal sends them; a later one ends the process at once", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", SLOW],
    cwd: new URL("../../", import.meta.url),
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader(), decoder = new TextDecoder();
  let said = "";
  const read = async (text: string) => {
    while (!said.includes(text)) said += decoder.decode((await reader.read()).value);
  };
  await read("ready\n");
  let ended = false;
  const status = child.status.then((own) => (ended = true, own));
  child.kill("SIGINT");
  child.kill("SIGTERM");
  child.kill("SIGINT");
  await read("SIG");
  await wait(800);
  assertEquals(ended, false);
  child.kill("SIGINT");
  assertEquals((await status).code, 130);
  await reader.cancel();
});
