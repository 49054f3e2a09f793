/** Web server of a report: the page, and scores of files that it sends. */
import { IadnetError } from "../core/errors.ts";
import { type Bodies, Refusal } from "./bodies.ts";
import { contentPolicy } from "./html.ts";
import type { LiveFeed } from "./live_feed.ts";
import type { Scored } from "./types.ts";

/** Most characters of an error. */
const LONGEST_ERROR = 500;

/** Seconds after which a client may try again. */
const RETRY_AFTER = "5";

/** Answers requests. */
export type Handler = (request: Request) => Promise<Response>;

/** Scores the clips of a file, which it may move, with the model of one category, or of every category if the name is empty. */
export type Score = (path: string, name: string, category: string) => Promise<Scored>;

/** Create the handler of a report: GET `/` for the page, POST `/score` for scores of a file.
 * @param page The page. @param host Address that the server listens on. Requests for another host are refused, so that a page of
 * another origin cannot reach this one through a name of its own (DNS rebinding). @param score Called for one file at a time.
 * @param bodies Where the files come. @param feed A stream, which pages follow by GET `/live`. */
export function createHandler(
  page: string,
  host: string,
  score: Score,
  bodies: Bodies,
  feed?: LiveFeed,
): Handler {
  const headers = [
    ["content-security-policy", contentPolicy(true)],
    ["x-content-type-options", "nosniff"],
    ["referrer-policy", "no-referrer"],
    ["cache-control", "no-store"],
  ];
  let last: Promise<unknown> = Promise.resolve();
  const answer = async (request: Request): Promise<Response> => {
    const { method } = request, named = request.headers.get("host") ?? "";
    if (!isOwnName(named, host)) {
      throw new Refusal(403, `Cannot answer requests for host ${named.slice(0, 100)}`);
    }
    if (!URL.canParse(request.url)) throw new Refusal(400, "Cannot read the address of the request");
    const url = new URL(request.url);
    if (url.pathname === "/" && (method === "GET" || method === "HEAD")) {
      return new Response(method === "GET" ? page : null, {
        headers: { "content-type": "text/html; charset=utf-8" },
      });
    }
    const isLive = feed !== undefined && url.pathname === "/live" && method === "GET";
    if (!isLive && url.pathname !== "/score") throw new Refusal(404, "Cannot find this page");
    if (!isLive && method !== "POST") throw new Refusal(405, "Cannot score: send the file by POST");
    const origin = request.headers.get("origin");
    if (origin !== null && origin !== `http://${named}`) {
      throw new Refusal(403, "Cannot score for another origin");
    }
    if (isLive) return feed.response();
    const name = url.searchParams.get("name") ?? "", category = url.searchParams.get("category") ?? "";
    return await bodies.use(request, async (path) => {
      const scored = last.then(() => score(path, name, category)); // one at a time
      last = scored.catch(() => {});
      return Response.json(await scored);
    });
  };
  return async (request) => {
    const response = await answer(request).catch(refuse);
    for (const [name, value] of headers) response.headers.set(name, value);
    return response;
  };
}

/** The response to a request that failed. */
function refuse(error: Error): Response {
  const status = error instanceof Refusal ? error.status : error instanceof IadnetError ? 400 : 500;
  const message = status === 500 ? `Cannot score the file: ${error.message}` : error.message;
  const shown = message.length > LONGEST_ERROR ? `${message.slice(0, LONGEST_ERROR)}...` : message;
  const headers: Record<string, string> = status === 503 ? { "retry-after": RETRY_AFTER } : {};
  if (status === 405) headers.allow = "POST";
  return Response.json({ error: shown }, { status, headers });
}

/** Whether a Host header names this server: a loopback name, the address that it listens on, or, if it listens on all addresses,
 * any numeric address. */
export function isOwnName(header: string, host: string): boolean {
  const name = header.replace(/:\d+$/, "").toLowerCase(), own = host.includes(":") ? `[${host}]` : host;
  if (["localhost", "127.0.0.1", "[::1]", own.toLowerCase()].includes(name)) return true;
  return (host === "0.0.0.0" || host === "::") && /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/.test(name);
}
