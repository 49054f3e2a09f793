/** Bodies of requests: how large they may be, together, and how long they may take. */

/** Most bytes of a file that is sent. */
export const MOST_UPLOAD = 32 * 2 ** 20;

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

  constructor(readonly limits: BodyLimits = BODY_LIMITS) {}

  /** Read a body and do something with it. Its bytes count until that is done.
   * @throws {Refusal} If its size is not told or too large, there are too many, or it comes too slowly. */
  async use<T>(request: Request, then: (bytes: Uint8Array) => Promise<T>): Promise<T> {
    const { each, all, waiting } = this.limits, size = Number(request.headers.get("content-length") ?? NaN);
    if (!(size >= 0)) throw new Refusal(411, "Cannot score a file of unknown size");
    if (size > each) throw new Refusal(413, `Cannot score files over ${each / 2 ** 20} MB`);
    if (this.#bytes + size > all || this.#count >= waiting) {
      throw new Refusal(503, "Cannot score the file now: too many others are being scored; try again");
    }
    this.#bytes += size;
    this.#count++;
    try {
      return await then(await this.#read(request, size));
    } finally {
      this.#bytes -= size;
      this.#count--;
    }
  }

  /** Read a body of a size. Memory is taken as its bytes come. */
  async #read({ body }: Request, size: number): Promise<Uint8Array> {
    const { seconds } = this.limits, chunks: Uint8Array[] = [], reader = body?.getReader();
    let have = 0, late = false;
    const timer = setTimeout(() => {
      late = true;
      reader?.cancel().catch(() => {});
    }, seconds * 1000);
    try {
      for (let next; reader && !(next = await reader.read()).done;) {
        have += next.value.length;
        if (have > size) throw new Refusal(413, `Cannot score the file: it has more than ${size} bytes`);
        chunks.push(next.value);
      }
    } finally {
      clearTimeout(timer);
      reader?.cancel().catch(() => {});
    }
    if (late) throw new Refusal(408, `Cannot score the file: it took more than ${seconds} s to come`);
    if (have < size) throw new Refusal(400, `Cannot score the file: it ended after ${have} of ${size} bytes`);
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const chunk of chunks.splice(0)) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }
}
