/**
 * The report as a small web server, which also scores clips that the page sends.
 *
 * @module
 */
import { IadnetError, UsageError } from "../core/errors.ts";
import { Album, gatherReport, reasoner } from "./gather.ts";
import { contentPolicy, renderReport } from "./html.ts";
import type { OpenRun } from "./opened.ts";
import type { Scored, ShownCase } from "./types.ts";
import { readUpload } from "./upload.ts";

/** Largest file that is taken, bytes. */
export const MOST_UPLOAD = 32 * 2 ** 20;

/** Scores of one file that are explained; the others come without. */
const MOST_EXPLAINED = 40;

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** What answers requests. */
export type Handler = (request: Request) => Promise<Response>;

/** Answer requests for the report of a run. Two things can be asked for: the page at `/`, and scores at `/score`.
 *
 * @param host The address that is listened to: requests under another name are refused, so that no page of another origin can
 * reach this one by a name of its own.
 */
export async function createHandler(run: OpenRun, host: string): Promise<Handler> {
  const page = renderReport({ ...await gatherReport(run), live: true }), policy = contentPolicy(true);
  let last: Promise<unknown> = Promise.resolve();
  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url), named = request.headers.get("host") ?? "";
    if (!isOwnName(named, host)) return refuse(403, `Cannot answer under the name ${named.slice(0, 100)}`);
    if (url.pathname === "/" && request.method === "GET") {
      return new Response(page, { headers: { "content-type": "text/html; charset=utf-8" } });
    }
    if (url.pathname !== "/score") return refuse(404, "Cannot find this page");
    if (request.method !== "POST") return refuse(405, "Cannot score: send the file by POST");
    const origin = request.headers.get("origin");
    if (origin !== null && origin !== `http://${named}`) return refuse(403, "Cannot score for another site");
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
    response.headers.set("content-security-policy", policy);
    response.headers.set("x-content-type-options", "nosniff");
    response.headers.set("referrer-policy", "no-referrer");
    response.headers.set("cache-control", "no-store");
    return response;
  };
}

/** Score a file's clips by the model of one category, or of each if the name is empty.
 *
 * @throws {UsageError} If the category has no model, or the clips have another skeleton. @throws {DataError} If the file is
 * damaged.
 */
export async function scoreUpload(
  { models, clips: known, alpha }: OpenRun,
  bytes: Uint8Array,
  name: string,
  category: string,
): Promise<Scored> {
  const asked = [...models].filter(([own]) => category === "" || own === category);
  if (asked.length === 0) throw new UsageError(`Cannot score ${name}: there is no model of ${category}`);
  const fps = known?.train[0]?.fps ?? 30;
  const { clips, left } = await readUpload(bytes, name, asked[0][1].skeleton, fps);
  const album = new Album(90), cases: ShownCase[] = [];
  for (const [own, model] of asked) {
    const verdicts = await model.assess(clips);
    const normals = known?.train.filter((clip) => clip.category === own) ?? [];
    const why = normals.length > 0 ? reasoner(model, normals, alpha, 8, album) : undefined;
    for (const [i, verdict] of verdicts.entries()) {
      const reasons = why && cases.length < MOST_EXPLAINED ? await why(clips[i]) : {};
      cases.push({ clip: album.place(clips[i]), category: own, kind: "dropped", ...verdict, ...reasons });
    }
  }
  cases.sort((a, b) => (b.p ?? 0) - (a.p ?? 0) || a.score - b.score);
  return { skeletons: album.skeletons, clips: album.clips, cases, left };
}

/** The body of a request, or the refusal of one that is too large. */
async function readBody(request: Request): Promise<Uint8Array | Response> {
  const limit = `Cannot take files over ${MOST_UPLOAD / 2 ** 20} MB`;
  const length = Number(request.headers.get("content-length") ?? NaN);
  if (Number.isNaN(length)) return refuse(411, "Cannot take a file of unknown size");
  if (length > MOST_UPLOAD) return refuse(413, limit);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.length;
    if (size > MOST_UPLOAD) return refuse(413, limit);
    parts.push(part);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Whether a Host header names this server: a loopback name, the address that is listened to, or, where all are listened to,
 * any address in numbers. */
export function isOwnName(header: string, host: string): boolean {
  const name = header.replace(/:\d+$/, "").toLowerCase(), own = host.includes(":") ? `[${host}]` : host;
  if (LOOPBACK.includes(name) || name === own.toLowerCase()) return true;
  return (host === "0.0.0.0" || host === "::") && /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/.test(name);
}

function refuse(status: number, error: string): Response {
  return Response.json({ error }, { status });
}
