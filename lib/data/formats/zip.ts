/** Zip files, read member by member: first the directory, then only the bytes of each member that is asked for. */
import { crc32, inflateRawSync } from "node:zlib";
// @ts-types="./yauzl.d.ts"
import yauzl from "yauzl";
import { cannotRead, DataError } from "../../core/errors.ts";

/** Where a member lies in the zip file, bytes. */
interface Place {
  readonly header: number;
  readonly packed: number;
  readonly size: number;
  readonly deflated: boolean;
  readonly crc: number;
}

/** Greatest size of all members together, bytes. Recordings of joints shrink to a third or more; a zip that expands further is
 * refused before anything is allocated. */
const largest = (zipSize: number) => 6 * zipSize + 24 * 2 ** 20;

/** A zip file whose members are known. */
export interface Zip {
  /** Names of the files in it, sorted. */
  readonly members: readonly string[];
  /** Read a member.
   * @throws {DataError} If there is no such member, or it cannot be read or expanded. */
  read(name: string): Uint8Array;
}

/** Open a zip file (stored or deflated members, zip64).
 * @param path The file, or its name in errors if its content is given. @param content The zip, if it is in memory already.
 * @throws {DataError} As `openArchive`. */
export async function openZip(path: string, content?: Uint8Array): Promise<Zip> {
  const open = () => content ? new MemoryBytes(content) : new FileBytes(path);
  const places = await readDirectory(path, open);
  return {
    members: [...places.keys()].sort(),
    read: (name) => {
      const file = `${path}/${name}`, place = places.get(name);
      if (!place) throw cannotRead(file, "expected a file, found nothing");
      return readMember(path, file, place, open);
    },
  };
}

/** Number of members of a zip file, folders included, as its end says: more are not read.
 * @throws {DataError} If it is no zip file. */
export async function countMembers(path: string): Promise<number> {
  using bytes = new FileBytes(path);
  try {
    const options = { autoClose: false };
    return (await yauzl.fromRandomAccessReaderPromise(new BlockReader(bytes), bytes.size, options))
      .entryCount;
  } catch (cause) {
    throw new DataError(`Cannot open ${path} as a zip file: ${(cause as Error).message}`, path);
  }
}

async function readDirectory(path: string, open: () => Bytes): Promise<Map<string, Place>> {
  const refuse = (why: string) => new DataError(`Cannot open ${path} as a zip file: ${why}`, path);
  const places = new Map<string, Place>();
  using bytes = open();
  const zipSize = bytes.size;
  let total = 0;
  try {
    const zip = await yauzl.fromRandomAccessReaderPromise(new BlockReader(bytes), zipSize, {
      autoClose: false,
      strictFileNames: true,
    });
    for await (const entry of zip.eachEntry()) {
      const { fileName: name, compressedSize, uncompressedSize, compressionMethod } = entry;
      if (name.endsWith("/")) continue;
      if (places.has(name)) throw refuse(`two members are named ${name}`);
      if (!entry.canDecodeFileData()) throw refuse(`member ${name} is encrypted or not deflated`);
      total += uncompressedSize;
      if (total > largest(zipSize)) {
        const why = `${zipSize} bytes expand to ${total} and more, expected at most ${largest(zipSize)}`;
        throw refuse(`${why}; unpack it if you trust it`);
      }
      places.set(name, {
        header: entry.relativeOffsetOfLocalHeader,
        packed: compressedSize,
        size: uncompressedSize,
        deflated: compressionMethod === 8,
        crc: entry.crc32,
      });
    }
  } catch (cause) {
    throw cause instanceof DataError ? cause : refuse((cause as Error).message);
  }
  return places;
}

/** Read one member, by blocking system calls: a member is small, and an asynchronous call costs more than reading it. */
function readMember(path: string, file: string, place: Place, open: () => Bytes): Uint8Array {
  const refuse = (why: string) => cannotRead(file, why, `byte ${place.header}`);
  using source = open();
  const zipSize = source.size;
  const read = (at: number, length: number) => {
    if (!(at + length <= zipSize)) {
      throw refuse(`expected ${length} bytes at byte ${at} of ${path}, it has ${zipSize}`);
    }
    const bytes = source.read(at, length);
    if (bytes.length < length) throw refuse(`${path} ends at byte ${at + bytes.length}`);
    return bytes;
  };
  const head = new DataView(read(place.header, 30).buffer);
  if (head.getUint32(0, true) !== 0x04034b50) throw refuse("its local header is damaged");
  const packed = read(
    place.header + 30 + head.getUint16(26, true) + head.getUint16(28, true),
    place.packed,
  );
  const bytes = place.deflated ? inflate(packed, place.size, refuse) : packed;
  if (bytes.length !== place.size) throw refuse(`expected ${place.size} bytes, got ${bytes.length}`);
  if (crc32(bytes) !== place.crc) throw refuse("its checksum does not match its content");
  return bytes;
}

function inflate(packed: Uint8Array, size: number, refuse: (why: string) => DataError): Uint8Array {
  try {
    const { buffer, byteOffset, length } = inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
    return new Uint8Array(buffer, byteOffset, length);
  } catch (cause) {
    const tooLong = (cause as { code?: string }).code === "ERR_BUFFER_TOO_LARGE";
    throw refuse(
      tooLong ? `it expands to more than the ${size} bytes it declares` : (cause as Error).message,
    );
  }
}

/** Bytes that are read piece by piece. */
interface Bytes extends Disposable {
  /** Their number. */
  readonly size: number;
  /** `length` bytes from `at` on, or as many as there are. */
  read(at: number, length: number): Uint8Array<ArrayBuffer>;
}

class MemoryBytes implements Bytes {
  constructor(readonly content: Uint8Array) {}

  get size(): number {
    return this.content.length;
  }

  read(at: number, length: number): Uint8Array<ArrayBuffer> {
    return this.content.slice(at, at + length);
  }

  [Symbol.dispose](): void {}
}

class FileBytes implements Bytes {
  readonly #handle: Deno.FsFile;
  readonly size: number;

  constructor(path: string) {
    try {
      this.#handle = Deno.openSync(path);
    } catch (cause) {
      throw cannotRead(path, (cause as Error).message);
    }
    this.size = this.#handle.statSync().size;
  }

  read(at: number, length: number): Uint8Array<ArrayBuffer> {
    this.#handle.seekSync(at, Deno.SeekMode.Start);
    const bytes = new Uint8Array(length);
    let have = 0;
    for (let count; have < length && (count = this.#handle.readSync(bytes.subarray(have))) !== null;) {
      have += count;
    }
    return bytes.subarray(0, have);
  }

  [Symbol.dispose](): void {
    this.#handle.close();
  }
}

/** Reads a zip in blocks, so that walking a directory of 100,000 entries does not take 200,000 system calls. */
class BlockReader extends yauzl.RandomAccessReader {
  #block = new Uint8Array(0);
  #start = 0;

  constructor(readonly bytes: Bytes) {
    super();
  }

  override read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, count?: number) => void,
  ): void {
    queueMicrotask(() => {
      let count = 0;
      try {
        if (!this.#holds(position, length)) this.#fill(position, Math.max(length, 2 ** 16));
        const from = this.#block.subarray(position - this.#start, position - this.#start + length);
        buffer.set(from, offset);
        count = from.length;
      } catch (cause) {
        return callback(cause as Error);
      }
      callback(null, count);
    });
  }

  #holds(position: number, length: number): boolean {
    return position >= this.#start && position + length <= this.#start + this.#block.length;
  }

  #fill(position: number, length: number): void {
    this.#block = this.bytes.read(position, length);
    this.#start = position;
  }
}
