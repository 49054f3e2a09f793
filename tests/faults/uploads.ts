/** Uploads to `deno task serve`, many at a time, most of them hostile: good files are scored, the page answers meanwhile, memory stays
 * near that of a server at rest, and nothing is left. */
import { zipSync } from "fflate";
import { Random } from "../../lib/core/random.ts";
import { generateDataset } from "../../lib/data/synthetic/mod.ts";
import { type Listening, listening } from "../support/listening.ts";
import { treeMemory } from "../support/process_memory.ts";
import { makeRun } from "../support/report_run.ts";
import { longTable, sentClip } from "../support/sent_clip.ts";
import { writeNpy } from "../support/write_npy.ts";
import { type Figure, inFolder, type Trial } from "./kit.ts";

/** Most seconds that the page takes to answer, in a long run and in a short one, which shares its machine with other tests; most MB
 * above rest. */
const PAGE = 1, SHARED_PAGE = 3, MEMORY = 300;

/** Clients at a time, and longest message of an error. */
const CLIENTS = 24, MESSAGE = 503;

/** Milliseconds between two looks at the memory. */
const EVERY = 100;

/** Bytes of a file that is as large as one may be. */
const LARGE = 31 * 2 ** 20;

/** A kind of upload: its name, and its bytes, of which `sent` are sent before the client waits, then leaves. */
interface Kind {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sent?: number;
  /** How many of 30 uploads. */
  readonly share: number;
}

const text = (content: string) => new TextEncoder().encode(content);

/** The kinds, one of which is good. */
async function kinds(): Promise<Kind[]> {
  const long = "A".repeat(2e6), members: Record<string, Uint8Array> = {};
  for (let i = 0; i < 60_000; i++) members[`a/${i}.csv`] = text("x");
  const columns = text(Array.from({ length: 300_000 }, (_, i) => `c${i}`).join(","));
  const [clip] = generateDataset({ seed: 9, clipsPerCategory: 1, categories: ["wave"] });
  const { frames, x, y, skeleton: { joints } } = clip,
    size = joints.length * 3,
    times = Math.floor(20_000 / frames);
  const tall = new Float32Array(2 * times * frames * size);
  for (let i = 0; i < times; i++) {
    tall.set(x, i * x.length);
    tall.set(y, (times + i) * x.length);
  }
  const npy = new Uint8Array(writeNpy(tall, [2, times * frames, joints.length, 3]));
  const rows = new TextDecoder().decode(longTable(clip)),
    start = rows.indexOf("\n"),
    body = rows.slice(start);
  const copies = Array.from(
    { length: Math.floor(LARGE / (body.length * 1.2)) },
    (_, i) => body.replaceAll("\na,", `\nc${i},`),
  );
  const aborts = new URL("../fixtures/tables/aborts_polars.parquet", import.meta.url);
  const blank = new Uint8Array(LARGE);
  return [
    { name: "good.csv", bytes: sentClip(), share: 8 },
    { name: "large.csv", bytes: text(rows.slice(0, start) + copies.join("")), share: 2 },
    { name: "tall.npy", bytes: npy, share: 2 },
    { name: "columns.csv", bytes: columns, share: 3 },
    { name: "cell.csv", bytes: text(`clip,frame,person,joint,x,y,z\n"${long}",1,1,head,1,1,1\n`), share: 3 },
    { name: "members.zip", bytes: zipSync(members, { level: 0 }) as Uint8Array<ArrayBuffer>, share: 3 },
    { name: "aborts.parquet", bytes: await Deno.readFile(aborts), share: 3 },
    { name: "zeros.npy", bytes: blank, share: 2 },
    { name: "stalled.csv", bytes: blank, sent: 2 ** 20, share: 4 },
  ];
}

/** What became of the uploads. */
interface Outcome {
  readonly statuses: Map<number, number>;
  readonly faults: string[];
  scored: number;
}

