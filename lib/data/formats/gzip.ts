/** Gzip files. */
import { gunzipSync } from "node:zlib";
import { cannotRead } from "../../core/errors.ts";

/** Greatest size of the content, bytes. Tables of numbers shrink to a sixth or more; what expands further than this is refused. */
const largest = (size: number) => 20 * size + 24 * 2 ** 20;

/** The content of a table, which may be compressed: `clips.csv.gz`.
 * @param file Path to name in errors.
 * @throws {DataError} As `gunzip`. */
export function expandTable(bytes: Uint8Array, file: string): Uint8Array {
  return /\.gz$/i.test(file) ? gunzip(bytes, file) : bytes;
}

/** The content of a gzip file.
 * @param file Path to name in errors.
 * @throws {DataError} If it is none, is damaged, or is a bomb: its content is more than 20 times its size + 24 MiB. */
function gunzip(bytes: Uint8Array, file: string): Uint8Array {
  try {
    const { buffer, byteOffset, length } = gunzipSync(bytes, { maxOutputLength: largest(bytes.length) });
    return new Uint8Array(buffer, byteOffset, length);
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    if (code !== "ERR_BUFFER_TOO_LARGE") throw cannotRead(file, `it cannot be expanded: ${message}`);
    const limit = `${bytes.length} bytes expand to more than ${largest(bytes.length)}`;
    throw cannotRead(file, `${limit}; expand it yourself if you trust it`);
  }
}
