import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Clip } from "../../lib/data/clip.ts";
import { getSkeleton } from "../../lib/data/skeletons.ts";
import { MOST_UPLOAD } from "../../lib/report/bodies.ts";
import { isOwnName } from "../../lib/report/server.ts";
import type { Scored } from "../../lib/report/types.ts";
import { readUpload } from "../../lib/report/upload.ts";
import { programsIn, type Served, serveRun } from "../support/serve_run.ts";
import { CATEGORIES, makeRun } from "../support/report_run.ts";
import { generateDataset } from "../../lib/data/synthetic/mod.ts";
import { writeNpy } from "../support/write_npy.ts";
import { fromMetres } from "../support/write_sbu.ts";

const SBU = getSkeleton("sbu15");
const [clip] = generateDataset({ seed: 9, clipsPerCategory: 1, categories: ["wave"], skeleton: SBU });
const text = (content: string) => new TextEncoder().encode(content);

/** What a model of generated clips has learned. */
const DATA = {
  reading: { options: { format: "synthetic" }, treatments: [] },
  skeleton: SBU,
  fps: clip.fps,
};

/** A clip as SBU text. */
function sbuText({ frames, x, y }: Clip): Uint8Array {
  const lines = Array.from({ length: frames }, (_, t) => {
    const own = [x, y].flatMap((person) =>
      [...person.subarray(t * 45, t * 45 + 45)].map((value, k) => fromMetres(value, k % 3))
    );
    return [t + 1, ...own].join(",");
  });
  return text(`${lines.join("\n")}\n`);
}

/** A clip as a table in long form. */
function csv({ frames, x, y }: Clip): Uint8Array {
  const rows = ["clip,frame,person,joint,x,y,z"];
  for (let t = 0; t < frames; t++) {
    [x, y].forEach((person, k) =>
      SBU.joints.forEach((joint, i) => {
        const at = (t * 15 + i) * 3;
        rows.push(["a", t, k + 1, joint, ...person.subarray(at, at + 3)].join(","));
      })
    );
  }
  return text(rows.join("\n"));
}

const npy = ({ frames, x, y }: Clip) => writeNpy(Float32Array.of(...x, ...y), [2, frames, 15, 3]);

Deno.test("a clip comes back from SBU text, a table and an array, and nothing is left in the file system", async () => {
  const place = await Deno.makeTempDir(), programs = await programsIn(place);
  const files = { "a.txt": sbuText(clip), "a.csv": csv(clip), "a.npy": npy(clip) };
  for (const [name, bytes] of Object.entries(files)) {
    const { clips: [read], left } = await readUpload(bytes, name, DATA, programs);
    // SBU text always has 15 frames per second.
    const slower = "a.txt has 15 frames per second, the clips that were learned 30";
    assertEquals([read.frames, left], [clip.frames, name === "a.txt" ? slower : ""]);
    assert(read.x.every((value, i) => Math.abs(value - clip.x[i]) < 1e-4), name);
    assert(read.y.every((value, i) => Math.abs(value - clip.y[i]) < 1e-4), name);
  }
  assertEquals([...Deno.readDirSync(place)], []);
});

const BAD: Record<string, [Uint8Array, string]> = {
  "../../etc/passwd": [text("x"), "known endings"],
  "a.txt": [text("1,2,3\n"), "expected 91 fields"],
  "a.skeleton": [text("x"), "a.skeleton"],
  "a.csv": [text("a,b\n1,2\n"), "expected the column person"],
  "a.npy": [text("x"), "a.npy"],
  "a.npz": [text("x"), "a.npz"],
  "a.zip": [text("x"), "a.zip"],
  "a.parquet": [text("x"), "a.parquet: it is not a Parquet table"],
  "b.parquet": [
    await Deno.readFile(new URL("../fixtures/tables/aborts_polars.parquet", import.meta.url)),
    "Cannot read b.parquet: the process that reads it ended by SIGABRT",
  ],
};

const own = "127.0.0.1:8080";
const ask = (path: string, init: RequestInit = {}, host = own) =>
  new Request(`http://${own}${path}`, { ...init, headers: { host, ...init.headers } });
