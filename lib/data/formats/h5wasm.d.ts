/** The part of h5wasm that `smplx_source.ts` and its test use. */
declare namespace hdf5 {
  /** An array in a file. */
  class Dataset {
    readonly shape: number[] | null;
    readonly metadata: { readonly size: number };
    readonly value: unknown;
  }
  /** An open file. */
  class File {
    constructor(path: string, mode: "r" | "w");
    keys(): string[];
    get(name: string): Dataset | object | null;
    create_dataset(options: { name: string; data: Float32Array | Int32Array; shape: number[] }): Dataset;
    close(): number;
  }
  /** Resolves when the library can be used. */
  const ready: Promise<{ activate_throwing_error_handler(): number }>;
}
export default hdf5;