/** Run the trial. */
export async function uploads({ long, seed }: Trial): Promise<Figure> {
  const count = long ? 300 : 30, run = await makeRun();
  return await inFolder(async (temporary) => {
    const server = await listening(run, { temporary }), all = await kinds();
    const first = await post(server, all[0]);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const rest = await treeMemory(server.child.pid);
    const draw = new Random(seed), shares = all.flatMap((kind) => new Array<Kind>(kind.share).fill(kind));
    const queue = draw.shuffle(Array.from({ length: count }, (_, i) => shares[i % shares.length]));
    const outcome: Outcome = { statuses: new Map(), faults: [], scored: 0 };
    const watch = watching(server), started = performance.now();
    await Promise.all(Array.from({ length: CLIENTS }, async () => {
      for (let kind; (kind = queue.pop());) await upload(server, kind, first.scores, outcome);
    }));
    const seconds = (performance.now() - started) / 1000, { page, memory } = await watch.stop();
    server.child.kill("SIGTERM");
    await server.ended();
    const left = (await Array.fromAsync(Deno.readDir(temporary))).length;
    if (left > 0) outcome.faults.push(`${left} files are left`);
    const above = rest > 0 ? memory - rest : 0, { faults, scored, statuses } = outcome;
    const held = faults.length === 0 && first.status === 200 && page < (long ? PAGE : SHARED_PAGE) &&
      above < MEMORY;
    const answers = [...statuses].sort(([a], [b]) => a - b).map(([status, n]) => `${n} x ${status}`).join(
      ", ",
    );
    const line =
      `${count} uploads in ${
        seconds.toFixed(0)
      } s, ${CLIENTS} at a time (${answers}), ${scored} scored; page in ` +
      `at most ${(page * 1000).toFixed(0)} ms; ${rest.toFixed(0)} MB at rest, at most ${
        above.toFixed(0)
      } MB more; ` +
      `${faults.length} faults ${faults.slice(0, 3).join("; ")}`;
    return {
      trial: "uploads",
      held,
      line,
      numbers: { count, seconds, scored, page, rest, above, faults: faults.length },
    };
  });
}

/** Look at the page and the memory until it is stopped. */
function watching(server: Listening): { stop(): Promise<{ page: number; memory: number }> } {
  const looker = new Worker(new URL("./page_watch.ts", import.meta.url), { type: "module" });
  const page = new Promise<number>((resolve) => looker.onmessage = ({ data }) => resolve(data));
  looker.postMessage(server.address);
  let memory = 0, isOver = false;
  const weigh = async () => {
    for (; !isOver; await new Promise((resolve) => setTimeout(resolve, EVERY))) {
      memory = Math.max(memory, await treeMemory(server.child.pid));
    }
  };
  const weighing = weigh();
  return {
    stop: async () => {
      isOver = true;
      looker.postMessage("stop");
      await weighing;
      const longest = await page;
      looker.terminate();
      return { page: longest, memory };
    },
  };
}

/** Send a file, again if the server is too busy. */
async function upload(server: Listening, kind: Kind, scores: string, outcome: Outcome): Promise<void> {
  if (kind.sent !== undefined) return await stall(server, kind);
  for (;;) {
    const { status, error, scores: own, retry } = await post(server, kind);
    outcome.statuses.set(status, (outcome.statuses.get(status) ?? 0) + 1);
    const fault = (what: string) => outcome.faults.push(`${kind.name}: ${status} ${what}`);
    if (error.length > MESSAGE) fault(`${error.length} characters`);
    if (status === 503 && retry === null) fault("without Retry-After");
    if (![200, 400, 503].includes(status)) fault(error.slice(0, 100));
    if (status === 200 && kind.name === "good.csv" && own !== scores) fault("other scores");
    if (status === 200) outcome.scored++;
    if (status !== 503) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Post a file. */
async function post({ address }: Listening, { name, bytes }: Kind) {
  const answer = await fetch(`${address}score?name=${name}`, { method: "POST", body: bytes }).catch(() =>
    undefined
  );
  if (!answer) return { status: 0, error: "no answer", scores: "", retry: null };
  const { error = "", cases = [] } = await answer.json();
  const scores = JSON.stringify(
    cases.map(({ category, score, p }: Record<string, unknown>) => [category, score, p]),
  );
  return { status: answer.status, error, scores, retry: answer.headers.get("retry-after") };
}

/** Send the beginning of a file, wait, and leave. */
async function stall({ address }: Listening, { name, bytes, sent }: Kind): Promise<void> {
  const { hostname, port } = new URL(address);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const head =
    `POST /score?name=${name} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: ${bytes.length}\r\n\r\n`;
  await connection.write(text(head)).catch(() => {});
  await connection.write(bytes.subarray(0, sent)).catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 2000));
}
