/**
 * The part of ZeroMQ's wire protocol (ZMTP 3.0, NULL mechanism, TCP) that a Jupyter client needs.
 *
 * @module
 */

const encoder = new TextEncoder();

/** Bytes of frames: the greeting, and the flags of a frame. */
const GREETING = 64, MORE = 1, LONG = 2, COMMAND = 4;

/** A connected socket: requests and replies (`DEALER`), or everything that is published (`SUB`). */
export class ZmtpSocket {
  readonly #connection: Deno.TcpConn;
  #buffer = new Uint8Array(0);

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Connect to a port of this machine and shake hands; a `SUB` subscribes to all.
   *
   * @throws {Error} If nothing listens there or the other side closes. */
  static async connect(port: number, type: "DEALER" | "SUB"): Promise<ZmtpSocket> {
    const socket = new ZmtpSocket(await Deno.connect({ hostname: "127.0.0.1", port }));
    try {
      const greeting = new Uint8Array(GREETING);
      greeting[0] = 0xff;
      greeting[9] = 0x7f;
      greeting[10] = 3;
      greeting.set(encoder.encode("NULL"), 12);
      await socket.#write(greeting);
      await socket.#read(GREETING);
      const ready = join([Uint8Array.of(5), encoder.encode("READY"), property("Socket-Type", type)]);
      await socket.#write(join([Uint8Array.of(COMMAND, ready.length), ready]));
      await socket.#frame();
      if (type === "SUB") await socket.send([Uint8Array.of(1)]);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Send one message of several parts. */
  async send(parts: readonly Uint8Array[]): Promise<void> {
    await this.#write(join(parts.flatMap((part, i) => {
      const more = i < parts.length - 1 ? MORE : 0;
      if (part.length < 256) return [Uint8Array.of(more, part.length), part];
      const head = new Uint8Array(9);
      head[0] = more | LONG;
      new DataView(head.buffer).setBigUint64(1, BigInt(part.length));
      return [head, part];
    })));
  }

  /** The parts of the next message.
   *
   * @throws {Error} If the connection is closed. */
  async receive(): Promise<Uint8Array[]> {
    const parts: Uint8Array[] = [];
    while (true) {
      const { flags, body } = await this.#frame();
      if (flags & COMMAND) continue;
      parts.push(body);
      if (!(flags & MORE)) return parts;
    }
  }

  /** Close the connection. */
  close(): void {
    this.#connection.close();
  }

  async #frame(): Promise<{ flags: number; body: Uint8Array }> {
    const [flags] = await this.#read(1);
    const length = flags & LONG
      ? Number(new DataView((await this.#read(8)).buffer).getBigUint64(0))
      : (await this.#read(1))[0];
    return { flags, body: await this.#read(length) };
  }

  async #read(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const chunks = [this.#buffer];
    let size = this.#buffer.length;
    while (size < length) {
      const chunk = new Uint8Array(1 << 16), got = await this.#connection.read(chunk);
      if (got === null) throw new Error("the kernel closed the connection");
      chunks.push(chunk.subarray(0, got));
      size += got;
    }
    const all = join(chunks);
    this.#buffer = all.slice(length);
    return all.slice(0, length);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
  }
}

/** One property of the handshake's READY command. */
function property(name: string, value: string): Uint8Array {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, value.length);
  return join([Uint8Array.of(name.length), encoder.encode(name), size, encoder.encode(value)]);
}

function join(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
