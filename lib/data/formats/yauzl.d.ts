/** The part of yauzl 3 that `zip.ts` uses. */

/** A member, as the directory of a zip describes it. */
export interface Entry {
  readonly fileName: string;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly compressionMethod: number;
  readonly crc32: number;
  readonly relativeOffsetOfLocalHeader: number;
  canDecodeFileData(): boolean;
}

/** Where the bytes of a zip come from. */
export abstract class RandomAccessReader {
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, count?: number) => void,
  ): void;
}

/** Options of opening. */
export interface Options {
  readonly autoClose?: boolean;
  readonly strictFileNames?: boolean;
}

declare const yauzl: {
  readonly RandomAccessReader: typeof RandomAccessReader;
  fromRandomAccessReaderPromise(
    reader: RandomAccessReader,
    size: number,
    options: Options,
  ): Promise<{ readonly entryCount: number; eachEntry(): AsyncIterable<Entry> }>;
};
export default yauzl;
