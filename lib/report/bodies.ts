/** Bodies of requests, kept as files: how large they may be, together, and how long they may take. */

/** Most bytes of a file that is sent. */
export const MOST_UPLOAD = 32 * 2 ** 20;

/** Bytes that are read at a time, always into the same memory. */
const PART = 2 ** 16;

/** Limits of the bodies of all requests. */
export interface BodyLimits {
  /** Most bytes of one. */
  readonly each: number;
  /** Most bytes of all that are on their way or wait to be scored. */
  readonly all: number;
  /** Longest time from the first byte to the last, seconds. */
  readonly seconds: number;
  /** Most that wait to be scored. */
  readonly waiting: number;
}

/** Limits of a server. */
export const BODY_LIMITS: BodyLimits = { each: MOST_UPLOAD, all: 3 * MOST_UPLOAD, seconds: 60, waiting: 16 };

/** A request that is refused: HTTP status and reason. */
export class Refusal extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** The bodies that a server holds. */
export class Bodies {
  #bytes = 0;
  #count = 0;

  /** @param folder Where the files are, which only this user can read. */
  constructor(readonly folder: string, readonly limits: BodyLimits = BODY_LIMITS) {}

  /** Write a body to a file and do something with it. It counts until that is done, and the file is then removed if it is still there.
   * @throws {Refusal} If its size is not told or too large, there are too many, or it comes too slowly. */
  async use<T>(request: Request, then: (path: string) => Promise<T>): Promise<T> {
    const { each, all, waiting } = this.limits, size = Number(request.headers.get("content-length") ?? NaN);
    if (!(size >= 0)) throw new Refusal(411, "Cannot score a file of unknown size");
    if (size > each) throw new Refusal(413, `Cannot score files over ${each / 2 ** 20} MB`);
    if (this.#bytes + size > all || this.#count >= waiting) {
      throw new Refusal(503, "Cannot score the file now: too many others are being scored; try again");
    }
    this.#bytes += size;
    this.#count++;
    let path: string | undefined;
    try {
      path = await Deno.makeTempFile({ dir: this.folder });
      await this.#write(request, size, path);
      return await then(path);
    } finally {
      this.#bytes -= size;
      this.#count--;
      if (path !== undefined) await Deno.remove(path).catch(() => {}); // it may have been moved
    }
  }

  /** Write a body of a size to a file as it comes. */
  async #write({ body }: Request, size: number, path: string): Promise<void> {
    using file = await Deno.open(path, { write: true });
    const { seconds } = this.limits, reader = body && readerOf(body);
    let have = 0, late = false, buffer = new ArrayBuffer(PART);
    const timer = setTimeout(() => {
      late = true;
      reader?.cancel().catch(() => {});
    }, seconds * 1000);
    try {
      for (let next; reader && !(next = await reader.read(new Uint8Array(buffer))).done;) {
        const { value } = next;
        have += value.length;
        if (have > size) throw new Refusal(413, `Cannot score the file: it has more than ${size} bytes`);
        for (let at = 0; at < value.length;) at += await file.write(value.subarray(at));
        buffer = value.buffer;
      }
    } finally {
      clearTimeout(timer);
      reader?.cancel().catch(() => {});
    }
    if (late) throw new Refusal(408, `Cannot score the file: it took more than ${seconds} s to come`);
    if (have < size) throw new Refusal(400, `Cannot score the file: it ended after ${have} of ${size} bytes`);
  }
}

/** Reads a body into the memory that it is given; a body that has come in one piece brings its own. */
function readerOf(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
  try {
    return body.getReader({ mode: "byob" });
  } catch {
    return body.getReader();
  }
}
