/**
 * The hash of a data set: of what was read, whatever the order in which files came in.
 *
 * @module
 */
import { sha256 } from "../core/files.ts";

/** SHA-256 over the names and contents of files. Files that are read side by side come in any order, so each has a checksum of
 * its own, and the hash is over those in the order of the names. */
export class DataHash {
  readonly #sums = new Map<string, string>();

  /** Take a file in, as `SourceOptions.onRead`. */
  readonly add = (name: string, content: Uint8Array): void => {
    this.#sums.set(name, sha256(content));
  };

  /** The hash of the files so far, in hexadecimal digits. */
  digest(): string {
    const names = [...this.#sums.keys()].sort();
    return sha256(names.map((name) => `${name}\0${this.#sums.get(name)}\0`).join(""));
  }
}
