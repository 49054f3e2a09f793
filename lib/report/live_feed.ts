/** A stream of scored frames for browsers, as server-sent events. */
import { Refusal } from "./bodies.ts";
import type { LiveFrame } from "./types.ts";

/** Most pages that follow a stream at a time. */
const MOST_PAGES = 8;

/** Frames that wait for a slow page; it misses those that come meanwhile. */
const WAITING = 60;

/** Sends frames to all pages that follow. Memory is bounded: a page that does not keep up misses frames. */
export class LiveFeed {
  readonly #pages = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #ended: string | undefined;

  /** Send a frame. */
  send(frame: LiveFrame): void {
    const bytes = eventBytes("frame", frame);
    for (const page of this.#pages) if ((page.desiredSize ?? 0) > 0) page.enqueue(bytes);
  }

  /** Say that no more frames come.
   * @param why Sentence for the reader. */
  end(why: string): void {
    this.#ended = why;
    for (const page of this.#pages) finish(page, why);
    this.#pages.clear();
  }

  /** The answer to a page that follows.
   * @throws {Refusal} If too many do. */
  response(): Response {
    if (this.#pages.size >= MOST_PAGES) {
      throw new Refusal(503, `Cannot follow the stream: ${MOST_PAGES} pages do already`);
    }
    let own: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start: (page) => {
        own = page;
        page.enqueue(new TextEncoder().encode(": the stream\n\n")); // so that the page knows at once
        if (this.#ended !== undefined) finish(page, this.#ended);
        else this.#pages.add(page);
      },
      cancel: () => void this.#pages.delete(own),
    }, { highWaterMark: WAITING });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }
}

function finish(page: ReadableStreamDefaultController<Uint8Array>, why: string): void {
  page.enqueue(eventBytes("end", why));
  page.close();
}

/** An event; JSON has no line breaks. */
function eventBytes(name: string, data: unknown): Uint8Array {
  return new TextEncoder().encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}
