/** HDF5 files for tests. */
// @ts-types="../../lib/data/formats/h5wasm.d.ts"
import hdf5 from "h5wasm/node";

/** Write arrays [T, 56, 6], as NTU's SMPL-X variant has them. */
export async function writeHdf5(
  path: string,
  arrays: Readonly<Record<string, Float32Array | Int32Array>>,
): Promise<void> {
  await hdf5.ready;
  const file = new hdf5.File(path, "w");
  for (const [name, data] of Object.entries(arrays)) {
    file.create_dataset({ name, data, shape: [data.length / 336, 56, 6] });
  }
  file.close();
}
