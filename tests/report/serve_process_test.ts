/** `deno task serve` as a user starts it: where it listens, what it warns of, and what it leaves behind. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { exitCodeOf } from "../../lib/core/signals.ts";
import type { Scored } from "../../lib/report/types.ts";
import { inFolder, until } from "../faults/kit.ts";
import { listening } from "../support/listening.ts";
import { makeRun } from "../support/report_run.ts";
import { sentClip } from "../support/sent_clip.ts";

const text = (content: string) => new TextEncoder().encode(content);

let made: Promise<string> | undefined;
const run = () => made ??= makeRun();

/** Files in a folder and below, temporary ones of Deno's excepted. */
async function filesIn(folder: string): Promise<string[]> {
  const out: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) out.push(...(await filesIn(`${folder}/${name}`)).map((own) => `${name}/${own}`));
    else out.push(name);
  }
  return out;
}

Deno.test("serve says where it listens, scores a file, and leaves nothing when it is asked to end", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    await inFolder(async (folder) => {
      const server = await listening(await run(), { temporary: folder });
      assertEquals(new URL(server.address).hostname, "127.0.0.1");
      const page = await fetch(server.address);
      assertStringIncludes(await page.text(), "<!doctype html>");
      const body = sentClip(),
        answer = await fetch(`${server.address}score?name=a.csv`, { method: "POST", body });
      const { cases }: Scored = await answer.json();
      assertEquals([answer.status, cases.length], [200, 3]);
      server.child.kill(signal);
      const { code, err } = await server.ended();
      assertEquals([code, await filesIn(folder)], [exitCodeOf(signal), []], err);
      assert(!err.includes("Whoever reaches"), err);
    });
  }
});

Deno.test("An upload that is cut off leaves nothing, and a launcher that is killed leaves no file and no process", async () => {
  await inFolder(async (folder) => {
    const server = await listening(await run(), { temporary: folder }),
      { hostname, port } = new URL(server.address);
    const uploads = async () => (await filesIn(folder)).filter((name) => name.includes("/files/"));
    const head = (length: number) =>
      `POST /score?name=a.csv HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: ${length}\r\n\r\n`;
    const body = sentClip();
    for (const sent of [0, 100, body.length]) { // cut off while it comes, or while it is scored
      using connection = await Deno.connect({ hostname, port: Number(port) });
      const head =
        `POST /score?name=a.csv HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: ${body.length}\r\n\r\n`;
      await connection.write(new TextEncoder().encode(head));
      await connection.write(body.subarray(0, sent));
    }
    const answer = await fetch(`${server.address}score?name=a.csv`, { method: "POST", body });
    assertEquals((await answer.json()).cases.length, 3);
    assertEquals(await uploads(), []);
    using stalled = await Deno.connect({ hostname, port: Number(port) });
    await stalled.write(text(`${head(1000)}abc`));
    assert(await until(async () => (await uploads()).length > 0));
    const last = fetch(`${server.address}score?name=a.csv`, { method: "POST", body }).catch(() => {});
    assert(await until(async () => (await uploads()).some((name) => name.endsWith("clip.csv"))));
    server.child.kill("SIGKILL");
    await server.ended(); // its output is closed: no process is left that has it
    await last;
    assert(await until(async () => (await uploads()).length === 0));
    assert(await fetch(server.address).then(() => false, () => true));
  });
});

Deno.test("A server that other machines can reach says so", async () => {
  const server = await listening(await run(), { host: "0.0.0.0" });
  server.child.kill("SIGTERM");
  const { err } = await server.ended();
  const says = "Whoever reaches 0.0.0.0 can see this page and send files to it: there is no password";
  assertStringIncludes(err, says);
});
