/** Joints of a cache's clips, read when they are needed: few are in memory at once, however many there are. */
import { createHash } from "node:crypto";
import { DataError } from "../../../core/errors.ts";
import { sha256 } from "../../../core/files.ts";
import { checkRegular, LARGEST_FILE } from "../../../core/read_file.ts";

/** Most clips of a cache whose joints are in memory because they were read last. */
export const CLIPS_HELD = 64;

/** Joints of a clip, [T, D, 3] of each person. */
export interface Joints {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** A file of joints. */
export interface JointsFile {
  readonly path: string;
  /** SHA-256 of each clip's joints, in the order of the file. */
  readonly sums: readonly string[];
}

/** Read a file of joints once, and check it.
 * @param expected Its size and SHA-256. @param clipBytes Bytes of a clip.
 * @throws {Error} If it cannot be read, or its size differs. @throws {DataError} If its checksum differs. */
export async function checkJoints(
  path: string,
  expected: { readonly bytes: number; readonly sha256: string },
  clipBytes: number,
): Promise<JointsFile> {
  const info = await Deno.stat(path), digest = createHash("sha256"), sums: string[] = [];
  checkRegular(info, LARGEST_FILE);
  if (info.size !== expected.bytes) {
    throw new Error(`expected ${expected.bytes} bytes, found ${info.size}`);
  }
  using file = await Deno.open(path);
  const buffer = new Uint8Array(clipBytes);
  for (let at = 0; at < expected.bytes; at += clipBytes) {
    const bytes = readInto(file, buffer);
    digest.update(bytes);
    sums.push(sha256(bytes));
  }
  if (digest.digest("hex") === expected.sha256) return { path, sums };
  throw new DataError(`Cannot use ${path}: its checksum is not the manifest's; prepare it again`, path);
}

/** The joints of clips in checked files. */
export class JointsReader {
  readonly #held = new Map<string, Joints>();

  /** @param clipBytes Bytes of a clip. */
  constructor(readonly clipBytes: number) {}

  /** Number of clips whose joints are held. */
  get held(): number {
    return this.#held.size;
  }

  /** The joints of a clip, as they were when the file was checked.
   * @param index Number of the clip in the file.
   * @throws {DataError} If they cannot be read, or have changed. */
  read({ path, sums }: JointsFile, index: number): Joints {
    const key = `${index} ${path}`, known = this.#held.get(key);
    if (known) return known;
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      using file = Deno.openSync(path);
      file.seekSync(index * this.clipBytes, Deno.SeekMode.Start);
      bytes = readInto(file, new Uint8Array(this.clipBytes));
    } catch (cause) {
      throw new DataError(`Cannot read ${path}: ${(cause as Error).message}`, path);
    }
    if (sha256(bytes) !== sums[index]) {
      throw new DataError(`Cannot use ${path}: it has changed since it was opened`, path);
    }
    const values = new Float32Array(bytes.buffer), half = values.length / 2; // a short read has another checksum
    const joints = { x: values.subarray(0, half), y: values.subarray(half) };
    const [oldest] = this.#held.keys();
    if (this.#held.size === CLIPS_HELD) this.#held.delete(oldest);
    this.#held.set(key, joints);
    return joints;
  }
}

/** The next bytes of a file: all that the buffer has room for, or fewer at the end. */
function readInto(file: Deno.FsFile, buffer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  for (let have = 0, got; have < buffer.length; have += got) {
    got = file.readSync(buffer.subarray(have)) ?? 0;
    if (got === 0) return buffer.subarray(0, have);
  }
  return buffer;
}
