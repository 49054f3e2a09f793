/** `serve --live`: the stream of standard input on the page. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { generateDataset } from "../../mod.ts";
import { Bodies } from "../../lib/report/bodies.ts";
import { LiveFeed } from "../../lib/report/live_feed.ts";
import { createHandler } from "../../lib/report/server.ts";
import { assertClean, BROWSER, openPage, withBrowser } from "../support/browser.ts";
import { refusalOf } from "../support/cli.ts";
import { freePort } from "../support/free_port.ts";
import { makeRun } from "../support/report_run.ts";

let made: Promise<string> | undefined;

/** A run of models that read windows, trained once. */
const run = () => made ??= makeRun({ detector: "iadnet:preset=window,epochs=1" });

const [clip] = generateDataset({ seed: 9, clipsPerCategory: 1, categories: ["push"] });

/** Lines of a stream: the frames of a clip, again and again, with time stamps. */
function linesOf(count: number): string[] {
  const width = clip.x.length / clip.frames;
  return Array.from({ length: count }, (_, i) => {
    const at = i % clip.frames * width, cut = (values: Float32Array) => [...values.subarray(at, at + width)];
    return `${JSON.stringify({ x: cut(clip.x), y: cut(clip.y), t: i / clip.fps })}\n`;
  });
}

/** Use a server that reads a stream. */
async function serving(
  args: readonly string[],
  use: (
    address: string,
    send: (lines: readonly string[]) => Promise<void>,
    end: () => Promise<void>,
  ) => Promise<void>,
): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "lib/cli/launch.ts",
      "serve",
      await run(),
      "--live",
      "--port",
      String(freePort()), // a confined process may listen on the one that is named alone
      ...args,
    ],
    cwd: new URL("../../", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader(),
    writer = child.stdin.getWriter();
  try {
    const address = /http:\S+/.exec((await reader.read()).value ?? "")![0];
    const send = (lines: readonly string[]) => writer.write(new TextEncoder().encode(lines.join("")));
    await use(address, send, () => writer.close());
  } finally {
    child.kill(); // whether or not it waits for frames
    assertEquals((await child.status).code, 143);
    await writer.close().catch(() => {});
    await reader.cancel();
  }
}

/** Events of an answer, by name, until it ends or has `most`. */
async function eventsOf(response: Response, most = Infinity): Promise<[name: string, data: unknown][]> {
  const events: [string, unknown][] = [];
  let text = "";
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    const whole = `${text}${piece}`.split("\n\n");
    text = whole.pop()!;
    for (const own of whole) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(own) ?? [];
      if (name) events.push([name, JSON.parse(data)]);
    }
    if (events.length >= most) break;
  }
  return events;
}

Deno.test("A page gets every frame and the end, a slow one misses frames, and one that comes later is told of the end", async () => {
  const feed = new LiveFeed(), quick = eventsOf(feed.response()), slow = feed.response();
  for (let frame = 0; frame < 200; frame++) {
    feed.send({ frame, people: null });
    await new Promise((resolve) => setTimeout(resolve));
  }
  feed.end("It is over");
  const got = await quick, late = await eventsOf(feed.response()), behind = await eventsOf(slow);
  assertEquals(got.length, 201);
  assertEquals(got[7], ["frame", { frame: 7, people: null }]);
  for (const events of [got, late, behind]) assertEquals(events.at(-1), ["end", "It is over"]);
  assertEquals(late.length, 1);
  assert(behind.length < 70, `${behind.length} events waited`);
});

Deno.test("A page that leaves makes room for another; more than eight are told to come again", async () => {
  const feed = new LiveFeed(), pages = Array.from({ length: 8 }, () => feed.response());
  assertThrows(() => feed.response(), Error, "8 pages do already");
  await pages[0].body!.cancel();
  pages[0] = feed.response();
  feed.end("");
  await Promise.all(pages.map((page) => eventsOf(page)));
});

