/** A process with limits that answers requests: for readers of files that may be damaged, since a native library can take hours,
 * all memory, or its process with it. */
import { deserialize, serialize } from "node:v8";
import { DataError, IadnetError } from "../core/errors.ts";
import { permissionFlags } from "../core/permissions.ts";
import { send, whenParentEnds } from "../core/signals.ts";

/** Limits of the memory and the files of a process. */
export interface ProcessLimits {
  /** Most memory for data, bytes. Enforced by the system on Linux only. */
  readonly memory: number;
  /** Most seconds of processor time, of a process for one request. It also ends the process if nobody is left to do so. */
  readonly processor?: number;
  /** Whether it answers many requests: it then keeps less garbage, and takes a little longer. */
  readonly isKept?: boolean;
  /** Files and folders that it may read, besides npm packages. It may write none. */
  readonly read: readonly string[];
}

/** The command that starts a module in a process with these limits.
 * @param script Module that calls `answerRequests`. @param library Folders of the npm packages, as `packageFolders` gives them. */
export function limitedCommand(
  script: URL,
  { read, memory, processor, isKept }: ProcessLimits,
  library: readonly string[],
): [string, ...string[]] {
  const engine = isKept ? ["--v8-flags=--optimize-for-size"] : [];
  const words = ["run", "--quiet", ...engine, ...permissionFlags({ read }, library), script.href];
  if (Deno.build.os === "windows") return [Deno.execPath(), ...words];
  // The limit of data counts memory that is written to, not what is only reserved.
  const limits = [`ulimit -d ${Math.ceil(memory / 1024)}`, ...(processor ? [`ulimit -t ${processor}`] : [])];
  return ["sh", "-c", `${limits.join("; ")}; exec "$@"`, "sh", Deno.execPath(), ...words];
}

/** Most bytes of a value that is sent. The process may have been taken over: what it announces is not believed. */
const MOST_BYTES = 2 ** 29;

/** What an answer begins with: `null` if its value follows, or an error, with a file if it is about that file. */
type Fault = null | {
  readonly message: string;
  readonly file?: string;
  readonly position?: string;
};

/** A value as bytes, which one process can give to the next without looking at it. */
export class Packed {
  /** @param bytes The bytes. */
  constructor(readonly bytes: Uint8Array) {}

  /** Pack a value: plain values and typed arrays. */
  static of(value: unknown): Packed {
    return new Packed(serialize(value));
  }

  /** The value. */
  open(): unknown {
    return deserialize(this.bytes);
  }
}

/** Goes with a request that has nothing else. */
const NOTHING = Packed.of(null);

type Running = Awaited<ReturnType<typeof start>>;

/** A process that answers one request after another. Where it ended, the next request starts it again. Close it in the end. */
export class LimitedProcess {
  #running?: Running;

  /** A process that has not started yet.
   * @param command Command of a program that calls `answerRequests`, as `limitedCommand` gives it.
   * @param seconds Longest time that an answer may take. */
  constructor(readonly command: readonly [string, ...string[]], readonly seconds: number) {}

  /** Start the process if it does not run, so that the time of a request is that of its answer. */
  async start(): Promise<void> {
    await this.#begin();
  }

  /** Ask for an answer, one request at a time.
   * @param request What the script's handler gets: plain values and typed arrays. @param file Path to name in errors.
   * @param more What it gets as well.
   * @returns What the handler returns.
   * @throws {DataError} If the handler throws one, or takes too long, too much memory, or its process with it.
   * @throws {IadnetError} If the handler throws anything else. */
  async ask(request: unknown, file: string, more?: Packed): Promise<unknown> {
    return (await this.askPacked(request, file, more)).open();
  }

