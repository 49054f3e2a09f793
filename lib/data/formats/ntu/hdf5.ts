/** HDF5 files. A damaged one can stop the library; another instance of it then takes its place. */
// @ts-types="../h5wasm.d.ts"
import type hdf5 from "h5wasm/node";
import { cannotRead, DataError } from "../../../core/errors.ts";

/** An instance of the library. */
export type Hdf5 = typeof hdf5;

/** Most instances of a process: each stays in memory, some megabytes. */
const MOST_INSTANCES = 20;

/** The instance that is used, and how many there were: the library's state, not ours. */
let current: Promise<Hdf5> | undefined, instances = 0;

/** Load an instance. One that has not stopped is used again. */
async function load(path: string): Promise<Hdf5> {
  if (current === undefined && instances >= MOST_INSTANCES) {
    throw cannotRead(path, `${MOST_INSTANCES} damaged files have stopped HDF5; start again without them`);
  }
  current ??=
    (instances++ === 0
      ? import("h5wasm/node")
      : import(`${import.meta.resolve("h5wasm/node")}?instance=${instances}`)).then((module) =>
        module.default
      );
  return await current;
}

/** Use the open file. The library throws what HDF5 reports instead of printing it.
 * @throws {DataError} If the file is damaged. */
export async function withHdf5<T>(path: string, use: (file: hdf5.File, library: Hdf5) => T): Promise<T> {
  const library = await load(path), { activate_throwing_error_handler } = await library.ready;
  try {
    activate_throwing_error_handler();
    const file = new library.File(path, "r");
    try {
      return use(file, library);
    } finally {
      file.close();
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    if (cause instanceof WebAssembly.RuntimeError) {
      current = undefined; // its memory cannot be trusted
      throw cannotRead(path, "the file is damaged, HDF5 stopped");
    }
    // The report is a stack of lines; the innermost says why.
    const reasons = String((cause as Error)?.message ?? cause).match(/\(\): .*/g);
    throw cannotRead(path, reasons?.at(-1)?.slice(4) ?? "HDF5 cannot read it");
  }
}