Deno.test("The stream is given to its own page alone, and to none where there is no stream", async () => {
  const ask = (headers: Record<string, string> = {}) =>
    new Request("http://127.0.0.1/live", { headers: { host: "127.0.0.1", ...headers } });
  const score = () => Promise.reject(new Error());
  const feed = new LiveFeed(), bodies = new Bodies(await Deno.makeTempDir());
  const handler = createHandler("", "127.0.0.1", score, bodies, feed);
  assertEquals((await handler(ask({ host: "evil.example" }))).status, 403);
  assertEquals((await handler(ask({ origin: "http://evil.example" }))).status, 403);
  const own = await handler(ask());
  assertEquals([own.status, own.headers.get("content-type")], [200, "text/event-stream"]);
  assertStringIncludes(own.headers.get("content-security-policy")!, "connect-src 'self'");
  await own.body!.cancel();
  assertEquals((await createHandler("", "127.0.0.1", score, bodies)(ask())).status, 404);
});

Deno.test("A stream of a run that reads whole clips, and its options without --live, are refused", async () => {
  const floor = await makeRun({ detector: "mean-distance" });
  assertStringIncludes(await refusalOf("serve", floor, "--live", "--port", "0"), "Cannot score a stream");
  assertStringIncludes(await refusalOf("serve", floor, "--fps", "30"), "Cannot use --fps without --live");
});

Deno.test(
  { name: "The page shows skeletons, scores and alarms of a stream as they come", ignore: !BROWSER },
  () =>
    serving(["--alpha", "0.3"], async (address, send, end) => {
      await withBrowser(async (browser) => {
        const watched = await openPage(browser, address),
          { page } = watched,
          status = page.locator(".live-status");
        const picture = () => page.evaluate("document.querySelector('.live canvas').toDataURL()");
        const until = (text: string) => page.locator(".live-status", { hasText: text }).waitFor();
        assertStringIncludes(await status.innerText(), "Waiting");
        const empty = await picture(), lines = linesOf(90);
        await send(lines.slice(0, 5));
        await until("Frame 4, ");
        assertStringIncludes(await status.innerText(), "no score yet, a window has");
        while (await picture() === empty) await page.waitForTimeout(20);
        await send(lines.slice(5, 60));
        await until("Frame 59, ");
        const cells = async () =>
          (await page.locator(".live tbody td").allInnerTexts()).filter((text) => text !== "\u2013");
        await page.locator(".live tbody .badge").nth(2).waitFor();
        assertEquals((await cells()).length, 9); // score, p and alarm of three models
        await page.waitForSelector(".live svg polyline.curve");

        const badges = async () => await page.locator(".live tbody .badge").allInnerTexts();
        const values = (await page.locator(".live tbody td:nth-of-type(2)").allInnerTexts()).map(Number);
        for (const alpha of [0.999, 0.3, 0.0001]) {
          await page.locator("#alpha").fill(String(alpha));
          await page.waitForTimeout(100); // the next frame of the browser
          for (const [i, text] of (await badges()).entries()) {
            assertEquals(text === "Alarm", values[i] <= alpha, `p ${values[i]} at alpha ${alpha}: ${text}`);
          }
        }
        await page.locator("#alpha").fill("0.999");
        await send(["not a frame\n"]);
        await until("the line is not JSON");
        await send(linesOf(150).slice(100));
        await until("Frame 110, ");
        assert(await page.locator(".alarm-log li").count() > 0);
        await page.locator("#live-model").selectOption("1");
        await page.getByRole("button", { name: "Dark theme" }).click();
        const over = await page.evaluate("document.documentElement.scrollWidth - innerWidth") as number;
        assert(over <= 0);
        await end();
        await until("The stream has ended");
        const late = await openPage(browser, address, { width: 360, dark: true });
        await late.page.locator(".live-status", { hasText: "ended" }).waitFor();
        assert(await late.page.evaluate("document.documentElement.scrollWidth - innerWidth") as number <= 0);
        for (const own of [watched, late]) assertClean(own, (asked) => asked.startsWith(address));
      });
    }),
);

Deno.test("A server that waits for frames stops at a signal", () =>
  serving([], async (address, send) => {
    const page = await fetch(`${address}live`);
    await send(linesOf(3));
    assertEquals((await eventsOf(page, 3)).map(([name]) => name), ["frame", "frame", "frame"]);
  }));
