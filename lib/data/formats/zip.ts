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

/** Open a zip file (stored or deflated members, zip64). `read` takes the name of a member.
 * @throws {DataError} As `openArchive`. */
export async function openZip(
  path: string,
): Promise<{ readonly members: string[]; read(name: string): Uint8Array }> {
  const places = await readDirectory(path);
  const read = (name: string) => readMember(path, `${path}/${name}`, places.get(name)!);
  return { members: [...places.keys()].sort(), read };
}

async function readDirectory(path: string): Promise<Map<string, Place>> {
  const refuse = (why: string) => new DataError(`Cannot open ${path} as a zip file: ${why}`, path);
  const places = new Map<string, Place>();
  using handle = openFile(path);
  const zipSize = handle.statSync().size;
  let total = 0;
  try {
    const zip = await yauzl.fromRandomAccessReaderPromise(new BlockReader(handle), zipSize, {
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
function readMember(path: string, file: string, place: Place): Uint8Array {
  const refuse = (why: string) => cannotRead(file, why, `byte ${place.header}`);
  using handle = openFile(path);
  const zipSize = handle.statSync().size;
  const read = (at: number, length: number) => {
    if (!(at + length <= zipSize)) {
      throw refuse(`expected ${length} bytes at byte ${at} of ${path}, it has ${zipSize}`);
    }
    const bytes = readAt(handle, at, length);
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

function openFile(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path);
  } catch (cause) {
    throw cannotRead(path, (cause as Error).message);
  }
}

/** `length` bytes from `at` on, or as many as there are. */
function readAt(handle: Deno.FsFile, at: number, length: number): Uint8Array<ArrayBuffer> {
  handle.seekSync(at, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  let have = 0;
  for (let count; have < length && (count = handle.readSync(bytes.subarray(have))) !== null;) have += count;
  return bytes.subarray(0, have);
}

/** Reads a file in blocks, so that walking a directory of 100,000 entries does not take 200,000 system calls. */
class BlockReader extends yauzl.RandomAccessReader {
  #block = new Uint8Array(0);
  #start = 0;

  constructor(readonly handle: Deno.FsFile) {
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
    this.#block = readAt(this.handle, position, length);
    this.#start = position;
  }
}
