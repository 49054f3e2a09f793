/**
 * A Deno Jupyter kernel as a child process, and what its cells put out.
 *
 * @module
 */
import { createHmac } from "node:crypto";
import { ZmtpSocket } from "./zmtp.ts";

/** The kernel publishes some outputs after it has said that it is idle: silence of this long ends a cell, milliseconds. */
const SILENCE = 150;
/** Tries to connect, and milliseconds between two. */
const TRIES = 200, PAUSE = 50;

/** One output of a cell, as a notebook holds it. */
export type CellOutput =
  | { output_type: "stream"; name: string; text: string }
  | { output_type: "display_data"; data: Record<string, unknown>; metadata: Record<string, unknown> }
  | {
    output_type: "execute_result";
    data: Record<string, unknown>;
    metadata: Record<string, unknown>;
    execution_count: number;
  }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

interface Message {
  readonly type: string;
  readonly parent?: string;
  // deno-lint-ignore no-explicit-any -- the wire's JSON
  readonly content: any;
}

const encoder = new TextEncoder(), decoder = new TextDecoder();
const DELIMITER = "<IDS|MSG>";

/** A running kernel. */
export class Kernel {
  readonly #key = crypto.randomUUID();
  readonly #session = crypto.randomUUID();
  readonly #displays = new Map<string, Extract<CellOutput, { output_type: "display_data" }>>();
  #child!: Deno.ChildProcess;
  #shell!: ZmtpSocket;
  #published!: ZmtpSocket;
  /** Rejected when what the kernel publishes cannot be read any more. */
  readonly #lost = Promise.withResolvers<never>();
  #heard: (message: Message) => void = () => {};
  #count = 0;

  private constructor() {
    this.#lost.promise.catch(() => {}); // it matters only to a running cell
  }

  /** Start a kernel in a folder, which imports are then relative to. */
  static async start(folder: string): Promise<Kernel> {
    const kernel = new Kernel(), file = await Deno.makeTempFile({ suffix: ".json" });
    const [shell, iopub, stdin, control, heartbeat] = freePorts(5);
    const connection = {
      transport: "tcp",
      ip: "127.0.0.1",
      shell_port: shell,
      iopub_port: iopub,
      stdin_port: stdin,
      control_port: control,
      hb_port: heartbeat,
      key: kernel.#key,
      signature_scheme: "hmac-sha256",
      kernel_name: "deno",
    };
    await Deno.writeTextFile(file, JSON.stringify(connection));
    kernel.#child = new Deno.Command(Deno.execPath(), {
      args: ["jupyter", "--kernel", "--conn", file],
      cwd: folder,
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      kernel.#published = await retry(() => ZmtpSocket.connect(iopub, "SUB"));
      kernel.#shell = await retry(() => ZmtpSocket.connect(shell, "DEALER"));
      void kernel.#listen();
      await retry(() => kernel.#greet());
      return kernel;
    } catch (error) {
      await kernel.close();
      throw error;
    } finally {
      await Deno.remove(file);
    }
  }

  /** Run a cell to its end and give everything it put out. A later picture with the id of an earlier one replaces it.
   *
   * @param timeout Milliseconds. @throws {Error} If the cell takes longer, or the kernel ends or writes what is no message. */
  async execute(code: string, timeout: number): Promise<CellOutput[]> {
    const outputs: CellOutput[] = [], early: Message[] = [], count = ++this.#count;
    let id = "", last = performance.now();
    const idle = Promise.withResolvers<void>();
    const take = (message: Message) => {
      if (message.parent !== id) return;
      last = performance.now();
      if (message.type === "status" && message.content.execution_state === "idle") idle.resolve();
      else this.#collect(message, outputs, count);
    };
    this.#heard = (message) => id === "" ? early.push(message) : take(message);
    id = await this.#request("execute_request", {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    });
    early.forEach(take);
    const late = setTimeout(
      () => idle.reject(new Error(`Cell ${count} takes longer than ${timeout / 1000} s`)),
      timeout,
    );
    try {
      await Promise.race([Promise.all([this.#shell.receive(), idle.promise]), this.#lost.promise]);
    } finally {
      clearTimeout(late);
    }
    last = performance.now();
    while (performance.now() - last < SILENCE) await pause(20);
    return outputs;
  }

  /** Stop the kernel. */
  async close(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.#child.status;
    for (const socket of [this.#shell, this.#published]) {
      try {
        socket?.close();
      } catch {
        // The kernel's end closed it.
      }
    }
  }

  #collect({ type, content }: Message, outputs: CellOutput[], count: number): void {
    if (type === "stream") {
      const last = outputs.at(-1);
      if (last?.output_type === "stream" && last.name === content.name) last.text += content.text;
      else outputs.push({ output_type: "stream", name: content.name, text: content.text });
    } else if (type === "display_data") {
      const output = { output_type: type, data: content.data, metadata: content.metadata ?? {} } as const;
      const id = content.transient?.display_id;
      if (id !== undefined) this.#displays.set(id, output);
      outputs.push(output);
    } else if (type === "update_display_data") {
      const shown = this.#displays.get(content.transient?.display_id);
      if (shown) shown.data = content.data;
    } else if (type === "execute_result") {
      const { data, metadata = {} } = content;
      outputs.push({ output_type: type, data, metadata, execution_count: count });
    } else if (type === "error") {
      const { ename, evalue, traceback } = content;
      outputs.push({ output_type: type, ename, evalue, traceback });
    }
  }

  /** Ask who the kernel is until its answer is heard on the published side, too: only then nothing is lost. */
  async #greet(): Promise<void> {
    const heard = Promise.withResolvers<void>();
    let id = "";
    this.#heard = ({ parent }) => parent === id && heard.resolve();
    id = await this.#request("kernel_info_request", {});
    await this.#shell.receive();
    const late = setTimeout(() => heard.reject(new Error("the kernel publishes nothing")), 500);
    try {
      await heard.promise;
    } finally {
      clearTimeout(late);
    }
  }

  async #request(type: string, content: unknown): Promise<string> {
    const id = crypto.randomUUID(), date = new Date().toISOString();
    const header = {
      msg_id: id,
      session: this.#session,
      username: "iadnet",
      date,
      msg_type: type,
      version: "5.3",
    };
    const parts = [header, {}, {}, content].map((part) => encoder.encode(JSON.stringify(part)));
    const signature = createHmac("sha256", this.#key);
    for (const part of parts) signature.update(part);
    await this.#shell.send([encoder.encode(DELIMITER), encoder.encode(signature.digest("hex")), ...parts]);
    return id;
  }

  async #listen(): Promise<void> {
    try {
      while (true) {
        const parts = await this.#published.receive();
        const at = parts.findIndex((part) => part.length === 9 && decoder.decode(part) === DELIMITER);
        const json = (k: number) => JSON.parse(decoder.decode(parts[at + k]));
        this.#heard({ type: json(2).msg_type, parent: json(3).msg_id, content: json(5) });
      }
    } catch (cause) { // the connection ends with the kernel; a kernel may also write one message into another
      this.#lost.reject(
        new Error(`Cannot read what the kernel publishes: ${(cause as Error).message}`, { cause }),
      );
    }
  }
}

/** Ports that nothing listens on. */
function freePorts(n: number): number[] {
  const listeners = Array.from({ length: n }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  for (const listener of listeners) listener.close();
  return ports;
}

async function retry<T>(what: () => Promise<T>): Promise<T> {
  for (let k = 1;; k++) {
    try {
      return await what();
    } catch (error) {
      if (k === TRIES) throw error;
      await pause(PAUSE);
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