const send = (name: string, body: Uint8Array, headers: Record<string, string> = {}) =>
  ask(`/score?${new URLSearchParams({ name, category: "" })}`, {
    method: "POST",
    body: body as Uint8Array<ArrayBuffer>,
    headers: { "content-length": String(body.length), ...headers },
  });

let made: Promise<Served> | undefined;

let trained: Promise<string> | undefined;

/** The run of these tests, trained once. */
const folder = () => trained ??= makeRun({ skeleton: SBU });

function server() {
  return made ??= folder().then((run) => serveRun(run));
}

Deno.test("a file that is sent is scored by every category's model, with p and an explanation", async () => {
  const { handler } = await server();
  const response = await handler(send("mine.txt", sbuText(clip)));
  const { cases, clips }: Scored = await response.json();
  assertEquals(response.status, 200);
  assertEquals(cases.map(({ category }) => category).sort(), CATEGORIES);
  for (const { score, p, alarm, nearest, explanation, clip, curve } of cases) {
    assert(Number.isFinite(score) && p! > 0 && p! <= 1 && explanation && curve);
    assertEquals([clips[clip].id, alarm], ["mine.txt", p! <= 0.05]);
    assert(nearest!.clip < clips.length && Number.isFinite(nearest!.score));
  }
});

Deno.test("a bad file gets an error that names it, and no folder of this machine", async () => {
  const { handler } = await server();
  for (const [name, [bytes, says]] of Object.entries(BAD)) {
    const response = await handler(send(name, bytes)), { error } = await response.json();
    assertEquals(response.status, 400, `${name}: ${error}`);
    assertStringIncludes(error, says);
    assert(!error.includes("tmp"), error);
  }
});

Deno.test("a file over the limit is refused before it is read, and one of unknown size too", async () => {
  const { handler } = await server();
  let read = false;
  const body = new ReadableStream({
    pull: (controller) => {
      read = true;
      controller.close();
    },
  }, { highWaterMark: 0 });
  const post = (headers: Record<string, string>) =>
    handler(ask("/score?name=a.txt", { method: "POST", body, headers }));
  assertEquals((await post({ "content-length": String(MOST_UPLOAD + 1) })).status, 413);
  assert(!read);
  assertEquals((await handler(ask("/score?name=a.txt", { method: "POST" }))).status, 411);
});

Deno.test("requests under another name, from another site, or for anything else are refused", async () => {
  const { handler } = await server();
  assertEquals((await handler(ask("/", {}, "evil.example:8080"))).status, 403);
  assertEquals((await handler(send("a.txt", sbuText(clip), { origin: "http://evil.example" }))).status, 403);
  for (const path of ["/etc/passwd", "/../deno.json", "/%2e%2e/deno.json", "/report.html"]) {
    assertEquals((await handler(ask(path))).status, 404);
  }
  assertEquals((await handler(ask("/score"))).status, 405);
  const page = await handler(ask("/"));
  assertEquals(page.status, 200);
  assertStringIncludes(page.headers.get("content-security-policy")!, "connect-src 'self'");
});

Deno.test("a server has its loopback names and its address, and addresses in numbers only where it listens to all", () => {
  for (const name of ["localhost", "127.0.0.1:8080", "[::1]:1", "LOCALHOST:9"]) {
    assert(isOwnName(name, "127.0.0.1"));
  }
  assert(isOwnName("192.168.0.5:80", "192.168.0.5") && isOwnName("10.0.0.1", "0.0.0.0"));
  for (const name of ["", "evil.example", "localhost.evil.example", "10.0.0.1"]) {
    assert(!isOwnName(name, "127.0.0.1"));
  }
  assert(!isOwnName("evil.example", "0.0.0.0"));
});

Deno.test("serve says where it listens, and answers there", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "lib/cli/main.ts", "serve", await folder(), "--port", "0"],
    cwd: new URL("../../", import.meta.url),
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    const address = /http:\S+/.exec((await reader.read()).value ?? "")![0];
    const page = await fetch(address);
    assertEquals([page.status, new URL(address).hostname], [200, "127.0.0.1"]);
    assertStringIncludes(await page.text(), "<!doctype html>");
  } finally {
    child.kill();
    await child.status;
    await reader.cancel();
  }
});

Deno.test("the server of these tests is closed", async () => {
  await (await server()).close();
});
