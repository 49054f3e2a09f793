/**
 * Hash of a data set: over what was read, in whatever order the files came.
 *
 * @module
 */
import { sha256 } from "../../core/files.ts";

/** SHA-256 over the names and contents of files. Files that are read at the same time come in any order, so each has its own
 * checksum, and the hash is over the checksums in the order of the names. */
export class DataHash {
  readonly #sums = new Map<string, string>();

  /** Add a file, as `SourceOptions.onRead`. */
  readonly add = (name: string, content: Uint8Array): void => {
    this.#sums.set(name, sha256(content));
  };

  /** Hash of the files so far, in hexadecimal digits. */
  digest(): string {
    const names = [...this.#sums.keys()].sort();
    return sha256(names.map((name) => `${name}\0${this.#sums.get(name)}\0`).join(""));
  }
}
