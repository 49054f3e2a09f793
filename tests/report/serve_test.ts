import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { zipSync } from "fflate";
import { DataError } from "../../lib/core/errors.ts";
import type { Clip } from "../../lib/data/clip.ts";
import { getSkeleton } from "../../lib/data/skeletons.ts";
import { MOST_UPLOAD } from "../../lib/report/bodies.ts";
import { isOwnName } from "../../lib/report/server.ts";
import type { Scored } from "../../lib/report/types.ts";
import { readUpload } from "../../lib/report/upload.ts";
import type { Upload } from "../../lib/report/upload_reader.ts";
import { programsIn, sentFile, type Served, serveRun } from "../support/serve_run.ts";
import { CATEGORIES, makeRun } from "../support/report_run.ts";
import { generateDataset } from "../../lib/data/synthetic/mod.ts";
import { longTable } from "../support/sent_clip.ts";
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

const npy = ({ frames, x, y }: Clip) => writeNpy(Float32Array.of(...x, ...y), [2, frames, 15, 3]);

Deno.test("a clip comes back from SBU text, a table and an array, and nothing is left in the file system", async () => {
  const place = await Deno.makeTempDir(), programs = await programsIn(place);
  const files = { "a.txt": sbuText(clip), "a.csv": longTable(clip), "a.npy": npy(clip) };
  for (const [name, bytes] of Object.entries(files)) {
    const upload = await readUpload(await sentFile(place, bytes), name, DATA, programs);
    const { clips: [read], left } = upload.open() as Upload;
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

Deno.test("a file that would keep a process busy is refused in a few words, before it does", async () => {
  const columns = (count: number) => text(Array.from({ length: count }, (_, i) => `c${i}`).join(","));
  const head = "clip,frame,person,joint,x,y,z\n",
    long = "A".repeat(2e6),
    many: Record<string, Uint8Array> = {};
  for (let i = 0; i < 60_000; i++) many[`a/${i}.csv`] = text("x");
  const moving = writeNpy(Float32Array.from({ length: 2 * 50_000 * 45 }, (_, i) => Math.sin(i)), [
    2,
    50_000,
    15,
    3,
  ]);
  const clips = { "iadnet.json": text(JSON.stringify({ layout: "npy", skeleton: "sbu15", fps: 30 })) };
  const large = zipSync({ ...clips, "wave/a.npy": moving, "wave/b.npy": moving }, { level: 0 });
  const files: [string, Uint8Array, string][] = [
    ["columns.csv", columns(80_000), "line 1: expected at most 10000 columns"],
    ["columns.csv", columns(300_000), "line 1: expected at most 10000 columns"],
    ["name.csv", text(`${long},x\n`), "line 1: expected names of at most 1000 characters"],
    ["cell.csv", text(`${head}"${long}",1,1,head,1,1,1\n`), "at most 10000 characters in column clip"],
    ["number.csv", text(`${head}a,1,1,head,${long},1,1\n`), 'line 2: clip a: x must be a number, got "AAAA'],
    ["members.zip", zipSync(many, { level: 0 }), "expected at most 1000 members, got 60000"],
    ["joints.zip", large, "its clips have more than 32 MB of joints"],
  ];
  const place = await Deno.makeTempDir(), programs = await programsIn(place);
  for (const [name, bytes, says] of files) {
    const started = performance.now(), sent = await sentFile(place, bytes);
    const error = await assertRejects(() => readUpload(sent, name, DATA, programs), DataError, says);
    const seconds = (performance.now() - started) / 1000;
    assert(
      error.message.length < 200 && seconds < 3,
      `${seconds.toFixed(1)} s: ${error.message.slice(0, 200)}`,
    );
  }
  assertEquals([...Deno.readDirSync(place)], []);
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

Deno.test("the server of these tests is closed", async () => {
  await (await server()).close();
});