  /** As `ask`, with the answer as it comes.
   * @throws As `ask`. */
  async askPacked(request: unknown, file: string, more = NOTHING): Promise<Packed> {
    const running = await this.#begin(), { child, input, frames } = running, { seconds } = this;
    let late = false, value: Packed | undefined, fault: Fault | undefined, isOdd = false;
    const timer = setTimeout(() => {
      late = true;
      send(child, "SIGKILL");
    }, seconds * 1000);
    sendFrames(input, Packed.of(request), more).catch(() => {}); // a process that ends early is seen by its answer
    try {
      fault = (await frames.next())?.open() as Fault | undefined;
      if (fault === null) value = await frames.next();
    } catch {
      isOdd = true;
      send(child, "SIGKILL");
    }
    clearTimeout(timer);
    if (value) return value;
    if (fault) {
      const { message, file, position } = fault;
      throw file === undefined ? new IadnetError(message) : new DataError(message, file, position);
    }
    const { code, signal } = await this.#end(running);
    const ended = `ended by ${signal ?? `itself, code ${code}`}`;
    const how = isOdd ? "answers what cannot be read" : late ? `took more than ${seconds} s` : ended;
    throw new DataError(`Cannot read ${file}: the process that reads it ${how}`, file);
  }

  /** End the process, if it runs, also in the midst of a request. */
  async close(): Promise<void> {
    if (!this.#running) return;
    send(this.#running.child, "SIGKILL");
    await this.#end(this.#running);
  }

  async #begin(): Promise<Running> {
    return this.#running ??= await start(this.command);
  }

  async #end(running: Running): Promise<Deno.CommandStatus> {
    if (this.#running === running) this.#running = undefined;
    await running.input.close().catch(() => {});
    const status = await running.child.status;
    await running.frames.cancel();
    return status;
  }
}

async function start([command, ...args]: readonly [string, ...string[]]) {
  const child = new Deno.Command(command, { args, stdin: "piped", stdout: "piped", stderr: "null" }).spawn();
  const running = { child, input: child.stdin.getWriter(), frames: new Frames(child.stdout) };
  await running.frames.next(); // undefined if it could not start; then its first answer is missing, too
  return running;
}

/** Answer requests from standard input until it closes.
 * @param handle Gets a request, and what comes with it.
 * @throws {RangeError} If there is not enough memory: the process then ends. */
export async function answerRequests(handle: (request: unknown, more: unknown) => unknown): Promise<void> {
  const frames = new Frames(Deno.stdin.readable), output = Deno.stdout.writable.getWriter();
  const stopLooking = whenParentEnds(Deno.ppid, () => Deno.exit(1)); // its answer has no reader
  await sendFrames(output, Packed.of("ready"));
  for (let request, more; (request = await frames.next()) && (more = await frames.next());) {
    let value: Packed;
    try {
      value = Packed.of(await handle(request.open(), more.open()));
    } catch (error) {
      if (error instanceof RangeError) throw error;
      const place = error instanceof DataError ? { file: error.file, position: error.position } : {};
      await sendFrames(output, Packed.of({ message: (error as Error).message, ...place }));
      continue;
    }
    await sendFrames(output, NOTHING, value);
  }
  stopLooking();
}

/** Send values, each behind the number of its bytes. */
async function sendFrames(
  output: WritableStreamDefaultWriter<Uint8Array>,
  ...values: readonly Packed[]
): Promise<void> {
  for (const { bytes } of values) {
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint32(0, bytes.length, true);
    await output.write(head);
    await output.write(bytes);
  }
}

/** Values that come as frames. */
class Frames {
  readonly #reader: ReadableStreamBYOBReader;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader({ mode: "byob" });
  }

  /** The next value; undefined at the end, also in the midst of a frame.
   * @throws {RangeError} If its number of bytes is 0 or too large. */
  async next(): Promise<Packed | undefined> {
    const head = await this.#take(4);
    if (!head) return undefined;
    const size = new DataView(head.buffer).getUint32(0, true);
    if (size === 0 || size > MOST_BYTES) throw new RangeError(`Cannot read a value of ${size} bytes`);
    const body = await this.#take(size);
    return body && new Packed(body);
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }

  async #take(size: number): Promise<Uint8Array | undefined> {
    const { value } = await this.#reader.read(new Uint8Array(size), { min: size });
    return value?.length === size ? value : undefined;
  }
}
