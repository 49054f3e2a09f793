/** What a server does with requests that want to keep it busy. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Bodies, BODY_LIMITS, type BodyLimits } from "../../lib/report/bodies.ts";
import { createHandler } from "../../lib/report/server.ts";
import type { Scored } from "../../lib/report/types.ts";

const NOTHING: Scored = { skeletons: {}, clips: [], cases: [], left: "" };
const PAGE = "<!doctype html>";

/** A server on a port, with these limits. */
async function served(
  limits: Partial<BodyLimits>,
  use: (port: number, scored: string[]) => Promise<void>,
  score: () => Promise<Scored> = () => Promise.resolve(NOTHING),
): Promise<void> {
  const scored: string[] = [], folder = await Deno.makeTempDir();
  const handler = createHandler(PAGE, "127.0.0.1", (_, name) => {
    scored.push(name);
    return score();
  }, new Bodies(folder, { ...BODY_LIMITS, ...limits }));
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  try {
    await use(server.addr.port, scored);
  } finally {
    await server.shutdown();
    await Deno.remove(folder); // it is empty
  }
}

/** Send bytes, and give what comes back until the server closes the connection or nothing more comes. */
async function raw(port: number, text: string, wait = 300): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  let got = "";
  const buffer = new Uint8Array(65_536),
    late = new Promise<null>((resolve) => setTimeout(resolve, wait, null));
  for (;;) {
    const count = await Promise.race([connection.read(buffer).catch(() => null), late]);
    if (count === null) return got;
    got += new TextDecoder().decode(buffer.subarray(0, count));
  }
}

const post = (name: string, length: number, body = "") =>
  `POST /score?name=${name} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${length}\r\n\r\n${body}`;
const statusOf = (answer: string) => Number(answer.slice(9, 12));

Deno.test("HEAD has the headers of GET and no body; a name of no server is refused, with any port", async () => {
  await served({}, async (port) => {
    const get = await fetch(`http://127.0.0.1:${port}/`);
    const head = await fetch(`http://127.0.0.1:${port}/`, { method: "HEAD" });
    assertEquals([await get.text(), await head.text(), head.status], [PAGE, "", 200]);
    assertEquals(head.headers.get("content-security-policy"), get.headers.get("content-security-policy"));
    assertEquals((await fetch(`http://127.0.0.1:${port}/score`)).headers.get("allow"), "POST");
    const hosts: [string, number][] = [
      ["127.0.0.1", 200],
      [`localhost:${port}`, 200],
      ["localhost:1", 200],
      ["localhost:", 400],
      ["localhost:x", 400],
      ["localhost:99999", 400],
      ["evil.example:80", 403],
      ["[::1", 400],
      ["", 403],
    ];
    for (const [host, status] of hosts) {
      const answer = await raw(port, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      const own = statusOf(answer);
      assert(own === status || (status >= 400 && own >= 400 && own < 500), `${host}: ${answer}`);
    }
  });
});

Deno.test("A body that comes too slowly, is cut short or too long is refused, and scored in no case", async () => {
  await served({ seconds: 0.3 }, async (port, scored) => {
    const slow = await raw(port, post("slow", 1000, "abc"), 2000);
    assertEquals(statusOf(slow), 408);
    assertStringIncludes(slow, "Cannot score the file: it took more than 0.3 s to come");
    using cut = await Deno.connect({ hostname: "127.0.0.1", port });
    await cut.write(new TextEncoder().encode(post("cut", 1000, "abc")));
    await cut.closeWrite();
    assertEquals(statusOf(await raw(port, post("unknown", NaN))), 400);
    assertEquals(statusOf(await raw(port, post("large", 2 ** 40))), 413);
    assertEquals(scored, []);
    assertEquals(statusOf(await raw(port, post("good", 3, "abc"))), 200);
    assertEquals(scored, ["good"]);
  });
});

Deno.test("Bodies that wait count together, and what is over the limits is told to come again", async () => {
  const each = 1000, { promise, resolve } = Promise.withResolvers<Scored>();
  await served({ each, all: 2500, waiting: 3 }, async (port, scored) => {
    const body = "a".repeat(each), many = Array.from({ length: 6 }, (_, i) => i);
    const answers = Promise.all(many.map((i) => raw(port, post(`f${i}`, each, body), 3000)));
    await new Promise((resolve) => setTimeout(resolve, 300));
    assertEquals(await (await fetch(`http://127.0.0.1:${port}/`)).text(), PAGE); // the page answers meanwhile
    resolve(NOTHING);
    const statuses = (await answers).map(statusOf).sort();
    assertEquals(statuses, [200, 200, 503, 503, 503, 503]);
    assertEquals(scored.length, 2);
    const again = await fetch(`http://127.0.0.1:${port}/score?name=x`, { method: "POST", body });
    assertEquals((await again.json()).left, "");
  }, () => promise);
});

Deno.test("A body is in its file as it was sent, also if it came whole, or in parts of any size", async () => {
  const folder = await Deno.makeTempDir(), bodies = new Bodies(folder), got: Uint8Array[] = [];
  const handler = (request: Request) =>
    bodies.use(request, async (path) => {
      got.push(await Deno.readFile(path));
      return new Response();
    });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  const large = Uint8Array.from({ length: 1_000_003 }, (_, i) => i * i % 251), sent = [large];
  for (const size of [0, 1, 70_000]) sent.push(large.subarray(0, size));
  for (const body of sent) {
    await (await fetch(`http://127.0.0.1:${server.addr.port}/`, { method: "POST", body })).body?.cancel();
  }
  await server.shutdown();
  await Deno.remove(folder); // it is empty
  assertEquals(got, sent);
});

Deno.test("An error is cut to a length that a page can show", async () => {
  await served({}, async (port) => {
    const answer = await fetch(`http://127.0.0.1:${port}/score?name=x`, { method: "POST", body: "a" });
    const { error } = await answer.json();
    assertEquals([answer.status, error.length], [500, 503]);
  }, () => Promise.reject(new Error("x".repeat(2e6))));
});
