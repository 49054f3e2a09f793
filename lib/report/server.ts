/** Web server of a report: the page, and scores of files that it sends. */
import { IadnetError, UsageError } from "../core/errors.ts";
import { commonRate } from "../data/transforms/rate.ts";
import { Album } from "./encode.ts";
import { gatherReport } from "./gather.ts";
import { contentPolicy, renderReport } from "./html.ts";
import { assess, reasonFinder } from "./model.ts";
import type { OpenRun } from "./run.ts";
import type { Scored, ShownCase } from "./types.ts";
import { readUpload } from "./upload.ts";

/** Most bytes of an uploaded file. */
export const MOST_UPLOAD = 32 * 2 ** 20;

/** Most scores of a file that come with an explanation. */
const MOST_EXPLAINED = 40;

/** Answers requests. */
export type Handler = (request: Request) => Promise<Response>;

/** Create the handler of a run's report: GET `/` for the page, POST `/score` for scores of a file.
 * @param host Address that the server listens on. Requests for another host are refused, so that a page of another origin cannot
 * reach this one through a name of its own (DNS rebinding). @param onCategory As of `gatherReport`. */
export async function createHandler(
  run: OpenRun,
  host: string,
  onCategory?: Parameters<typeof gatherReport>[1],
): Promise<Handler> {
  const page = renderReport({ ...await gatherReport(run, onCategory), live: true });
  const headers = [
    ["content-security-policy", contentPolicy(true)],
    ["x-content-type-options", "nosniff"],
    ["referrer-policy", "no-referrer"],
    ["cache-control", "no-store"],
  ];
  let last: Promise<unknown> = Promise.resolve();
  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url), named = request.headers.get("host") ?? "";
    if (!isOwnName(named, host)) return refuse(403, `Cannot answer requests for host ${named.slice(0, 100)}`);
    if (url.pathname === "/" && request.method === "GET") {
      return new Response(page, { headers: { "content-type": "text/html; charset=utf-8" } });
    }
    if (url.pathname !== "/score") return refuse(404, "Cannot find this page");
    if (request.method !== "POST") return refuse(405, "Cannot score: send the file by POST");
    const origin = request.headers.get("origin");
    if (origin !== null && origin !== `http://${named}`) {
      return refuse(403, "Cannot score for another origin");
    }
    const bytes = await readBody(request);
    if (bytes instanceof Response) return bytes;
    const name = url.searchParams.get("name") ?? "", category = url.searchParams.get("category") ?? "";
    const scored = last.then(() => scoreUpload(run, bytes, name, category)); // one at a time: they share the engine
    last = scored.catch(() => {});
    return Response.json(await scored);
  };
  return async (request) => {
    const response = await answer(request).catch((error) => {
      if (error instanceof IadnetError) return refuse(400, error.message);
      return refuse(500, `Cannot score the file: ${(error as Error).message}`);
    });
    for (const [name, value] of headers) response.headers.set(name, value);
    return response;
  };
}

/** Score the clips of a file with the model of one category, or of every category if the name is empty.
 * @throws {UsageError} If the category has no model, or the clips have another skeleton. @throws {DataError} If the file is
 * damaged. */
export async function scoreUpload(
  { models, clips: known, reading, alpha }: OpenRun,
  bytes: Uint8Array,
  name: string,
  category: string,
): Promise<Scored> {
  const asked = [...models].filter(([own]) => category === "" || own === category);
  if (asked.length === 0) {
    throw new UsageError(`Cannot score ${name}: there is no model of category ${category}`);
  }
  const { skeleton, fps: learned } = asked[0][1];
  const fps = known ? commonRate([...known.train, ...known.test.values()]) : learned;
  const { clips, left } = await readUpload(bytes, name, { reading, skeleton, fps });
  const album = new Album(90), cases: ShownCase[] = [];
  for (const [own, model] of asked) {
    const assessed = await assess(model, clips, alpha);
    const normals = known?.train.filter((clip) => clip.category === own) ?? [];
    const reasonsOf = normals.length > 0 ? reasonFinder(model, normals, alpha, 8, album) : undefined;
    for (const [i, scored] of assessed.entries()) {
      const reasons = reasonsOf && cases.length < MOST_EXPLAINED ? await reasonsOf(clips[i]) : {};
      cases.push({ clip: album.add(clips[i]), category: own, kind: "dropped", ...scored, ...reasons });
    }
  }
  cases.sort((a, b) => (b.p ?? 0) - (a.p ?? 0) || a.score - b.score);
  return { skeletons: album.skeletons, clips: album.clips, cases, left };
}

/** Body of a request, or the response that refuses it for its size. */
async function readBody(request: Request): Promise<Uint8Array | Response> {
  const limit = `Cannot score files over ${MOST_UPLOAD / 2 ** 20} MB`;
  const length = Number(request.headers.get("content-length") ?? NaN);
  if (!(length >= 0)) return refuse(411, "Cannot score a file of unknown size");
  if (length > MOST_UPLOAD) return refuse(413, limit);
  const bytes = new Uint8Array(length);
  let size = 0;
  for await (const chunk of request.body ?? []) {
    if (size + chunk.length > length) return refuse(413, limit);
    bytes.set(chunk, size);
    size += chunk.length;
  }
  return bytes.subarray(0, size);
}

/** Whether a Host header names this server: a loopback name, the address that it listens on, or, if it listens on all addresses,
 * any numeric address. */
export function isOwnName(header: string, host: string): boolean {
  const name = header.replace(/:\d+$/, "").toLowerCase(), own = host.includes(":") ? `[${host}]` : host;
  if (["localhost", "127.0.0.1", "[::1]", own.toLowerCase()].includes(name)) return true;
  return (host === "0.0.0.0" || host === "::") && /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/.test(name);
}

function refuse(status: number, error: string): Response {
  return Response.json({ error }, { status });
}
